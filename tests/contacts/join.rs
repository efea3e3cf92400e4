//! Several contacts about one public fault join one ticket.

use std::sync::Arc;

use api::graphql::id::wire_id;
use entities::values::{ResidencyRole, Role};
use serde_json::json;
use support::{TestApp, World, both};

use super::shared::{Fault, id, lift, recorded, step};
use crate::tickets::shared::{Crew, STATES, gained, look, merged, rows};

both!(
    a_contact_joins_in_every_state_that_is_not_over,
    contacts_join_public_repairs_of_their_community_only,
    what_joined_is_told_by_the_ticket,
);

async fn a_contact_joins_in_every_state_that_is_not_over(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let desk = &crew.desk.client;
    let public = json!({
        "kind": "PUBLIC_REPAIR", "unitId": null, "buildingId": wire_id(crew.world.home.building).to_string(),
        "categoryId": crew.world.category("ELEVATOR"),
    });
    for state in STATES {
        let ticket = crew.brought(public.clone(), state).await;
        let contact = id(&recorded(desk, &crew, json!({ "kind": "PUBLIC_REPAIR" })).await);
        let seen = look(desk, &ticket, "version").await["version"].as_i64().unwrap();
        let before = rows(&app).await;
        let outcome = step(desk, "contactJoin", &contact, json!({ "ticketId": ticket })).await;
        if ["CLOSED", "CANCELLED"].contains(&state) {
            let found = (outcome.refused(), outcome.field());
            assert_eq!(found, ("INVALID_TRANSITION".to_owned(), "input.ticketId".to_owned()), "{state}");
            assert_eq!(rows(&app).await, before, "{state}");
            continue;
        }
        let joined = outcome.ok()["contact"].clone();
        assert_eq!((&joined["joined"], &joined["ticketState"]), (&json!(true), &json!(state)));
        assert_eq!(joined["callbackDue"], json!(state == "COMPLETED"), "{state}");
        let expected = [("history_event", 1), ("outbox", 2), ("idempotency_key", 1), ("versions", 1)];
        assert_eq!(gained(&app, &before).await, expected, "{state}");
        let told = look(desk, &ticket, "state version events { kind fromState toState }").await;
        assert_eq!((&told["state"], &told["version"]), (&json!(state), &json!(seen + 1)));
        let event = told["events"].as_array().unwrap().last().unwrap().clone();
        assert_eq!(event, json!({ "kind": "CONTACT_JOINED", "fromState": state, "toState": state }));
    }
}

async fn contacts_join_public_repairs_of_their_community_only(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let other = World::build(&app, 2).await;
    let everywhere = crew.world.worker_at(&app, 11, Role::FrontDesk, None, &[]).await.client;
    let theirs =
        other.resident(&app, 1, other.home.units[0], ResidencyRole::Owner).await.submit(other.repair("k")).await;
    let away = merged(lift(&crew), json!({ "buildingId": wire_id(crew.world.elsewhere.building).to_string() }));
    let away = merged(away, json!({ "description": "电梯", "idempotencyKey": "away" }));
    let away = everywhere.submit(away).await;
    let home = crew.submitted(json!({})).await;
    let nobodys = wire_id(app.clock.new_id::<entities::values::TicketId>()).to_string();
    let contact = id(&recorded(&crew.desk.client, &crew, json!({})).await);
    let before = rows(&app).await;
    for (who, by, ticket, code, field) in [
        ("desk", &crew.desk.client, &home, "NOT_PUBLIC_FAULT", "ticketId"),
        ("everywhere", &everywhere, &away, "OTHER_COMMUNITY", "ticketId"),
        // Who does not work there does not learn that it is there.
        ("desk", &crew.desk.client, &away, "NOT_FOUND", "ticketId"),
        ("everywhere", &everywhere, &theirs, "NOT_FOUND", "ticketId"),
        ("everywhere", &everywhere, &nobodys, "NOT_FOUND", "ticketId"),
        ("everywhere", &everywhere, &contact, "INVALID_ID", "ticketId"),
    ] {
        let outcome = step(by, "contactJoin", &contact, json!({ "ticketId": ticket })).await;
        assert_eq!((outcome.refused().as_str(), outcome.field()), (code, format!("input.{field}")), "{who}");
    }
    assert_eq!(rows(&app).await, before);
}

async fn what_joined_is_told_by_the_ticket(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let fault = Fault::reported(&crew).await;
    let told = look(&crew.desk.client, &fault.ticket, "contacts { id joined callerName } availableActions").await;
    let of = |number: usize, joined: bool, name: &str| json!({ "id": fault.contacts[number], "joined": joined, "callerName": name });
    let expected = json!([of(0, false, "甲"), of(1, true, "乙"), of(2, true, "丙"), of(3, true, "丁")]);
    assert_eq!(told["contacts"], expected);
    assert!(told["availableActions"].as_array().unwrap().contains(&json!("JOIN_CONTACT")));
    // Who works on it sees of all these people only its contact person.
    crew.bring(&fault.ticket, "ACCEPTED").await;
    let told = look(&crew.plumber.client, &fault.ticket, "contactName contactPhone contacts { id }").await;
    assert_eq!(told, json!({ "contactName": "甲", "contactPhone": "13700000000", "contacts": [] }));
}
