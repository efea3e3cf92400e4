//! Another appointment (改约): who may agree it, and which deadlines move.

use std::sync::Arc;

use chrono::Duration;
use entities::values::{ResidencyRole, Role};
use serde_json::{Value, json};
use support::client::Outcome;
use support::{Client, TestApp, both};

use crate::tickets::shared::{Crew, gained, key, look, merged, rows};

both!(
    deadlines_follow_the_appointment,
    a_met_deadline_stays_and_lateness_is_kept,
    words_and_spans_are_checked,
    who_agrees_appointments,
    one_of_two_at_once_wins,
    the_next_round_counts_by_the_new_appointment
);

fn slot(start: &str, end: &str) -> Value {
    json!({ "slotStart": format!("2026-03-{start}:00Z"), "slotEnd": format!("2026-03-{end}:00Z"), "reason": "业主出差" })
}

async fn agree(by: &Client, ticket: &str, start: &str, end: &str) -> Outcome {
    by.step("ticketReschedule", ticket, slot(start, end)).await
}

/// The deadlines as `RESPOND …, ARRIVE …`.
async fn due(crew: &Crew, ticket: &str) -> Vec<String> {
    let seen = look(&crew.dispatcher.client, ticket, "deadlines { kind dueAt }").await;
    let rows = seen["deadlines"].as_array().unwrap().iter();
    rows.map(|row| format!("{} {}", row["kind"].as_str().unwrap(), &row["dueAt"].as_str().unwrap()[5..16])).collect()
}

async fn deadlines_follow_the_appointment(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = crew.submitted(json!({})).await;
    assert_eq!(due(&crew, &ticket).await, ["RESPOND 03-02T01:30", "COMPLETE 03-05T01:00"]);
    let before = rows(&app).await;
    let answer = agree(&crew.owner, &ticket, "06T02:00", "06T04:00").await.ok();
    assert_eq!((&answer["ticket"]["state"], &answer["ticket"]["version"]), (&json!("SUBMITTED"), &json!(2)));
    let once = [("history_event", 1), ("outbox", 1), ("idempotency_key", 1), ("versions", 1)];
    assert_eq!(gained(&app, &before).await, once);
    // Arrival is due at its end, the work counts from its start; the response as before.
    let moved = ["RESPOND 03-02T01:30", "ARRIVE 03-06T04:00", "COMPLETE 03-09T02:00"];
    assert_eq!(due(&crew, &ticket).await, moved);
    let told = "slot { start end } nextDueAt events { kind words byViewer }";
    assert_eq!(
        look(&crew.owner, &ticket, told).await,
        json!({
            "slot": { "start": "2026-03-06T02:00:00Z", "end": "2026-03-06T04:00:00Z" },
            "nextDueAt": "2026-03-02T01:30:00Z",
            "events": [
                { "kind": "SUBMITTED", "words": "厨房水管漏水", "byViewer": true },
                { "kind": "RESCHEDULED", "words": "业主出差", "byViewer": true },
            ],
        })
    );
    // Earlier again, also once it is taken on; the day's list follows.
    crew.bring(&ticket, "ACCEPTED").await;
    agree(&crew.plumber.client, &ticket, "04T02:00", "04T04:00").await.ok();
    let moved = ["RESPOND 03-02T01:30", "ARRIVE 03-04T04:00", "COMPLETE 03-07T02:00"];
    assert_eq!(due(&crew, &ticket).await, moved);
    assert_eq!(look(&crew.owner, &ticket, "nextDueAt").await["nextDueAt"], "2026-03-04T04:00:00Z");
    // The appointment before stands in the event.
    let kept = "SELECT COUNT(*) FROM history_event WHERE kind = 'RESCHEDULED' AND payload LIKE '%\"slotStart\":\"2026-03-06T02:00:00Z\"},\"reason\"%'";
    assert_eq!(crate::tickets::shared::number(&app, kept).await, 1);
}

async fn a_met_deadline_stays_and_lateness_is_kept(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket =
        crew.submitted(json!({ "slotStart": "2026-03-02T02:00:00Z", "slotEnd": "2026-03-02T04:00:00Z" })).await;
    crew.bring(&ticket, "PAUSED").await;
    let as_it_was = due(&crew, &ticket).await;
    assert_eq!(as_it_was, ["RESPOND 03-02T01:30", "ARRIVE 03-02T04:00", "COMPLETE 03-05T02:00"]);
    // Somebody was there: the pause stops the clock, and the appointment moves nothing.
    agree(&crew.owner, &ticket, "04T02:00", "04T04:00").await.ok();
    assert_eq!(due(&crew, &ticket).await, as_it_was);
    app.advance(Duration::days(2));
    crew.plumber.client.step("ticketResume", &ticket, json!({})).await.ok();
    assert_eq!(due(&crew, &ticket).await[2], "COMPLETE 03-07T02:00", "once, by the pause");

    let late = crew.brought(json!({}), "ACCEPTED").await;
    app.advance(Duration::days(4));
    agree(&crew.plumber.client, &late, "10T02:00", "10T04:00").await.ok();
    let seen = look(&crew.dispatcher.client, &late, "deadlines { kind breached }").await;
    let complete = seen["deadlines"].as_array().unwrap().iter().find(|it| it["kind"] == "COMPLETE").unwrap();
    assert_eq!(complete["breached"], false, "it has another date");
    for mutation in ["ticketStart", "ticketComplete"] {
        crew.plumber.client.step(mutation, &late, crew.words_for(mutation)).await.ok();
    }
    let admin = crew.world.admin(&app).await;
    let report = admin.query("{ ticketOnTimeReport { lateCount inTimeCount } }", json!({})).await;
    assert_eq!(report["ticketOnTimeReport"], json!([{ "lateCount": 1, "inTimeCount": 0 }]), "but it was late");
}

async fn words_and_spans_are_checked(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = crew.brought(json!({}), "DISPATCHED").await;
    let before = rows(&app).await;
    let base = slot("06T02:00", "06T04:00");
    for (change, code, field) in [
        (json!({ "slotEnd": "2026-03-06T02:00:00Z" }), "SLOT_INVALID", "slotEnd"),
        (json!({ "slotEnd": "2026-03-05T02:00:00Z" }), "SLOT_INVALID", "slotEnd"),
        (json!({ "slotEnd": "2026-03-07T02:00:01Z" }), "SLOT_INVALID", "slotEnd"),
        (
            json!({ "slotStart": "2026-03-02T00:59:59Z", "slotEnd": "2026-03-02T02:00:00Z" }),
            "SLOT_IN_PAST",
            "slotStart",
        ),
        (json!({ "reason": null }), "REQUIRED", "reason"),
        (json!({ "reason": "  " }), "REQUIRED", "reason"),
        (json!({ "reason": "长".repeat(1001) }), "TOO_LONG", "reason"),
    ] {
        let outcome = crew.desk.client.step("ticketReschedule", &ticket, merged(base.clone(), change)).await;
        assert_eq!((outcome.refused(), outcome.field()), (code.to_owned(), format!("input.{field}")));
    }
    assert_eq!(rows(&app).await, before);
    // A resident need not say why; now is not past.
    let now = json!({ "slotStart": "2026-03-02T01:00:00Z", "slotEnd": "2026-03-03T01:00:00Z" });
    crew.owner.step("ticketReschedule", &ticket, now).await.ok();
}

async fn who_agrees_appointments(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let world = &crew.world;
    let steward = world.worker(&app, 11, Role::Steward, &[]).await;
    let family = world.resident(&app, 2, world.home.units[0], ResidencyRole::Family).await;
    let neighbour = world.resident(&app, 3, world.home.units[1], ResidencyRole::Owner).await;
    let ticket = crew.brought(json!({}), "ACCEPTED").await;
    for (client, code) in
        [(&crew.second.client, "NOT_ASSIGNEE"), (&steward.client, "FORBIDDEN"), (&neighbour, "NOT_FOUND")]
    {
        assert_eq!(agree(client, &ticket, "06T02:00", "06T04:00").await.refused(), code);
    }
    for client in [&crew.owner, &family, &crew.desk.client, &crew.dispatcher.client, &crew.plumber.client] {
        agree(client, &ticket, "06T02:00", "06T04:00").await.ok();
    }
    let helper = json!({ "staffId": crew.second.wire });
    crew.dispatcher.client.step("ticketHelperAdd", &ticket, helper).await.ok();
    let outcome = agree(&crew.second.client, &ticket, "06T02:00", "06T04:00").await;
    assert_eq!(outcome.refused(), "NOT_ASSIGNEE", "a helper is no assignee");
}

async fn one_of_two_at_once_wins(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    for _ in 0..5 {
        let ticket = crew.submitted(json!({})).await;
        let before = rows(&app).await;
        let seen = |start: &str, end: &str| merged(slot(start, end), json!({ "expectedVersion": 1 }));
        let (one, two) = tokio::join!(
            crew.owner.step("ticketReschedule", &ticket, seen("06T02:00", "06T04:00")),
            crew.desk.client.step("ticketReschedule", &ticket, seen("07T02:00", "07T04:00")),
        );
        let (won, lost) = if one.codes().is_empty() { (one, two) } else { (two, one) };
        assert_eq!(lost.refused(), "STALE_VERSION");
        assert_eq!(won.ok()["ticket"]["version"], 2);
        let once = [("history_event", 1), ("outbox", 1), ("idempotency_key", 1), ("versions", 1)];
        assert_eq!(gained(&app, &before).await, once);
    }
}

async fn the_next_round_counts_by_the_new_appointment(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = crew.brought(json!({}), "IN_PROGRESS").await;
    agree(&crew.owner, &ticket, "20T02:00", "20T04:00").await.ok();
    crew.plumber.client.step("ticketComplete", &ticket, crew.words_for("ticketComplete")).await.ok();
    crew.called_back(&ticket, "NOT_SOLVED").await;
    assert_eq!(due(&crew, &ticket).await[1..], ["ARRIVE 03-20T04:00", "COMPLETE 03-23T02:00"]);
    let once =
        json!({ "idempotencyKey": key(), "slotStart": "2026-03-21T02:00:00Z", "slotEnd": "2026-03-21T04:00:00Z" });
    let first = crew.owner.step("ticketReschedule", &ticket, once.clone()).await.ok();
    assert_eq!(crew.owner.step("ticketReschedule", &ticket, once.clone()).await.ok(), first);
    let other = merged(once, json!({ "slotEnd": "2026-03-21T05:00:00Z" }));
    assert_eq!(crew.owner.step("ticketReschedule", &ticket, other).await.refused(), "KEY_REUSED");
}
