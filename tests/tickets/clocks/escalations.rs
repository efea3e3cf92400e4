//! Who is told that a clock runs out: at the right minute, exactly once.

use std::sync::Arc;

use api::worker;
use chrono::Duration;
use serde_json::{Value, json};
use support::{TestApp, both};

use crate::tickets::shared::{Crew, look, number};

both!(
    each_clock_is_told_of_at_half_and_at_full_time,
    a_rework_is_told_of_anew,
    a_pause_holds_escalations_back,
    two_workers_tell_once,
    a_worker_that_was_away_tells_what_it_missed,
    residents_see_no_escalations
);

const TOLD: &str = "escalations { round kind level audience }";

/// What was told of a ticket, shortly: `RESPOND HALF DISPATCHER`.
async fn told(crew: &Crew, ticket: &str) -> Vec<String> {
    let seen = look(&crew.dispatcher.client, ticket, TOLD).await;
    let words = |row: &Value| {
        let audience: Vec<_> = row["audience"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        format!("{} {} {}", row["kind"].as_str().unwrap(), row["level"].as_str().unwrap(), audience.join("+"))
    };
    seen["escalations"].as_array().unwrap().iter().map(words).collect()
}

/// Moves the clock and lets the worker look; how many were told.
async fn minutes_later(app: &TestApp, minutes: i64) -> u64 {
    app.advance(Duration::minutes(minutes));
    worker::clocks(&app.app).await.unwrap()
}

async fn each_clock_is_told_of_at_half_and_at_full_time(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = crew.submitted(json!({})).await;
    assert_eq!(minutes_later(&app, 14).await, 0);
    assert_eq!(minutes_later(&app, 1).await, 1);
    assert_eq!(told(&crew, &ticket).await, ["RESPOND HALF DISPATCHER"]);
    assert_eq!(worker::clocks(&app.app).await.unwrap(), 0, "once");
    let assignee = json!({ "assigneeId": crew.plumber.wire });
    crew.dispatcher.client.step("ticketDispatch", &ticket, assignee).await.ok();
    assert_eq!(minutes_later(&app, 15).await, 1);
    assert_eq!(told(&crew, &ticket).await[1], "RESPOND FULL ASSIGNEE+DISPATCHER+SUPERVISOR");
    crew.plumber.client.step("ticketAccept", &ticket, json!({})).await.ok();
    crew.plumber.client.step("ticketStart", &ticket, json!({})).await.ok();
    // The work's 72 hours began with the submission, half an hour ago.
    assert_eq!(minutes_later(&app, 36 * 60 - 31).await, 0);
    assert_eq!(minutes_later(&app, 1).await, 1);
    assert_eq!(minutes_later(&app, 36 * 60 - 1).await, 0);
    assert_eq!(minutes_later(&app, 1).await, 1);
    assert_eq!(
        told(&crew, &ticket).await[2..],
        ["COMPLETE HALF ASSIGNEE", "COMPLETE FULL ASSIGNEE+DISPATCHER+SUPERVISOR"]
    );
    crew.plumber.client.step("ticketComplete", &ticket, crew.words_for("ticketComplete")).await.ok();
    // A callback is due within two days.
    assert_eq!(minutes_later(&app, 24 * 60).await, 1);
    assert_eq!(minutes_later(&app, 24 * 60).await, 1);
    assert_eq!(told(&crew, &ticket).await[4..], ["CALLBACK HALF FRONT_DESK", "CALLBACK FULL FRONT_DESK+SUPERVISOR"]);
    crew.called_back(&ticket, "SOLVED").await;
    assert_eq!(minutes_later(&app, 60 * 24 * 30).await, 0);
    assert_eq!(number(&app, "SELECT COUNT(*) FROM outbox WHERE topic = 'ticket.escalated'").await, 6);
}

async fn a_rework_is_told_of_anew(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = crew.brought(json!({}), "COMPLETED").await;
    crew.called_back(&ticket, "NOT_SOLVED").await;
    assert_eq!(minutes_later(&app, 15).await, 1);
    let seen = look(&crew.dispatcher.client, &ticket, TOLD).await;
    let row = json!({ "round": 1, "kind": "RESPOND", "level": "HALF", "audience": ["ASSIGNEE"] });
    assert_eq!(seen["escalations"], json!([row]));
}

async fn a_pause_holds_escalations_back(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = crew.brought(json!({}), "PAUSED").await;
    assert_eq!(minutes_later(&app, 60 * 24 * 10).await, 0);
    crew.plumber.client.step("ticketResume", &ticket, json!({})).await.ok();
    assert_eq!(minutes_later(&app, 36 * 60 - 1).await, 0);
    assert_eq!(minutes_later(&app, 1).await, 1);
    assert_eq!(told(&crew, &ticket).await, ["COMPLETE HALF ASSIGNEE"]);
}

async fn two_workers_tell_once(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    for _ in 0..20 {
        crew.submitted(json!({})).await;
    }
    app.advance(Duration::minutes(30));
    let workers = (0..4).map(|_| {
        let app = app.app.clone();
        tokio::spawn(async move { worker::clocks(&app).await.unwrap() })
    });
    let mut sum = 0;
    for worker in workers.collect::<Vec<_>>() {
        sum += worker.await.unwrap();
    }
    sum += worker::clocks(&app.app).await.unwrap();
    assert_eq!(sum, 40, "half and full of each");
    assert_eq!(number(&app, "SELECT COUNT(*) FROM ticket_escalation").await, 40);
    assert_eq!(number(&app, "SELECT COUNT(*) FROM outbox WHERE topic = 'ticket.escalated'").await, 40);
}

async fn a_worker_that_was_away_tells_what_it_missed(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    for _ in 0..130 {
        crew.submitted(json!({})).await;
    }
    let late = crew.submitted(json!({ "urgency": "EMERGENCY" })).await;
    assert_eq!(minutes_later(&app, 60 * 24 * 4).await, 130 * 4 + 6);
    let mut all = told(&crew, &late).await;
    all.sort();
    assert_eq!(
        all,
        [
            "ARRIVE FULL DISPATCHER+SUPERVISOR",
            "ARRIVE HALF DISPATCHER",
            "COMPLETE FULL DISPATCHER+SUPERVISOR",
            "COMPLETE HALF DISPATCHER",
            "RESPOND FULL DISPATCHER+SUPERVISOR",
            "RESPOND HALF DISPATCHER",
        ]
    );
    // The board has one row: nobody has any of them.
    let board = "ticketOverdueBoard { state ticketCount emergencyCount assigneeId communityName }";
    let (statements, data) = app.statements(crew.dispatcher.client.query(&format!("{{ {board} }}"), json!({}))).await;
    assert_eq!(statements, 2, "the viewer and the board");
    let row = json!({ "state": "SUBMITTED", "ticketCount": 131, "emergencyCount": 1, "assigneeId": null, "communityName": "邻里花园" });
    assert_eq!(data["ticketOverdueBoard"], json!([row]));
    let technician = crew.plumber.client.post(&format!("{{ {board} }}"), json!({})).await;
    assert_eq!(technician.code(), "FORBIDDEN");
    assert_eq!(crew.owner.post(&format!("{{ {board} }}"), json!({})).await.code(), "FORBIDDEN");
}

async fn residents_see_no_escalations(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = crew.submitted(json!({})).await;
    assert_eq!(minutes_later(&app, 30).await, 2);
    assert_eq!(look(&crew.owner, &ticket, TOLD).await["escalations"], json!([]));
    let query = format!("{{ tickets {{ nodes {{ {TOLD} }} }} }}");
    let (statements, _) = app.statements(crew.dispatcher.client.query(&query, json!({}))).await;
    assert_eq!(statements, 3, "the viewer, the page, its escalations");
}
