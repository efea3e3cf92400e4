//! A full slot: possible unless the community is strict, and then refused to residents alone.

use std::sync::Arc;

use serde_json::{Value, json};
use support::client::Outcome;
use support::{Client, TestApp, both};

use super::scene::set;
use crate::tickets::shared::{Crew, gained, key, merged, rows};

both!(
    a_full_slot_is_refused_to_residents_where_it_is_strict,
    the_last_place_is_taken_once,
    a_new_appointment_is_checked_too
);

fn slot(hour: u32) -> Value {
    json!({ "slotStart": format!("2026-03-03T{hour:02}:00:00Z"), "slotEnd": format!("2026-03-03T{:02}:00:00Z", hour + 2) })
}

async fn submit(by: &Client, crew: &Crew, more: Value) -> Outcome {
    by.mutate("ticketSubmit", crew.repair(more), "ticket { id }").await
}

async fn strict(app: &TestApp, crew: &Crew) {
    let admin = crew.world.admin(app).await;
    set(&admin, &crew.world, json!({ "slotsStrict": true })).await.ok();
}

async fn a_full_slot_is_refused_to_residents_where_it_is_strict(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    // Two plumbers; without strictness a third, fourth and odd one may come.
    for _ in 0..3 {
        submit(&crew.owner, &crew, slot(1)).await.ok();
    }
    submit(&crew.owner, &crew, json!({ "slotStart": "2026-03-03T15:30:00Z", "slotEnd": "2026-03-03T16:00:00Z" }))
        .await
        .ok();
    strict(&app, &crew).await;
    let before = rows(&app).await;
    let once = key();
    // Full; out of hours; not one of those offered.
    for refused in [
        slot(1),
        slot(14),
        json!({ "slotStart": "2026-03-03T05:30:00Z", "slotEnd": "2026-03-03T07:30:00Z" }),
        json!({ "slotStart": "2027-03-03T01:00:00Z", "slotEnd": "2027-03-03T03:00:00Z" }),
    ] {
        let outcome = submit(&crew.owner, &crew, merged(refused, json!({ "idempotencyKey": once }))).await;
        assert_eq!((outcome.refused(), outcome.field()), ("SLOT_FULL".into(), "input.slotStart".into()));
    }
    assert_eq!(rows(&app).await, before, "not even a key");
    submit(&crew.desk.client, &crew, slot(1)).await.ok();
    submit(&crew.owner, &crew, json!({})).await.ok();
    submit(&crew.owner, &crew, merged(slot(3), json!({ "idempotencyKey": once }))).await.ok();
    submit(&crew.owner, &crew, slot(3)).await.ok();
    assert_eq!(submit(&crew.owner, &crew, slot(3)).await.refused(), "SLOT_FULL");
    // A repeat is answered, whatever the slot has become.
    submit(&crew.owner, &crew, merged(slot(3), json!({ "idempotencyKey": once }))).await.ok();
    // Another trade has its own people.
    let lift = json!({ "categoryId": crew.world.category("ELEVATOR") });
    submit(&crew.owner, &crew, merged(slot(5), lift.clone())).await.ok();
    assert_eq!(submit(&crew.owner, &crew, merged(slot(5), lift)).await.refused(), "SLOT_FULL");
}

async fn the_last_place_is_taken_once(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    strict(&app, &crew).await;
    let before = rows(&app).await;
    let lift = merged(slot(3), json!({ "categoryId": crew.world.category("ELEVATOR") }));
    let tries: Vec<_> = (0..6)
        .map(|_| {
            let (client, input) = (crew.owner.clone(), crew.repair(lift.clone()));
            tokio::spawn(async move { client.mutate("ticketSubmit", input, "ticket { id }").await.codes() })
        })
        .collect();
    let mut won = 0;
    for one in tries {
        match one.await.unwrap().as_slice() {
            [] => won += 1,
            codes => assert_eq!(codes, ["SLOT_FULL"]),
        }
    }
    assert_eq!(won, 1);
    assert!(gained(&app, &before).await.contains(&("ticket", 1)));
}

async fn a_new_appointment_is_checked_too(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let lift = json!({ "categoryId": crew.world.category("ELEVATOR") });
    let first = crew.submitted(merged(slot(3), lift.clone())).await;
    let second = crew.submitted(merged(slot(5), lift)).await;
    strict(&app, &crew).await;
    let move_to = async |by: &Client, ticket: &str, hour: u32| {
        by.step("ticketReschedule", ticket, merged(slot(hour), json!({ "reason": "有事" }))).await
    };
    let outcome = move_to(&crew.owner, &second, 3).await;
    assert_eq!((outcome.refused(), outcome.field()), ("SLOT_FULL".into(), "input.slotStart".into()));
    move_to(&crew.owner, &second, 5).await.ok();
    move_to(&crew.owner, &second, 7).await.ok();
    move_to(&crew.owner, &first, 5).await.ok();
    move_to(&crew.dispatcher.client, &second, 5).await.ok();
    crew.desk.client.step("ticketCancel", &second, json!({ "reason": "不用了" })).await.ok();
    assert_eq!(move_to(&crew.owner, &second, 5).await.refused(), "INVALID_TRANSITION", "not that it is full");
}
