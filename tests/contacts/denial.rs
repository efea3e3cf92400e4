//! Who may not: every mutation and list by everybody, with the exact code, and nothing changed.

use std::sync::Arc;

use api::graphql::id::wire_id;
use entities::values::{ContactId, ResidencyRole, Role};
use serde_json::json;
use support::{Client, TestApp, World, both};

use super::shared::{Fault, STEPS, contacts, enquiry, id, recorded, see, step, words_for};
use crate::tickets::shared::{Crew, rows};

both!(
    whoever_is_not_entitled_changes_nothing,
    a_missing_contact_a_foreign_one_and_a_malformed_id,
    each_sees_what_lies_in_the_own_scope,
);

async fn people(app: &TestApp, crew: &Crew) -> Vec<(&'static str, Client)> {
    let world = &crew.world;
    let worker = async |number, role| -> Client { world.worker(app, number, role, &[]).await.client };
    let elsewhere = world.worker_at(app, 18, Role::Manager, Some(world.elsewhere.community), &[]).await.client;
    // Takes contacts in elsewhere, works here.
    let roles = [(Role::FrontDesk, world.elsewhere.community), (Role::Technician, world.home.community)];
    vec![
        ("owner", crew.owner.clone()),
        ("neighbour", world.resident(app, 3, world.home.units[1], ResidencyRole::Owner).await),
        ("desk", crew.desk.client.clone()),
        ("dispatcher", crew.dispatcher.client.clone()),
        ("technician", crew.second.client.clone()),
        ("split", crew.worker_with(app, 19, &roles, &[]).await.client),
        ("steward", worker(11, Role::Steward).await),
        ("leader", worker(12, Role::TeamLeader).await),
        ("collector", worker(13, Role::Collector).await),
        ("finance", worker(14, Role::Finance).await),
        ("supervisor", worker(15, Role::Supervisor).await),
        ("manager", worker(16, Role::Manager).await),
        ("admin", world.admin(app).await),
        ("elsewhere", elsewhere),
        ("foreign", World::build(app, 2).await.admin(app).await),
        ("nobody", app.anonymous()),
    ]
}

/// What somebody who is not entitled hears; nothing for who is.
fn denial(mutation: &str, person: &str) -> Option<&'static str> {
    match (mutation, person) {
        (_, "nobody") => Some("UNAUTHENTICATED"),
        ("contactCallbackRecord", "desk" | "supervisor" | "manager" | "admin") => None,
        ("contactRecord", "owner") => None,
        (it, "desk" | "steward" | "supervisor" | "manager" | "admin") if it != "contactCallbackRecord" => None,
        ("contactRecord", "neighbour") => Some("NOT_FOUND"),
        (_, "elsewhere" | "foreign" | "split") => Some("NOT_FOUND"),
        _ => Some("FORBIDDEN"),
    }
}

async fn whoever_is_not_entitled_changes_nothing(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let people = people(&app, &crew).await;
    let fault = Fault::repaired(&crew).await;
    let open = id(&recorded(&crew.desk.client, &crew, json!({})).await);
    let before = rows(&app).await;
    let mut tried = 0;
    for (person, client) in &people {
        for mutation in STEPS {
            let Some(code) = denial(mutation, person) else { continue };
            let contact = if mutation == "contactCallbackRecord" { &fault.contacts[1] } else { &open };
            let outcome = step(client, mutation, contact, words_for(&crew, mutation, &fault.ticket)).await;
            assert_eq!(outcome.refused(), code, "{mutation} by {person}");
            if code == "NOT_FOUND" {
                assert_eq!(outcome.field(), "input.contactId", "{mutation} by {person}");
            }
            tried += 1;
        }
        if let Some(code) = denial("contactRecord", person) {
            let outcome = client.mutate("contactRecord", enquiry(&crew, json!({})), "contact { id }").await;
            assert_eq!(outcome.refused(), code, "contactRecord by {person}");
            tried += 1;
        }
    }
    assert_eq!(rows(&app).await, before);
    assert_eq!(tried, 5 * 16 - (6 + 5 + 5 + 5 + 4), "no cell of the table was left out");
    // Who may, may.
    for (mutation, person) in [("contactAnswer", "steward"), ("contactCallbackRecord", "supervisor")] {
        let client = &people.iter().find(|(name, _)| *name == person).unwrap().1;
        let contact = if mutation == "contactAnswer" { &open } else { &fault.contacts[1] };
        step(client, mutation, contact, words_for(&crew, mutation, &fault.ticket)).await.ok();
    }
}

async fn a_missing_contact_a_foreign_one_and_a_malformed_id(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let foreign = World::build(&app, 2).await;
    let theirs = foreign.resident(&app, 1, foreign.home.units[0], ResidencyRole::Owner).await;
    let said = json!({
        "unitId": foreign.unit(), "kind": "ENQUIRY", "words": "物业费怎么交", "idempotencyKey": "theirs",
    });
    let theirs = id(&theirs.mutate("contactRecord", said, "contact { id }").await.ok()["contact"]);
    let nobodys = wire_id(app.clock.new_id::<ContactId>()).to_string();
    let fault = Fault::repaired(&crew).await;
    let admin = crew.world.admin(&app).await;
    let before = rows(&app).await;
    for mutation in STEPS {
        let mut answers = Vec::new();
        for contact in [&theirs, &nobodys] {
            let outcome = step(&admin, mutation, contact, words_for(&crew, mutation, &fault.ticket)).await;
            assert_eq!((outcome.refused().as_str(), outcome.field().as_str()), ("NOT_FOUND", "input.contactId"));
            answers.push(outcome.answer.body);
        }
        assert_eq!(answers[0], answers[1], "{mutation}");
        for malformed in ["", "contact_", &crew.world.unit(), "1"] {
            let outcome = step(&admin, mutation, malformed, words_for(&crew, mutation, &fault.ticket)).await;
            assert_eq!((outcome.refused().as_str(), outcome.field().as_str()), ("INVALID_ID", "input.contactId"));
        }
    }
    assert_eq!(rows(&app).await, before);
    assert!(see(&admin, &theirs, "id").await.is_null() && see(&admin, &nobodys, "id").await.is_null());
}

async fn each_sees_what_lies_in_the_own_scope(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let people = people(&app, &crew).await;
    let fault = Fault::repaired(&crew).await;
    let all: Vec<String> = fault.contacts.iter().rev().cloned().collect();
    for (person, client) in &people {
        let answer = client.post("{ contacts { totalCount nodes { id } } }", json!({})).await;
        let expected: Option<&[String]> = match *person {
            "desk" | "steward" | "dispatcher" | "supervisor" | "manager" | "admin" => Some(&all),
            "owner" | "neighbour" | "split" | "elsewhere" | "foreign" => Some(&[]),
            _ => None,
        };
        match expected {
            Some(expected) => {
                assert_eq!(contacts(client, "contacts").await, expected, "{person}");
                assert_eq!(answer.body["data"]["contacts"]["totalCount"], json!(expected.len()), "{person}");
            }
            None if *person == "nobody" => assert_eq!(answer.code(), "UNAUTHENTICATED"),
            None => assert_eq!(answer.code(), "FORBIDDEN", "{person}"),
        }
        let answer = client.post("{ contactCallbacksDue { nodes { id } } }", json!({})).await;
        match *person {
            "desk" | "supervisor" | "manager" | "admin" => {
                assert_eq!(contacts(client, "contactCallbacksDue").await, fault.contacts[1..], "{person}");
            }
            "split" | "elsewhere" | "foreign" => {
                assert_eq!(answer.body["data"]["contactCallbacksDue"]["nodes"], json!([]), "{person}");
            }
            "nobody" => assert_eq!(answer.code(), "UNAUTHENTICATED"),
            _ => assert_eq!(answer.code(), "FORBIDDEN", "{person}"),
        }
        if *person != "nobody" {
            let visible = !see(client, &fault.contacts[0], "id").await.is_null();
            assert_eq!(visible, expected == Some(&all[..]), "{person}");
        }
    }
}
