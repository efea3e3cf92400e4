//! When things are due, and what shows when they were not done.

use std::sync::Arc;

use chrono::Duration;
use serde_json::{Value, json};
use support::{TestApp, both};

use crate::tickets::shared::{Crew, look};

const TOLD: &str = "nextDueAt deadlines { kind dueAt metAt pausedAt breached }";

async fn deadlines(crew: &Crew, ticket: &str) -> Value {
    look(&crew.desk.client, ticket, "deadlines { kind dueAt }").await["deadlines"].clone()
}

/// The deadline of a kind, in full.
async fn deadline(crew: &Crew, ticket: &str, kind: &str) -> Value {
    let told = look(&crew.desk.client, ticket, TOLD).await;
    told["deadlines"].as_array().unwrap().iter().find(|it| it["kind"] == kind).cloned().unwrap_or_default()
}

both!(deadlines_follow_the_urgency);
async fn deadlines_follow_the_urgency(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ordinary = crew.submitted(json!({})).await;
    let expected = json!([
        { "kind": "RESPOND", "dueAt": "2026-03-02T01:30:00Z" },
        { "kind": "COMPLETE", "dueAt": "2026-03-05T01:00:00Z" },
    ]);
    assert_eq!(deadlines(&crew, &ordinary).await, expected);
    let emergency = crew.submitted(json!({ "urgency": "EMERGENCY" })).await;
    let expected = json!([
        { "kind": "RESPOND", "dueAt": "2026-03-02T01:30:00Z" },
        { "kind": "ARRIVE", "dueAt": "2026-03-02T01:30:00Z" },
        { "kind": "COMPLETE", "dueAt": "2026-03-03T01:00:00Z" },
    ]);
    assert_eq!(deadlines(&crew, &emergency).await, expected);
}

both!(an_appointment_says_when_to_arrive);
async fn an_appointment_says_when_to_arrive(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let slot = json!({ "slotStart": "2026-03-06T02:00:00Z", "slotEnd": "2026-03-06T04:00:00Z" });
    let ticket = crew.submitted(slot).await;
    let expected = json!([
        { "kind": "RESPOND", "dueAt": "2026-03-02T01:30:00Z" },
        { "kind": "ARRIVE", "dueAt": "2026-03-06T04:00:00Z" },
        { "kind": "COMPLETE", "dueAt": "2026-03-09T02:00:00Z" },
    ]);
    assert_eq!(deadlines(&crew, &ticket).await, expected);
    // When the work comes back, the appointment is over and says nothing any more.
    crew.bring(&ticket, "COMPLETED").await;
    app.advance(Duration::days(5));
    crew.called_back(&ticket, "NOT_SOLVED").await;
    let expected = json!([
        { "kind": "RESPOND", "dueAt": "2026-03-07T01:30:00Z" },
        { "kind": "COMPLETE", "dueAt": "2026-03-10T01:00:00Z" },
    ]);
    assert_eq!(deadlines(&crew, &ticket).await, expected);
}

both!(the_deadline_that_counts_follows_the_state);
async fn the_deadline_that_counts_follows_the_state(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    for (state, ordinary, emergency) in [
        ("SUBMITTED", Some("2026-03-02T01:30:00Z"), Some("2026-03-02T01:30:00Z")),
        ("DISPATCHED", Some("2026-03-02T01:30:00Z"), Some("2026-03-02T01:30:00Z")),
        ("ACCEPTED", Some("2026-03-05T01:00:00Z"), Some("2026-03-02T01:30:00Z")),
        ("IN_PROGRESS", Some("2026-03-05T01:00:00Z"), Some("2026-03-03T01:00:00Z")),
        ("PAUSED", None, None),
        ("COMPLETED", Some("2026-03-04T01:00:00Z"), Some("2026-03-04T01:00:00Z")),
        ("CLOSED", None, None),
        ("CANCELLED", None, None),
    ] {
        for (urgency, due) in [("ORDINARY", ordinary), ("EMERGENCY", emergency)] {
            let ticket = crew.brought(json!({ "urgency": urgency }), state).await;
            let told = look(&crew.desk.client, &ticket, "nextDueAt").await;
            assert_eq!(told["nextDueAt"], json!(due), "{urgency} {state}");
        }
    }
}

both!(a_pause_moves_completion_by_its_length);
async fn a_pause_moves_completion_by_its_length(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let plumber = &crew.plumber.client;
    let ticket = crew.brought(json!({}), "PAUSED").await;
    // Longer than the deadline itself.
    app.advance(Duration::days(10));
    let told = look(&crew.desk.client, &ticket, "pauseReason nextDueAt").await;
    assert_eq!(told, json!({ "pauseReason": "PARTS", "nextDueAt": null }));
    let paused = json!({
        "kind": "COMPLETE", "dueAt": "2026-03-05T01:00:00Z", "metAt": null, "pausedAt": "2026-03-02T01:00:00Z",
        "breached": false,
    });
    assert_eq!(deadline(&crew, &ticket, "COMPLETE").await, paused);
    let open =
        |due: &str| json!({ "kind": "COMPLETE", "dueAt": due, "metAt": null, "pausedAt": null, "breached": false });
    plumber.step("ticketResume", &ticket, json!({})).await.ok();
    assert_eq!(deadline(&crew, &ticket, "COMPLETE").await, open("2026-03-15T01:00:00Z"));
    // Pauses add up, to the microsecond; the other deadlines stay.
    plumber.step("ticketPause", &ticket, json!({ "reason": "RESIDENT" })).await.ok();
    app.advance(Duration::microseconds(1_500_001));
    plumber.step("ticketResume", &ticket, json!({})).await.ok();
    assert_eq!(deadline(&crew, &ticket, "COMPLETE").await, open("2026-03-15T01:00:01.500001Z"));
    assert_eq!(deadline(&crew, &ticket, "RESPOND").await["dueAt"], "2026-03-02T01:30:00Z");
    // A transfer and a cancellation end a pause too.
    for (mutation, by) in [("ticketTransfer", plumber), ("ticketCancel", &crew.desk.client)] {
        let ticket = crew.brought(json!({}), "PAUSED").await;
        let due: chrono::DateTime<chrono::Utc> = app.clock.now() + Duration::days(3) + Duration::hours(2);
        app.advance(Duration::hours(2));
        by.step(mutation, &ticket, crew.words_for(mutation)).await.ok();
        let after = deadline(&crew, &ticket, "COMPLETE").await;
        let found: chrono::DateTime<chrono::Utc> = after["dueAt"].as_str().unwrap().parse().unwrap();
        assert_eq!((found, &after["pausedAt"]), (due, &Value::Null), "{mutation}");
    }
}

both!(what_is_late_shows);
async fn what_is_late_shows(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let plumber = &crew.plumber.client;
    let ticket = crew.brought(json!({ "urgency": "EMERGENCY" }), "DISPATCHED").await;
    let breached = async |kind: &str| deadline(&crew, &ticket, kind).await["breached"] == true;
    app.advance(Duration::minutes(30));
    assert!(!breached("RESPOND").await, "on the minute is in time");
    app.advance(Duration::microseconds(1));
    assert!(breached("RESPOND").await && breached("ARRIVE").await && !breached("COMPLETE").await);
    plumber.step("ticketAccept", &ticket, json!({})).await.ok();
    plumber.step("ticketStart", &ticket, json!({})).await.ok();
    // What was late stays late.
    assert!(breached("RESPOND").await && breached("ARRIVE").await);
    let responded = deadline(&crew, &ticket, "RESPOND").await;
    assert_eq!(responded["metAt"], "2026-03-02T01:30:00.000001Z");
    app.advance(Duration::hours(23));
    plumber.step("ticketComplete", &ticket, crew.words_for("ticketComplete")).await.ok();
    assert!(!breached("COMPLETE").await && !breached("CALLBACK").await);
    app.advance(Duration::days(2));
    assert!(!breached("CALLBACK").await);
    app.advance(Duration::microseconds(1));
    assert!(breached("CALLBACK").await && !breached("COMPLETE").await);
    // A first try stops the callback's clock, whomever it reached.
    crew.called_back(&ticket, "UNREACHABLE").await;
    let callback = deadline(&crew, &ticket, "CALLBACK").await;
    assert_eq!((&callback["breached"], &callback["metAt"]), (&json!(true), &json!("2026-03-05T00:30:00.000002Z")));
}

both!(a_cancelled_ticket_gets_no_later);
async fn a_cancelled_ticket_gets_no_later(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = crew.brought(json!({}), "CANCELLED").await;
    app.advance(Duration::days(30));
    let told = look(&crew.desk.client, &ticket, TOLD).await;
    assert_eq!(told["nextDueAt"], Value::Null);
    assert!(told["deadlines"].as_array().unwrap().iter().all(|it| it["breached"] == false), "{told}");
}

both!(who_takes_over_late_work_has_the_completion_to_keep);
async fn who_takes_over_late_work_has_the_completion_to_keep(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = crew.brought(json!({}), "ACCEPTED").await;
    // It was answered in time; that it changes hands later does not make the answer late.
    app.advance(Duration::hours(5));
    crew.dispatcher.client.step("ticketTransfer", &ticket, crew.words_for("ticketTransfer")).await.ok();
    let told = look(&crew.desk.client, &ticket, "state nextDueAt").await;
    assert_eq!(told, json!({ "state": "DISPATCHED", "nextDueAt": "2026-03-05T01:00:00Z" }));
    assert_eq!(deadline(&crew, &ticket, "RESPOND").await["breached"], false);
    assert!(crate::tickets::shared::listed(&crew.desk.client, "ticketsOverdue").await.is_empty());
}
