//! Every command in every state: the table of the design, cell by cell.

use std::sync::Arc;

use serde_json::json;
use support::{Client, TestApp, both};

use crate::tickets::shared::{COMMANDS, Crew, STATES, look, merged, rows};

/// A cell of the design's table: in this state, this command, by this person, leads there.
pub const STEPS: [(&str, &str, &str, &str); 56] = [
    ("SUBMITTED", "ticketDispatch", "dispatcher", "DISPATCHED"),
    ("SUBMITTED", "ticketClaim", "plumber", "ACCEPTED"),
    ("DISPATCHED", "ticketAccept", "plumber", "ACCEPTED"),
    ("DISPATCHED", "ticketDecline", "plumber", "SUBMITTED"),
    ("DISPATCHED", "ticketTransfer", "plumber", "DISPATCHED"),
    ("ACCEPTED", "ticketTransfer", "dispatcher", "DISPATCHED"),
    ("IN_PROGRESS", "ticketTransfer", "plumber", "DISPATCHED"),
    ("PAUSED", "ticketTransfer", "dispatcher", "DISPATCHED"),
    ("ACCEPTED", "ticketStart", "plumber", "IN_PROGRESS"),
    ("IN_PROGRESS", "ticketPause", "plumber", "PAUSED"),
    ("PAUSED", "ticketResume", "plumber", "IN_PROGRESS"),
    ("IN_PROGRESS", "ticketComplete", "plumber", "COMPLETED"),
    ("COMPLETED", "ticketCallbackRecord", "desk", "CLOSED"),
    ("COMPLETED", "ticketReportUnsolved", "owner", "DISPATCHED"),
    ("CLOSED", "ticketReopen", "owner", "DISPATCHED"),
    ("SUBMITTED", "ticketCancel", "owner", "CANCELLED"),
    ("DISPATCHED", "ticketCancel", "owner", "CANCELLED"),
    ("SUBMITTED", "ticketCancel", "desk", "CANCELLED"),
    ("DISPATCHED", "ticketCancel", "desk", "CANCELLED"),
    ("ACCEPTED", "ticketCancel", "desk", "CANCELLED"),
    ("IN_PROGRESS", "ticketCancel", "desk", "CANCELLED"),
    ("PAUSED", "ticketCancel", "desk", "CANCELLED"),
    ("COMPLETED", "ticketRate", "owner", "COMPLETED"),
    ("CLOSED", "ticketRate", "owner", "CLOSED"),
    ("SUBMITTED", "ticketCommentAdd", "owner", "SUBMITTED"),
    ("DISPATCHED", "ticketCommentAdd", "desk", "DISPATCHED"),
    ("ACCEPTED", "ticketCommentAdd", "plumber", "ACCEPTED"),
    ("IN_PROGRESS", "ticketCommentAdd", "owner", "IN_PROGRESS"),
    ("PAUSED", "ticketCommentAdd", "desk", "PAUSED"),
    ("COMPLETED", "ticketCommentAdd", "owner", "COMPLETED"),
    ("CLOSED", "ticketCommentAdd", "owner", "CLOSED"),
    ("CANCELLED", "ticketCommentAdd", "owner", "CANCELLED"),
    ("SUBMITTED", "ticketCommentAdd", "plumber", "SUBMITTED"),
    ("SUBMITTED", "ticketReschedule", "owner", "SUBMITTED"),
    ("DISPATCHED", "ticketReschedule", "desk", "DISPATCHED"),
    ("ACCEPTED", "ticketReschedule", "plumber", "ACCEPTED"),
    ("IN_PROGRESS", "ticketReschedule", "dispatcher", "IN_PROGRESS"),
    ("PAUSED", "ticketReschedule", "owner", "PAUSED"),
    ("SUBMITTED", "ticketUrge", "owner", "SUBMITTED"),
    ("DISPATCHED", "ticketUrge", "desk", "DISPATCHED"),
    ("ACCEPTED", "ticketUrge", "owner", "ACCEPTED"),
    ("IN_PROGRESS", "ticketUrge", "desk", "IN_PROGRESS"),
    ("PAUSED", "ticketUrge", "owner", "PAUSED"),
    ("DISPATCHED", "ticketHelperAdd", "plumber", "DISPATCHED"),
    ("ACCEPTED", "ticketHelperAdd", "dispatcher", "ACCEPTED"),
    ("IN_PROGRESS", "ticketHelperAdd", "plumber", "IN_PROGRESS"),
    ("PAUSED", "ticketHelperAdd", "dispatcher", "PAUSED"),
    ("DISPATCHED", "ticketHelperRemove", "dispatcher", "DISPATCHED"),
    ("ACCEPTED", "ticketHelperRemove", "plumber", "ACCEPTED"),
    ("IN_PROGRESS", "ticketHelperRemove", "dispatcher", "IN_PROGRESS"),
    ("PAUSED", "ticketHelperRemove", "plumber", "PAUSED"),
    ("SUBMITTED", "ticketPayerSet", "desk", "SUBMITTED"),
    ("DISPATCHED", "ticketPayerSet", "dispatcher", "DISPATCHED"),
    ("ACCEPTED", "ticketPayerSet", "desk", "ACCEPTED"),
    ("IN_PROGRESS", "ticketPayerSet", "dispatcher", "IN_PROGRESS"),
    ("PAUSED", "ticketPayerSet", "desk", "PAUSED"),
];

/// A ticket in a state in which the command is possible, as far as that is more than the state.
pub async fn ready(crew: &Crew, from: &str, mutation: &str) -> String {
    let ticket = crew.brought(json!({}), from).await;
    if mutation == "ticketHelperRemove" {
        crew.dispatcher.client.step("ticketHelperAdd", &ticket, crew.words_for("ticketHelperAdd")).await.ok();
    }
    ticket
}

/// One of the people of the table.
pub fn person<'c>(crew: &'c Crew, name: &str) -> &'c Client {
    match name {
        "owner" => &crew.owner,
        "desk" => &crew.desk.client,
        "dispatcher" => &crew.dispatcher.client,
        "plumber" => &crew.plumber.client,
        other => panic!("nobody is called {other}"),
    }
}

both!(each_step_of_the_table_happens_unless_the_ticket_moved_on);
async fn each_step_of_the_table_happens_unless_the_ticket_moved_on(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    for (from, mutation, by, to) in STEPS {
        let ticket = ready(&crew, from, mutation).await;
        let (by, what) = (person(&crew, by), format!("{mutation} by {by} when {from}"));
        let version = look(by, &ticket, "version").await["version"].as_i64().unwrap();
        let before = rows(&app).await;
        for wrong in [version - 1, version + 1] {
            let stale = merged(crew.words_for(mutation), json!({ "expectedVersion": wrong }));
            let outcome = by.step(mutation, &ticket, stale).await;
            let found = (outcome.refused(), outcome.field());
            assert_eq!(found, ("STALE_VERSION".to_owned(), "input.expectedVersion".to_owned()), "{what}");
            assert_eq!(outcome.payload["userErrors"][0]["retryable"], true);
        }
        assert_eq!(rows(&app).await, before, "{what}");
        let seen = merged(crew.words_for(mutation), json!({ "expectedVersion": version }));
        let payload = by.step(mutation, &ticket, seen).await.ok();
        assert_eq!(payload["ticket"]["state"], to, "{what}");
        let moved = i64::from(mutation != "ticketCommentAdd");
        assert_eq!(payload["ticket"]["version"], version + moved, "{what}");
    }
}

/// Who could, if the state were right.
fn natural(mutation: &str) -> &'static [&'static str] {
    match mutation {
        "ticketDispatch" => &["dispatcher"],
        "ticketTransfer" | "ticketHelperAdd" | "ticketHelperRemove" => &["plumber", "dispatcher"],
        "ticketReschedule" => &["owner", "desk", "dispatcher"],
        "ticketUrge" => &["owner", "desk"],
        "ticketPayerSet" => &["desk", "dispatcher"],
        "ticketCallbackRecord" => &["desk"],
        "ticketReaccept" | "ticketReportUnsolved" | "ticketReopen" | "ticketRate" => &["owner"],
        "ticketCancel" => &["owner", "desk"],
        "ticketCommentAdd" => &[],
        _ => &["plumber"],
    }
}

both!(no_other_step_happens);
async fn no_other_step_happens(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let steward = crew.world.worker(&app, 11, entities::values::Role::Steward, &[]).await;
    for state in STATES {
        let ticket = crew.brought(json!({}), state).await;
        let before = rows(&app).await;
        for (mutation, _) in COMMANDS {
            for name in natural(mutation) {
                if STEPS.iter().any(|(from, step, by, _)| (*from, *step, *by) == (state, mutation, *name)) {
                    continue;
                }
                let transfers = ["PAUSED", "ACCEPTED", "IN_PROGRESS", "DISPATCHED"].contains(&state);
                let open = transfers || state == "SUBMITTED";
                if ["ticketTransfer", "ticketHelperAdd"].contains(&mutation) && transfers {
                    continue;
                }
                if ["ticketReschedule", "ticketUrge", "ticketPayerSet"].contains(&mutation) && open {
                    continue;
                }
                let by = if mutation == "ticketReinspect" { &steward.client } else { person(&crew, name) };
                let outcome = by.step(mutation, &ticket, crew.words_for(mutation)).await;
                let of_the_assignee = *name == "plumber" && !["ticketClaim", "ticketReinspect"].contains(&mutation);
                let expected = match (mutation, state) {
                    ("ticketClaim", _) => "CLAIM_LOST",
                    ("ticketRate", _) => "RATING_TOO_EARLY",
                    ("ticketReinspect" | "ticketReaccept", "COMPLETED") => "CLOSING_PATH",
                    (_, "SUBMITTED") if of_the_assignee => "NOT_ASSIGNEE",
                    _ => "INVALID_TRANSITION",
                };
                let found = (outcome.refused(), outcome.field());
                let expected = (expected.to_owned(), "input.ticketId".to_owned());
                assert_eq!(found, expected, "{mutation} by {name} when {state}");
            }
        }
        assert_eq!(rows(&app).await, before, "{state}");
    }
}

both!(a_claim_of_what_went_round_since_is_stale);
async fn a_claim_of_what_went_round_since_is_stale(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = crew.brought(json!({}), "DISPATCHED").await;
    crew.plumber.client.step("ticketDecline", &ticket, json!({ "reason": "今天请假" })).await.ok();
    let before = rows(&app).await;
    // It is in the pool again, but the client saw it before all that.
    let outcome = crew.second.client.step("ticketClaim", &ticket, json!({ "expectedVersion": 1 })).await;
    assert_eq!(outcome.refused(), "STALE_VERSION");
    assert_eq!(rows(&app).await, before);
    crew.second.client.step("ticketClaim", &ticket, json!({ "expectedVersion": 3 })).await.ok();
}
