//! Automatic dispatch (自动派单): whom it picks, whom never, and what it leaves in the pool.

use std::sync::Arc;

use api::domains::tickets;
use api::graphql::id::wire_id;
use chrono::Duration;
use entities::values::{Role, Trade};
use serde_json::{Value, json};
use support::world::Worker;
use support::{TestApp, both};

use super::scene::{company, duty, outsider, round, set};
use crate::tickets::shared::{Crew, gained, look, number, rows};

both!(
    a_submitted_ticket_goes_to_the_least_busy,
    nobody_unfit_is_picked,
    a_taken_slot_is_respected,
    off_means_off,
    a_decline_is_final_for_the_round,
    coming_on_duty_wakes_the_pool,
    two_workers_give_each_ticket_once,
    a_claim_and_a_worker_race,
    emergencies_and_the_oldest_go_first,
    imported_history_stays_where_it_is
);

async fn on(app: &TestApp, crew: &Crew) {
    let admin = crew.world.admin(app).await;
    set(&admin, &crew.world, json!({ "autoDispatch": true })).await.ok();
}

async fn holder(crew: &Crew, ticket: &str) -> Value {
    look(&crew.dispatcher.client, ticket, "assignee { id }").await["assignee"]["id"].clone()
}

async fn a_submitted_ticket_goes_to_the_least_busy(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    on(&app, &crew).await;
    duty(&crew.plumber.client, "dutyStart").await;
    app.advance(Duration::minutes(1));
    duty(&crew.second.client, "dutyStart").await;
    let mut holders = Vec::new();
    for _ in 0..4 {
        let ticket = crew.submitted(json!({})).await;
        let before = rows(&app).await;
        assert_eq!(round(&app).await, 1);
        assert_eq!(gained(&app, &before).await, [("history_event", 1), ("outbox", 1), ("versions", 1)]);
        holders.push(holder(&crew, &ticket).await);
    }
    // Both are idle: the longer one first; then turn and turn about, by open minutes.
    assert_eq!(
        holders,
        [&crew.plumber.wire, &crew.second.wire, &crew.plumber.wire, &crew.second.wire].map(|it| json!(it))
    );
    // A category that takes longer weighs more.
    let input = json!({ "categoryId": crew.world.category("ELEVATOR"), "workMinutes": 300 });
    crew.world.admin(&app).await.mutate("ticketCategoryWorkSet", input, "category { workMinutes }").await.ok();
    let lift = crew.submitted(json!({ "categoryId": crew.world.category("ELEVATOR") })).await;
    assert_eq!(round(&app).await, 1);
    assert_eq!(holder(&crew, &lift).await, json!(crew.plumber.wire), "only the plumber has the trade");
    for _ in 0..4 {
        let ticket = crew.submitted(json!({})).await;
        assert_eq!(round(&app).await, 1);
        assert_eq!(holder(&crew, &ticket).await, json!(crew.second.wire));
    }
    let told = "events { kind automatic staffName byViewer fromState toState } assignee { id } state version";
    let seen = look(&crew.dispatcher.client, &lift, told).await;
    assert_eq!(
        seen["events"][1],
        json!({
            "kind": "DISPATCHED", "automatic": true, "staffName": null, "byViewer": false,
            "fromState": "SUBMITTED", "toState": "DISPATCHED",
        })
    );
    assert_eq!((&seen["state"], &seen["version"]), (&json!("DISPATCHED"), &json!(2)));
    assert_eq!(seen["events"][0]["automatic"], false);
    // The figures that decided stand in the event; it names nobody as its actor.
    let figures = "SELECT COUNT(*) FROM history_event WHERE kind = 'DISPATCHED' AND account_id IS NULL
        AND staff_id IS NULL AND payload LIKE '%\"automatic\":true%' AND payload LIKE '%\"openMinutes\":120%'
        AND payload LIKE '%\"candidates\":2%' AND payload LIKE '%\"eligible\":1%' AND payload LIKE '%\"idleSince\"%'";
    assert_eq!(number(&app, figures).await, 1);
    crew.plumber.client.step("ticketAccept", &lift, json!({})).await.ok();
}

async fn nobody_unfit_is_picked(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    on(&app, &crew).await;
    let admin = crew.world.admin(&app).await;
    let trade = &[Trade::Plumbing];
    let away = Some(crew.world.elsewhere.community);
    let elsewhere = crew.world.worker_at(&app, 11, Role::Technician, away, trade).await;
    let electrician = crew.world.worker(&app, 12, Role::Technician, &[Trade::Electrical]).await;
    let desk_with_trade = crew.world.worker(&app, 13, Role::FrontDesk, trade).await;
    let gone = crew.world.worker(&app, 14, Role::Technician, trade).await;
    let outside = outsider(&app, &admin, &company(&admin, &crew.world, "水暖公司").await, 1).await;
    for worker in [&elsewhere, &electrician, &desk_with_trade, &gone, &outside] {
        duty(&worker.client, "dutyStart").await;
    }
    admin.mutate("staffLeave", json!({ "staffId": gone.wire }), "staff { id }").await.ok();
    // The two who could are off duty.
    let ticket = crew.submitted(json!({})).await;
    let before = rows(&app).await;
    assert_eq!(round(&app).await, 0);
    assert_eq!(rows(&app).await, before, "it waits in the pool, unchanged");
    assert_eq!(look(&crew.second.client, &ticket, "availableActions").await["availableActions"][0], "CLAIM");
    duty(&crew.second.client, "dutyStart").await;
    assert_eq!(round(&app).await, 1);
    assert_eq!(holder(&crew, &ticket).await, json!(crew.second.wire));
    // General work needs no trade, but the community.
    for worker in [&crew.second, &electrician] {
        duty(&worker.client, "dutyEnd").await;
    }
    let other = crew.submitted(json!({ "categoryId": crew.world.category("OTHER") })).await;
    assert_eq!(round(&app).await, 0);
    duty(&electrician.client, "dutyStart").await;
    assert_eq!(round(&app).await, 1);
    assert_eq!(holder(&crew, &other).await, json!(electrician.wire));
}

fn slot(start: &str, end: &str) -> Value {
    json!({ "slotStart": format!("2026-03-03T{start}:00Z"), "slotEnd": format!("2026-03-03T{end}:00Z") })
}

async fn a_taken_slot_is_respected(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    on(&app, &crew).await;
    for worker in [&crew.plumber, &crew.second] {
        duty(&worker.client, "dutyStart").await;
    }
    let mut holders = Vec::new();
    // Two at the same time, a third that touches them, and one right after.
    for (start, end) in [("02:00", "04:00"), ("02:00", "04:00"), ("03:30", "05:00"), ("04:00", "06:00")] {
        let ticket = crew.submitted(slot(start, end)).await;
        round(&app).await;
        holders.push(holder(&crew, &ticket).await);
    }
    assert_ne!(holders[0], holders[1]);
    assert_eq!(holders[2], Value::Null, "nobody is free");
    assert_ne!(holders[3], Value::Null);
}

async fn off_means_off(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    duty(&crew.plumber.client, "dutyStart").await;
    crew.submitted(json!({})).await;
    let before = rows(&app).await;
    assert_eq!(round(&app).await, 0, "off by default");
    let admin = crew.world.admin(&app).await;
    set(&admin, &crew.world, json!({ "autoDispatch": true, "urgeMinutes": 5 })).await.ok();
    set(&admin, &crew.world, json!({ "autoDispatch": false })).await.ok();
    assert_eq!(round(&app).await, 0, "switched off");
    assert_eq!(gained(&app, &before).await, [("community_ticket_setting", 1)]);
    // Another community's setting is its own.
    set(&admin, &crew.world, json!({ "autoDispatch": true })).await.ok();
    let unit = wire_id(crew.world.elsewhere.units[0]).to_string();
    let there = admin.submit(crew.repair(json!({ "unitId": unit }))).await;
    let away = Some(crew.world.elsewhere.community);
    let worker = crew.world.worker_at(&app, 11, Role::Technician, away, &[Trade::Plumbing]).await;
    duty(&worker.client, "dutyStart").await;
    assert_eq!(round(&app).await, 1);
    assert_eq!(look(&admin, &there, "state").await["state"], "SUBMITTED");
}

async fn a_decline_is_final_for_the_round(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    on(&app, &crew).await;
    duty(&crew.plumber.client, "dutyStart").await;
    app.advance(Duration::minutes(1));
    duty(&crew.second.client, "dutyStart").await;
    let ticket = crew.submitted(json!({})).await;
    let decline = async |worker: &Worker| {
        app.advance(Duration::minutes(1));
        worker.client.step("ticketDecline", &ticket, json!({ "reason": "在别处" })).await.ok();
        round(&app).await
    };
    assert_eq!(round(&app).await, 1);
    assert_eq!(holder(&crew, &ticket).await, json!(crew.plumber.wire));
    assert_eq!(decline(&crew.plumber).await, 1, "tried again at once");
    assert_eq!(holder(&crew, &ticket).await, json!(crew.second.wire));
    assert_eq!(decline(&crew.second).await, 0, "nobody is left");
    for _ in 0..3 {
        app.advance(Duration::minutes(10));
        assert_eq!(round(&app).await, 0, "and nobody is asked again");
    }
    let events = look(&crew.dispatcher.client, &ticket, "events { kind }").await;
    assert_eq!(events["events"].as_array().unwrap().len(), 5);
    // In another round they count again.
    let give = json!({ "assigneeId": crew.plumber.wire });
    crew.dispatcher.client.step("ticketDispatch", &ticket, give).await.ok();
    crew.work_done(&ticket).await;
    app.advance(Duration::minutes(1));
    crew.called_back(&ticket, "NOT_SOLVED").await;
    crew.plumber.client.step("ticketDecline", &ticket, json!({ "reason": "换人" })).await.ok();
    assert_eq!(round(&app).await, 1);
    assert_eq!(holder(&crew, &ticket).await, json!(crew.second.wire));
}

async fn coming_on_duty_wakes_the_pool(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    on(&app, &crew).await;
    let electrician = crew.world.worker(&app, 11, Role::Technician, &[Trade::Electrical]).await;
    duty(&electrician.client, "dutyStart").await;
    app.advance(Duration::minutes(1));
    let ticket = crew.submitted(json!({})).await;
    assert_eq!(round(&app).await, 0);
    app.advance(Duration::seconds(5));
    let (statements, given) = app.statements(round(&app)).await;
    assert_eq!((statements, given), (1, 0), "what was just tried is not read again");
    duty(&crew.second.client, "dutyStart").await;
    assert_eq!(round(&app).await, 1, "without waiting for the next try");
    assert_eq!(holder(&crew, &ticket).await, json!(crew.second.wire));
    // Somebody who becomes free is found by the next try.
    let busy = json!({ "slotStart": "2026-03-02T02:00:00Z", "slotEnd": "2026-03-02T04:00:00Z" });
    let first = crew.submitted(busy.clone()).await;
    assert_eq!(round(&app).await, 1);
    let waits = crew.submitted(busy).await;
    assert_eq!(round(&app).await, 0);
    let cancel = json!({ "reason": "不用了" });
    crew.desk.client.step("ticketCancel", &first, cancel).await.ok();
    app.advance(Duration::minutes(5));
    assert_eq!(round(&app).await, 1);
    assert_eq!(holder(&crew, &waits).await, json!(crew.second.wire));
}

async fn two_workers_give_each_ticket_once(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    on(&app, &crew).await;
    for worker in [&crew.plumber, &crew.second] {
        duty(&worker.client, "dutyStart").await;
    }
    // All of one time: each technician can have one, whatever the workers do.
    let same = json!({ "slotStart": "2026-03-05T02:00:00Z", "slotEnd": "2026-03-05T04:00:00Z" });
    for _ in 0..5 {
        crew.submitted(same.clone()).await;
    }
    for _ in 0..25 {
        crew.submitted(json!({})).await;
    }
    let before = rows(&app).await;
    let workers: Vec<_> = (0..4)
        .map(|_| {
            let app = app.app.clone();
            tokio::spawn(async move { tickets::dispatch_waiting(&app).await.unwrap() })
        })
        .collect();
    let mut given = 0;
    for worker in workers {
        given += worker.await.unwrap();
    }
    assert_eq!(given, 27);
    assert_eq!(gained(&app, &before).await, [("history_event", 27), ("outbox", 27), ("versions", 27)]);
    let twice = "SELECT COUNT(*) FROM (SELECT object_id FROM history_event WHERE kind = 'DISPATCHED'
        GROUP BY object_id HAVING COUNT(*) > 1) twice";
    assert_eq!(number(&app, twice).await, 0);
    let held = "SELECT COUNT(DISTINCT assignee_id) FROM ticket WHERE slot_start IS NOT NULL AND state = 'DISPATCHED'";
    assert_eq!(number(&app, held).await, 2);
    let waits = "SELECT COUNT(*) FROM ticket WHERE slot_start IS NOT NULL AND state = 'SUBMITTED'";
    assert_eq!(number(&app, waits).await, 3);
}

async fn a_claim_and_a_worker_race(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    on(&app, &crew).await;
    duty(&crew.plumber.client, "dutyStart").await;
    for _ in 0..8 {
        let ticket = crew.submitted(json!({})).await;
        let before = rows(&app).await;
        let (claim, given) = tokio::join!(crew.second.client.step("ticketClaim", &ticket, json!({})), round(&app));
        let gains = gained(&app, &before).await;
        match given {
            1 => assert_eq!(claim.refused(), "CLAIM_LOST"),
            _ => drop(claim.ok()),
        }
        assert!(gains.contains(&("versions", 1)) && gains.contains(&("history_event", 1)), "{gains:?}");
    }
}

async fn emergencies_and_the_oldest_go_first(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    on(&app, &crew).await;
    duty(&crew.plumber.client, "dutyStart").await;
    // One technician, one time: only the first can be given.
    let at = |urgency: &str| json!({ "urgency": urgency, "slotStart": "2026-03-03T02:00:00Z", "slotEnd": "2026-03-03T04:00:00Z" });
    let older = crew.submitted(at("ORDINARY")).await;
    let newer = crew.submitted(at("ORDINARY")).await;
    let urgent = crew.submitted(at("EMERGENCY")).await;
    assert_eq!(round(&app).await, 1);
    assert_eq!(holder(&crew, &urgent).await, json!(crew.plumber.wire));
    crew.desk.client.step("ticketCancel", &urgent, json!({ "reason": "误报" })).await.ok();
    app.advance(Duration::minutes(5));
    assert_eq!(round(&app).await, 1);
    assert_eq!(holder(&crew, &older).await, json!(crew.plumber.wire));
    assert_eq!(holder(&crew, &newer).await, Value::Null);
}

async fn imported_history_stays_where_it_is(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    on(&app, &crew).await;
    duty(&crew.plumber.client, "dutyStart").await;
    let ticket = crew.submitted(json!({})).await;
    app.change(&api::db::Sql::new("UPDATE ticket SET origin = 'IMPORTED'")).await;
    assert_eq!(round(&app).await, 0);
    assert_eq!(holder(&crew, &ticket).await, Value::Null);
}
