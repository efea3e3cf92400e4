//! How plans become tickets: ahead of each date, once, and what happens when something is in the way.

use std::sync::Arc;

use api::db::Sql;
use api::domains::tickets;
use api::graphql::id::wire_id;
use chrono::Duration;
use serde_json::{Value, json};
use support::{TestApp, both};

use super::shared::{change, look, made, round};
use crate::tickets::shared::{Crew, execute, gained, number, rows};

both!(
    a_date_becomes_a_ticket_some_days_ahead,
    a_residents_plan_makes_the_residents_tickets,
    two_workers_make_each_date_once,
    a_worker_that_dies_leaves_no_half,
    what_passed_while_no_worker_ran_is_missed,
    a_plan_that_is_done_ends,
    a_plan_rests_when_its_resident_moves_out,
    a_plan_rests_when_its_category_is_retired,
    the_communitys_clock_counts,
);

const DATES: &str = "state suspendReason version occurrences { date state ticket { kind payer origin state } }";

async fn a_date_becomes_a_ticket_some_days_ahead(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let desk = &crew.desk.client;
    let more = json!({ "contactName": "王芳", "contactPhone": "13700000000", "accessNote": "密码锁", "priceWords": "每次 80 元" });
    let plan = made(desk, &crew.world, more).await;
    let before = rows(&app).await;
    assert_eq!(round(&app).await, 0, "Friday is four days ahead");
    // Midnight between Monday and Tuesday in Shanghai.
    app.advance(Duration::hours(14) + Duration::minutes(59));
    assert_eq!(round(&app).await, 0);
    assert_eq!(rows(&app).await, before);
    app.advance(Duration::minutes(1));
    assert_eq!(round(&app).await, 1);
    let once = [("ticket", 1), ("history_event", 1), ("outbox", 1), ("service_occurrence", 1), ("versions", 1)];
    assert_eq!(gained(&app, &before).await, once);
    assert_eq!(round(&app).await, 0);
    let ticket = "id kind payer origin channel description contactName contactPhone accessNote firstContactName
        slot { start end } unit { number } servicePlan { id words } events { summary automatic staffName }";
    let selection = format!("nextDates(first: 2) version occurrences {{ date state ticket {{ {ticket} }} }}");
    let mut seen = look(desk, &plan, &selection).await;
    assert_eq!((&seen["nextDates"], &seen["version"]), (&json!(["2026-03-13", "2026-03-20"]), &json!(1)));
    let mut occurrence = seen["occurrences"][0].take();
    assert!(occurrence["ticket"]["id"].take().is_string());
    assert_eq!(
        occurrence,
        json!({
            "date": "2026-03-06", "state": "MADE",
            "ticket": {
                "id": null, "kind": "PAID_SERVICE", "payer": "PAID", "origin": "STAFF", "channel": "STAFF",
                "description": "每周保洁两小时", "contactName": "王芳", "contactPhone": "13700000000",
                "accessNote": "密码锁", "firstContactName": "员工1-1", "unit": { "number": "101" },
                "slot": { "start": "2026-03-06T01:00:00Z", "end": "2026-03-06T03:00:00Z" },
                "servicePlan": { "id": plan, "words": "每周保洁两小时" },
                "events": [{ "summary": "The system submitted the ticket: 每周保洁两小时", "automatic": true, "staffName": null }],
            },
        })
    );
    // A community that wants them earlier.
    let settings = json!({ "communityId": wire_id(crew.world.home.community).to_string(), "serviceLeadDays": 30 });
    let admin = crew.world.admin(&app).await;
    let told = "settings { serviceLeadDays }";
    admin.mutate("communityTicketSettingsSet", settings.clone(), told).await.ok();
    assert_eq!(round(&app).await, 3);
    for wrong in [-1, 31] {
        let mut settings = settings.clone();
        settings["serviceLeadDays"] = json!(wrong);
        assert_eq!(admin.mutate("communityTicketSettingsSet", settings, told).await.refused(), "INVALID_VALUE");
    }
}

async fn a_residents_plan_makes_the_residents_tickets(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    made(&crew.owner, &crew.world, json!({ "weekday": "TUESDAY", "times": 1 })).await;
    assert_eq!(round(&app).await, 1);
    let told = "origin channel contactName contactPhone payer firstContactName servicePlan { state } availableActions";
    let data = crew.owner.query(&format!("{{ tickets {{ nodes {{ {told} }} }} }}"), json!({})).await;
    let expected = json!([{
        "origin": "RESIDENT", "channel": "APP", "contactName": "住户1-1", "contactPhone": "13900010001", "payer": "PAID",
        "firstContactName": null, "servicePlan": { "state": "ENDED" },
        "availableActions": ["CANCEL", "COMMENT", "RESCHEDULE", "URGE"],
    }]);
    assert_eq!(data["tickets"]["nodes"], expected);
}

async fn two_workers_make_each_date_once(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    for weekday in ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY"] {
        let more = json!({ "weekday": weekday, "slotFrom": "20:00", "slotTo": "21:00" });
        made(&crew.desk.client, &crew.world, more).await;
    }
    let before = rows(&app).await;
    let workers: Vec<_> = (0..4)
        .map(|_| {
            let app = app.app.clone();
            tokio::spawn(async move { tickets::make_services(&app).await.unwrap() })
        })
        .collect();
    let mut dates = 0;
    for worker in workers {
        dates += worker.await.unwrap();
    }
    assert_eq!(dates, 4);
    let once = [("ticket", 4), ("history_event", 4), ("outbox", 4), ("service_occurrence", 4), ("versions", 4)];
    assert_eq!(gained(&app, &before).await, once);
}

async fn a_worker_that_dies_leaves_no_half(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    for weekday in ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY"] {
        let more = json!({ "weekday": weekday, "slotFrom": "20:00", "slotTo": "21:00" });
        made(&crew.desk.client, &crew.world, more).await;
    }
    for pause in 0..12 {
        let worker = app.app.clone();
        let worker = tokio::spawn(async move { tickets::make_services(&worker).await });
        tokio::time::sleep(std::time::Duration::from_millis(pause)).await;
        worker.abort();
    }
    round(&app).await;
    let orphans = "SELECT COUNT(*) FROM ticket t WHERE NOT EXISTS (
        SELECT 1 FROM service_occurrence o WHERE o.ticket_id = t.id)";
    assert_eq!(number(&app, orphans).await, 0);
    assert_eq!(number(&app, "SELECT COUNT(*) FROM ticket").await, 4);
}

async fn what_passed_while_no_worker_ran_is_missed(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let plan = made(&crew.desk.client, &crew.world, json!({})).await;
    // Thursday of the week after next: two Fridays are over, the third is a day ahead.
    app.advance(Duration::days(17));
    assert_eq!(round(&app).await, 3);
    let seen =
        look(&crew.desk.client, &plan, "nextDates(first: 1) occurrences { date state ticket { slot { start } } }")
            .await;
    let missed = |date: &str| json!({ "date": date, "state": "MISSED", "ticket": null });
    let made =
        json!({ "date": "2026-03-20", "state": "MADE", "ticket": { "slot": { "start": "2026-03-20T01:00:00Z" } } });
    assert_eq!(seen["occurrences"], json!([made, missed("2026-03-13"), missed("2026-03-06")]));
    assert_eq!(seen["nextDates"], json!(["2026-03-27"]));
    // Of a year nothing is left over, though one transaction does not take all.
    let daily = ["MONDAY", "TUESDAY", "WEDNESDAY"];
    for weekday in daily {
        super::shared::made(&crew.desk.client, &crew.world, json!({ "weekday": weekday })).await;
    }
    app.advance(Duration::days(400));
    while round(&app).await > 0 {}
    let late = "SELECT COUNT(*) FROM service_plan WHERE next_on < '2027-04-20'";
    assert_eq!(number(&app, late).await, 0);
    let days = "SELECT COUNT(*) FROM service_occurrence WHERE state = 'MISSED'";
    assert!(number(&app, days).await > 4 * 50);
}

async fn a_plan_that_is_done_ends(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let desk = &crew.desk.client;
    let times = made(desk, &crew.world, json!({ "times": 1 })).await;
    let until = made(desk, &crew.world, json!({ "lastOn": "2026-03-12" })).await;
    app.advance(Duration::days(2));
    assert_eq!(round(&app).await, 2);
    for plan in [&times, &until] {
        let seen = look(desk, plan, DATES).await;
        assert_eq!((&seen["state"], &seen["version"]), (&json!("ENDED"), &json!(2)));
        assert_eq!(seen["occurrences"].as_array().unwrap().len(), 1);
        assert_eq!(look(desk, plan, "nextDates").await["nextDates"], json!([]));
    }
    app.advance(Duration::days(30));
    assert_eq!(round(&app).await, 0);
}

async fn a_plan_rests_when_its_resident_moves_out(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let own = made(&crew.owner, &crew.world, json!({})).await;
    let query = "query($id: ID!) { unit(id: $id) { household { people { id } } } }";
    let people = crew.desk.client.query(query, json!({ "id": crew.world.unit() })).await;
    let person = people["unit"]["household"]["people"][0]["id"].clone();
    let bound = made(&crew.desk.client, &crew.world, json!({ "residencyId": person })).await;
    let free = made(&crew.desk.client, &crew.world, json!({})).await;
    execute(&app, Sql::new("UPDATE residency SET").with(" ended_at = ", app.clock.now())).await;
    app.advance(Duration::days(2));
    assert_eq!(round(&app).await, 3);
    for plan in [&own, &bound] {
        let seen = look(&crew.desk.client, plan, DATES).await;
        let expected = json!({ "state": "SUSPENDED", "suspendReason": "MOVED_OUT", "version": 2, "occurrences": [] });
        assert_eq!(seen, expected);
        let refused = change(&crew.desk.client, "servicePlanResume", plan, json!({})).await;
        assert_eq!(refused.refused(), "RESIDENT_GONE");
    }
    assert_eq!(look(&crew.desk.client, &free, DATES).await["occurrences"][0]["state"], "MADE");
    assert!(look(&crew.owner, &own, "id").await.is_null(), "who has moved out sees it no more");
    // Somebody who is still there in another role is no reason.
    let sql = "UPDATE residency SET ended_at = NULL";
    execute(&app, &Sql::new(sql)).await;
    change(&crew.desk.client, "servicePlanResume", &own, json!({})).await.ok();
    assert_eq!(round(&app).await, 1);
}

async fn a_plan_rests_when_its_category_is_retired(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let plan = made(&crew.owner, &crew.world, json!({})).await;
    execute(&app, &Sql::new("UPDATE ticket_category SET active = false WHERE code = 'CLEANING'")).await;
    app.advance(Duration::days(2));
    assert_eq!(round(&app).await, 1);
    let seen = look(&crew.owner, &plan, DATES).await;
    assert_eq!((&seen["state"], &seen["suspendReason"]), (&json!("SUSPENDED"), &json!("CATEGORY_RETIRED")));
    let refused = change(&crew.owner, "servicePlanResume", &plan, json!({})).await;
    assert_eq!(refused.refused(), "CATEGORY_INACTIVE");
    let again = super::shared::create(&crew.owner, &crew.world, json!({})).await;
    assert_eq!(again.refused(), "CATEGORY_INACTIVE");
}

async fn the_communitys_clock_counts(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let admin = crew.world.admin(&app).await;
    let more = json!({ "weekday": "SUNDAY", "slotFrom": "02:30", "slotTo": "04:00", "firstOn": "2026-03-29" });
    let plan = made(&crew.desk.client, &crew.world, more).await;
    let hours = json!({
        "communityId": wire_id(crew.world.home.community).to_string(), "opensAt": "07:00", "closesAt": "21:00",
        "weekdays": ["MONDAY"], "timeZone": "Europe/Paris",
    });
    admin.mutate("serviceHoursSet", hours, "community { timeZone }").await.ok();
    // The 26th begins in Paris at 23:00 UTC.
    app.advance(Duration::days(23) + Duration::hours(21) + Duration::minutes(59));
    assert_eq!(round(&app).await, 0);
    app.advance(Duration::minutes(1));
    assert_eq!(round(&app).await, 1);
    let seen = look(&crew.desk.client, &plan, "occurrences { date ticket { slot { start end } } }").await;
    // On that night 02:00 becomes 03:00.
    let slot = json!({ "start": "2026-03-29T01:00:00Z", "end": "2026-03-29T02:00:00Z" });
    let expected: Value = json!([{ "date": "2026-03-29", "ticket": { "slot": slot } }]);
    assert_eq!(seen["occurrences"], expected);
}
