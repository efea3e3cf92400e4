//! What a ticket offers is what its mutations then allow: `availableActions` against every command.

use std::sync::Arc;

use entities::values::{ResidencyRole, Role, Trade};
use serde_json::{Value, json};
use support::{Client, TestApp, both};

use crate::tickets::shared::{COMMANDS, Crew, STATES, look, rows};

async fn offered(by: &Client, ticket: &str) -> Vec<String> {
    let actions = look(by, ticket, "availableActions").await["availableActions"].clone();
    actions.as_array().unwrap().iter().map(|action| action.as_str().unwrap().to_owned()).collect()
}

/// Tries every command: what is not offered is refused on the spot, what is offered happens on a fresh copy.
async fn compare(app: &TestApp, crew: &Crew, people: &[(&str, &Client)], kind: Value, state: &str, rated: bool) {
    let fresh = async || {
        let ticket = crew.brought(kind.clone(), state).await;
        if rated {
            crew.owner.step("ticketRate", &ticket, crew.words_for("ticketRate")).await.ok();
        }
        ticket
    };
    let ticket = fresh().await;
    for (name, by) in people {
        if look(by, &ticket, "id").await.is_null() {
            continue;
        }
        let offered = offered(by, &ticket).await;
        let before = rows(app).await;
        for (mutation, action) in COMMANDS {
            if !offered.iter().any(|it| it == action) {
                let outcome = by.step(mutation, &ticket, crew.words_for(mutation)).await;
                let refused = outcome.payload.is_null() || outcome.payload["ticket"].is_null();
                assert!(refused, "{action} is not offered to {name} when {kind} is {state}, but happens");
            }
        }
        assert_eq!(rows(app).await, before, "{name} {kind} {state}");
        for (mutation, action) in COMMANDS {
            if offered.iter().any(|it| it == action) {
                let outcome = by.step(mutation, &fresh().await, crew.words_for(mutation)).await;
                let happened = !outcome.payload.is_null() && outcome.payload["userErrors"] == json!([]);
                assert!(happened, "{action} is offered to {name} when {kind} is {state}: {:#}", outcome.answer.body);
            }
        }
    }
}

both!(what_is_offered_is_what_happens);
async fn what_is_offered_is_what_happens(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let world = &crew.world;
    let family = world.resident(&app, 2, world.home.units[0], ResidencyRole::Family).await;
    let electrician = world.worker(&app, 11, Role::Technician, &[Trade::Electrical]).await;
    let supervisor = world.worker(&app, 12, Role::Supervisor, &[]).await;
    let steward = world.worker(&app, 13, Role::Steward, &[]).await;
    let people = [
        ("owner", &crew.owner),
        ("family", &family),
        ("desk", &crew.desk.client),
        ("dispatcher", &crew.dispatcher.client),
        ("assignee", &crew.plumber.client),
        ("technician", &crew.second.client),
        ("electrician", &electrician.client),
        ("supervisor", &supervisor.client),
        ("steward", &steward.client),
    ];
    for state in STATES {
        compare(&app, &crew, &people, json!({}), state, false).await;
    }
    compare(&app, &crew, &people, json!({}), "COMPLETED", true).await;
    compare(&app, &crew, &people, json!({ "kind": "PATROL_FINDING" }), "COMPLETED", false).await;
    compare(&app, &crew, &people, json!({ "kind": "HANDOVER_DEFECT" }), "COMPLETED", false).await;
}

both!(what_each_person_is_offered);
async fn what_each_person_is_offered(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let cases = [
        (
            "SUBMITTED",
            [
                "CANCEL COMMENT RESCHEDULE URGE",
                "CANCEL COMMENT RESCHEDULE URGE SET_PAYER",
                "DISPATCH CANCEL COMMENT RESCHEDULE SET_PAYER",
                "CLAIM COMMENT",
            ],
        ),
        (
            "DISPATCHED",
            [
                "CANCEL COMMENT RESCHEDULE URGE",
                "CANCEL COMMENT RESCHEDULE URGE SET_PAYER",
                "TRANSFER CANCEL COMMENT RESCHEDULE ADD_HELPER SET_PAYER",
                "ACCEPT DECLINE TRANSFER COMMENT RESCHEDULE ADD_HELPER",
            ],
        ),
        (
            "ACCEPTED",
            [
                "COMMENT RESCHEDULE URGE",
                "CANCEL COMMENT RESCHEDULE URGE SET_PAYER",
                "TRANSFER CANCEL COMMENT RESCHEDULE ADD_HELPER SET_PAYER",
                "TRANSFER START COMMENT RESCHEDULE ADD_HELPER",
            ],
        ),
        (
            "IN_PROGRESS",
            [
                "COMMENT RESCHEDULE URGE",
                "CANCEL COMMENT RESCHEDULE URGE SET_PAYER",
                "TRANSFER CANCEL COMMENT RESCHEDULE ADD_HELPER SET_PAYER",
                "TRANSFER PAUSE COMPLETE COMMENT RESCHEDULE ADD_HELPER",
            ],
        ),
        (
            "PAUSED",
            [
                "COMMENT RESCHEDULE URGE",
                "CANCEL COMMENT RESCHEDULE URGE SET_PAYER",
                "TRANSFER CANCEL COMMENT RESCHEDULE ADD_HELPER SET_PAYER",
                "TRANSFER RESUME COMMENT RESCHEDULE ADD_HELPER",
            ],
        ),
        ("COMPLETED", ["REPORT_UNSOLVED COMMENT RATE", "RECORD_CALLBACK COMMENT", "COMMENT", "COMMENT"]),
        ("CLOSED", ["REOPEN COMMENT RATE", "COMMENT", "COMMENT", "COMMENT"]),
        ("CANCELLED", ["COMMENT", "COMMENT", "COMMENT", "COMMENT"]),
    ];
    let people = [&crew.owner, &crew.desk.client, &crew.dispatcher.client, &crew.plumber.client];
    for (state, expected) in cases {
        let ticket = crew.brought(json!({}), state).await;
        for (by, expected) in people.iter().zip(expected) {
            assert_eq!(offered(by, &ticket).await.join(" "), expected, "{state}");
        }
    }
}
