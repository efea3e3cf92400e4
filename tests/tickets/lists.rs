//! Work lists: what is on them, in which order, and what a filter leaves.

use std::sync::Arc;

use api::db::Sql;
use api::graphql::id::wire_id;
use chrono::Duration;
use entities::values::Role;
use serde_json::{Value, json};
use support::{TestApp, both};

use crate::tickets::shared::{Crew, execute, ids, listed, look, merged};

both!(my_day_is_ordered_by_due_time_and_place);
async fn my_day_is_ordered_by_due_time_and_place(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let grounds = json!({
        "unitId": null, "kind": "PUBLIC_REPAIR", "place": "东门",
        "communityId": wire_id(crew.world.home.community).to_string(),
    });
    let paused = crew.brought(json!({}), "PAUSED").await;
    let in_progress = crew.brought(json!({}), "IN_PROGRESS").await;
    let appointment = json!({ "slotStart": "2026-03-03T02:00:00Z", "slotEnd": "2026-03-03T04:00:00Z" });
    let appointment = crew.brought(appointment, "ACCEPTED").await;
    let in_building = crew.brought(json!({}), "DISPATCHED").await;
    let outside = crew.brought(grounds, "DISPATCHED").await;
    let same_building = crew.brought(json!({}), "DISPATCHED").await;
    for over in ["SUBMITTED", "COMPLETED", "CLOSED", "CANCELLED"] {
        crew.brought(json!({}), over).await;
    }
    let others = crew.submitted(json!({})).await;
    crew.second.client.step("ticketClaim", &others, json!({})).await.ok();
    let expected = [outside, in_building, same_building, appointment, in_progress, paused];
    assert_eq!(listed(&crew.plumber.client, "myDay").await, expected);
    assert_eq!(listed(&crew.second.client, "myDay").await, [others]);
}

both!(what_waits_for_a_dispatcher);
async fn what_waits_for_a_dispatcher(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let leaves = crew.submitted(json!({})).await;
    let to = json!({ "assigneeId": crew.second.wire });
    crew.dispatcher.client.step("ticketDispatch", &leaves, to).await.ok();
    app.advance(Duration::minutes(1));
    let second = crew.submitted(json!({})).await;
    app.advance(Duration::minutes(1));
    let third = crew.submitted(json!({})).await;
    for other in ["DISPATCHED", "ACCEPTED", "COMPLETED", "CANCELLED"] {
        crew.brought(json!({}), other).await;
    }
    let declined = crew.brought(json!({}), "DISPATCHED").await;
    crew.plumber.client.step("ticketDecline", &declined, json!({ "reason": "请假" })).await.ok();
    let list = "ticketsToDispatch";
    assert_eq!(listed(&crew.dispatcher.client, list).await, [&second, &third, &declined].map(String::clone));
    // Whoever has left works on nothing any more.
    let mut left = Sql::new("UPDATE staff_member SET");
    left.with(" left_at = ", app.clock.now()).with(" WHERE id = ", crew.second.id);
    execute(&app, &left).await;
    assert_eq!(listed(&crew.dispatcher.client, list).await, [leaves.clone(), second, third, declined]);
    let to = json!({ "assigneeId": crew.plumber.wire, "reason": "原维修员离职" });
    crew.dispatcher.client.step("ticketTransfer", &leaves, to).await.ok();
    assert_eq!(listed(&crew.dispatcher.client, list).await.len(), 3);
}

both!(what_waits_for_its_callback_and_what_is_late);
async fn what_waits_for_its_callback_and_what_is_late(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let late_callback = crew.brought(json!({}), "COMPLETED").await;
    crew.brought(json!({ "kind": "PATROL_FINDING" }), "COMPLETED").await;
    crew.brought(json!({ "kind": "HANDOVER_DEFECT" }), "COMPLETED").await;
    let paused = crew.brought(json!({}), "PAUSED").await;
    let working = crew.brought(json!({}), "IN_PROGRESS").await;
    app.advance(Duration::hours(1));
    let later_callback = crew.brought(json!({}), "COMPLETED").await;
    let tried = crew.brought(json!({}), "COMPLETED").await;
    crew.called_back(&tried, "UNREACHABLE").await;
    crew.brought(json!({}), "CLOSED").await;
    let fresh = crew.submitted(json!({})).await;
    let due = [&late_callback, &later_callback, &tried].map(String::clone);
    assert_eq!(listed(&crew.desk.client, "callbacksDue").await, due);
    assert!(listed(&crew.desk.client, "ticketsOverdue").await.is_empty());

    app.advance(Duration::minutes(30));
    assert!(listed(&crew.desk.client, "ticketsOverdue").await.is_empty(), "on the minute is in time");
    app.advance(Duration::microseconds(1));
    assert_eq!(listed(&crew.desk.client, "ticketsOverdue").await, [fresh.clone()]);
    app.advance(Duration::days(7));
    let late = listed(&crew.desk.client, "ticketsOverdue").await;
    // Patrol finding and handover defect wait for their own confirmation, and are late with it too.
    assert_eq!((late.len(), &late[0], &late[4], &late[5]), (6, &fresh, &later_callback, &working));
    assert_eq!(late[1], late_callback);
    assert!(!late.contains(&paused) && !late.contains(&tried));
}

both!(lists_are_for_whoever_works_on_them);
async fn lists_are_for_whoever_works_on_them(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let supervisor = crew.world.worker(&app, 11, Role::Supervisor, &[]).await.client;
    let finance = crew.world.worker(&app, 12, Role::Finance, &[]).await.client;
    let away = crew.world.worker_at(&app, 13, Role::Supervisor, Some(crew.world.elsewhere.community), &[]).await.client;
    crew.submitted(json!({})).await;
    crew.brought(json!({}), "COMPLETED").await;
    let nobody = app.anonymous();
    let people = [
        ("owner", &crew.owner),
        ("desk", &crew.desk.client),
        ("dispatcher", &crew.dispatcher.client),
        ("plumber", &crew.plumber.client),
        ("supervisor", &supervisor),
        ("finance", &finance),
        ("nobody", &nobody),
    ];
    for (list, allowed) in [
        ("tickets", vec!["owner", "desk", "dispatcher", "plumber", "supervisor"]),
        ("ticketsOverdue", vec!["owner", "desk", "dispatcher", "plumber", "supervisor"]),
        ("myDay", vec!["plumber"]),
        ("ticketPool", vec!["plumber"]),
        ("ticketsToDispatch", vec!["dispatcher", "supervisor"]),
        ("callbacksDue", vec!["desk", "supervisor"]),
    ] {
        for (name, client) in people {
            let answer = client.post(&format!("{{ {list} {{ totalCount nodes {{ id }} }} }}"), json!({})).await;
            if allowed.contains(&name) {
                assert!(answer.body.get("errors").is_none(), "{list} for {name}: {}", answer.body);
            } else {
                let code = if name == "nobody" { "UNAUTHENTICATED" } else { "FORBIDDEN" };
                assert_eq!(answer.code(), code, "{list} for {name}");
            }
        }
    }
    for list in ["tickets", "ticketsToDispatch", "callbacksDue", "ticketsOverdue"] {
        assert!(listed(&away, list).await.is_empty(), "{list}");
    }
}

both!(filters_leave_what_they_name);
async fn filters_leave_what_they_name(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let admin = crew.world.admin(&app).await;
    let elsewhere = wire_id(crew.world.elsewhere.units[0]).to_string();
    let a = crew.submitted(json!({ "description": "100%漏水 Leak_A" })).await;
    let b = crew.brought(json!({ "description": "1000 leakxa", "urgency": "EMERGENCY" }), "ACCEPTED").await;
    let c = crew.submitted(json!({ "description": "c:\\路径", "categoryId": crew.world.category("OTHER") })).await;
    let d = admin.submit(crew.repair(json!({ "unitId": elsewhere, "kind": "PAID_SERVICE" }))).await;
    let e = crew.brought(json!({ "kind": "HANDOVER_DEFECT" }), "PAUSED").await;
    let number = look(&admin, &c, "number").await["number"].as_str().unwrap().to_owned();
    let cases: Vec<(Value, Vec<&String>)> = vec![
        (json!({}), vec![&e, &d, &c, &b, &a]),
        (json!({ "states": [] }), vec![&e, &d, &c, &b, &a]),
        (json!({ "states": ["SUBMITTED"] }), vec![&d, &c, &a]),
        (json!({ "states": ["ACCEPTED", "PAUSED", "CLOSED"] }), vec![&e, &b]),
        (json!({ "kind": "PAID_SERVICE" }), vec![&d]),
        (json!({ "urgency": "EMERGENCY" }), vec![&b]),
        (json!({ "categoryId": crew.world.category("OTHER") }), vec![&c]),
        (json!({ "communityId": wire_id(crew.world.elsewhere.community) }), vec![&d]),
        (json!({ "unitId": crew.world.unit() }), vec![&e, &c, &b, &a]),
        (json!({ "assigneeId": crew.plumber.wire }), vec![&e, &b]),
        (json!({ "assigneeId": crew.second.wire }), vec![]),
        (json!({ "dueBefore": "2026-03-02T01:30:00Z" }), vec![]),
        (json!({ "dueBefore": "2026-03-02T01:30:00.000001Z" }), vec![&d, &c, &b, &a]),
        (json!({ "text": "" }), vec![&e, &d, &c, &b, &a]),
        (json!({ "text": "漏水" }), vec![&e, &d, &a]),
        (json!({ "text": "LEAK" }), vec![&b, &a]),
        (json!({ "text": "%" }), vec![&a]),
        (json!({ "text": "100%" }), vec![&a]),
        (json!({ "text": "_" }), vec![&a]),
        (json!({ "text": "leak_a" }), vec![&a]),
        (json!({ "text": "\\" }), vec![&c]),
        (json!({ "text": "' OR 1=1 --" }), vec![]),
        (json!({ "text": "\u{0}" }), vec![]),
        (json!({ "text": number }), vec![&c]),
        (json!({ "text": number.to_lowercase() }), vec![&c]),
        (json!({ "states": ["SUBMITTED"], "kind": "HOME_REPAIR", "text": "漏" }), vec![&a]),
    ];
    for (filter, expected) in cases {
        let query = "query($filter: TicketFilterInput) {
            tickets(filter: $filter) { totalCount nodes { id } } ticketCounts(filter: $filter) { count } }";
        let data = admin.query(query, json!({ "filter": filter })).await;
        assert_eq!(ids(&data["tickets"]["nodes"]).iter().collect::<Vec<_>>(), expected, "{filter}");
        assert_eq!(data["tickets"]["totalCount"], expected.len(), "{filter}");
        let counted: i64 =
            data["ticketCounts"].as_array().unwrap().iter().map(|it| it["count"].as_i64().unwrap()).sum();
        assert_eq!(counted, i64::try_from(expected.len()).unwrap(), "{filter}");
    }
    for field in ["categoryId", "communityId", "unitId", "assigneeId"] {
        let answer = admin
            .post(
                "query($f: TicketFilterInput) { tickets(filter: $f) { nodes { id } } }",
                json!({ "f": { field: "x" } }),
            )
            .await;
        assert_eq!(answer.code(), "MALFORMED");
        let expected = json!({ "code": "MALFORMED", "reason": "INVALID_ID", "field": format!("input.{field}") });
        assert_eq!(merged(answer.body["errors"][0]["extensions"].clone(), json!({})), expected);
    }
}

both!(tickets_are_counted_by_state);
async fn tickets_are_counted_by_state(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    for state in ["SUBMITTED", "SUBMITTED", "ACCEPTED", "PAUSED", "CLOSED", "CANCELLED"] {
        crew.brought(json!({}), state).await;
    }
    app.advance(Duration::days(30));
    crew.submitted(json!({})).await;
    let data = crew.owner.query("{ ticketCounts { state count overdueCount } }", json!({})).await;
    let row =
        |state: &str, count: i32, overdue: i32| json!({ "state": state, "count": count, "overdueCount": overdue });
    let expected = json!([
        row("SUBMITTED", 3, 2),
        row("DISPATCHED", 0, 0),
        row("ACCEPTED", 1, 1),
        row("IN_PROGRESS", 0, 0),
        row("PAUSED", 1, 0),
        row("COMPLETED", 0, 0),
        row("CLOSED", 1, 0),
        row("CANCELLED", 1, 0),
    ]);
    assert_eq!(data["ticketCounts"], expected);
    assert_eq!(app.anonymous().post("{ ticketCounts { count } }", json!({})).await.code(), "UNAUTHENTICATED");
}
