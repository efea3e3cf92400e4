//! Two desks at once: one wins, the other hears it, nothing is lost.

use std::sync::Arc;

use entities::values::Role;
use serde_json::{Value, json};
use support::client::Outcome;
use support::{Client, TestApp, both};

use super::shared::{Fault, called, due, enquiry, id, lift, recorded, see, step};
use crate::tickets::shared::{Crew, key, look, merged, number};

both!(
    one_contact_becomes_one_ticket,
    one_contact_joins_one_ticket,
    a_burst_of_calls_joins_one_ticket,
    the_last_two_callbacks_at_once_close_it_once,
);

/// Sends all at once; the outcomes in their order.
async fn at_once(requests: Vec<(Client, &'static str, String, Value)>) -> Vec<Outcome> {
    let sent: Vec<_> = requests
        .into_iter()
        .map(|(client, mutation, contact, more)| {
            tokio::spawn(async move { step(&client, mutation, &contact, more).await })
        })
        .collect();
    let mut outcomes = Vec::new();
    for one in sent {
        outcomes.push(one.await.unwrap());
    }
    outcomes
}

/// How many happened; the codes of the others must be among `conflicts`.
fn winners(outcomes: &[Outcome], conflicts: &[&str]) -> usize {
    let lost: Vec<String> = outcomes.iter().flat_map(Outcome::codes).collect();
    assert!(lost.iter().all(|code| conflicts.contains(&code.as_str())), "{lost:?}");
    outcomes.len() - lost.len()
}

async fn one_contact_becomes_one_ticket(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let second = crew.world.worker(&app, 11, Role::FrontDesk, &[]).await.client;
    for _ in 0..5 {
        let contact = id(&recorded(&crew.desk.client, &crew, json!({})).await);
        let tickets = number(&app, "SELECT COUNT(*) FROM ticket").await;
        let requests = (0..6).map(|turn| {
            let client = if turn % 2 == 0 { crew.desk.client.clone() } else { second.clone() };
            let (mutation, more) = match turn % 3 {
                0 | 1 => ("contactToTicket", json!({ "ticket": lift(&crew) })),
                _ => ("contactAnswer", json!({ "words": "好" })),
            };
            (client, mutation, contact.clone(), more)
        });
        let outcomes = at_once(requests.collect()).await;
        assert_eq!(winners(&outcomes, &["CONTACT_TICKETED", "CONTACT_ANSWERED"]), 1);
        let state = see(&crew.desk.client, &contact, "state version").await;
        let made = number(&app, "SELECT COUNT(*) FROM ticket").await - tickets;
        assert_eq!((made == 1, &state["version"]), (state["state"] == "TICKETED", &json!(2)));
    }
}

async fn one_contact_joins_one_ticket(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let second = crew.world.worker(&app, 11, Role::FrontDesk, &[]).await.client;
    let one = recorded(&crew.desk.client, &crew, json!({ "ticket": lift(&crew) })).await;
    let other = recorded(&crew.desk.client, &crew, json!({ "ticket": lift(&crew) })).await;
    let tickets = [id(&one["ticket"]), id(&other["ticket"])];
    for round in 0..5 {
        let contact = id(&recorded(&crew.desk.client, &crew, json!({})).await);
        let requests = (0..6).map(|turn| {
            let client = if turn % 2 == 0 { crew.desk.client.clone() } else { second.clone() };
            (client, "contactJoin", contact.clone(), json!({ "ticketId": tickets[(turn + round) / 2 % 2] }))
        });
        let outcomes = at_once(requests.collect()).await;
        assert_eq!(winners(&outcomes, &["CONTACT_TICKETED"]), 1);
    }
    let mut joined = 0;
    for ticket in &tickets {
        let told = look(&crew.desk.client, ticket, "version contacts { joined }").await;
        let contacts = told["contacts"].as_array().unwrap().len();
        assert_eq!(told["version"], json!(contacts), "submitted, and one event for each that joined");
        joined += contacts - 1;
    }
    assert_eq!(joined, 5);
}

async fn a_burst_of_calls_joins_one_ticket(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let first = recorded(&crew.desk.client, &crew, json!({ "ticket": lift(&crew) })).await;
    let ticket = id(&first["ticket"]);
    let mut requests = Vec::new();
    for _ in 0..4 {
        let contact = id(&recorded(&crew.desk.client, &crew, json!({})).await);
        requests.push((crew.desk.client.clone(), "contactJoin", contact, json!({ "ticketId": ticket })));
    }
    let calls: Vec<_> = (0..4)
        .map(|_| {
            let (client, input) = (crew.desk.client.clone(), enquiry(&crew, json!({ "ticketId": ticket })));
            tokio::spawn(async move { client.mutate("contactRecord", input, "contact { joined }").await.ok() })
        })
        .collect();
    assert_eq!(winners(&at_once(requests).await, &[]), 4);
    for call in calls {
        assert_eq!(call.await.unwrap()["contact"]["joined"], true);
    }
    let told = look(&crew.desk.client, &ticket, "version contacts { id }").await;
    assert_eq!((told["contacts"].as_array().unwrap().len(), &told["version"]), (9, &json!(9)));
}

async fn the_last_two_callbacks_at_once_close_it_once(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    for _ in 0..4 {
        let fault = Fault::repaired(&crew).await;
        for number in [0, 1] {
            fault.call(&crew, number, "SOLVED").await;
        }
        let mut open: Vec<String> = fault.contacts[2..].to_vec();
        // Whoever was overtaken sends it once more.
        for _ in 0..2 {
            let requests = open.iter().map(|contact| {
                let more = merged(called("SOLVED"), json!({ "idempotencyKey": key() }));
                (crew.desk.client.clone(), "contactCallbackRecord", contact.clone(), more)
            });
            let outcomes = at_once(requests.collect()).await;
            let lost = outcomes.iter().zip(&open).filter(|(outcome, _)| !outcome.codes().is_empty());
            let lost: Vec<String> = lost
                .map(|(outcome, contact)| {
                    assert_eq!(outcome.refused(), "STALE_VERSION");
                    contact.clone()
                })
                .collect();
            assert!(lost.len() < open.len().max(1), "somebody is always first");
            open = lost;
            if open.is_empty() {
                break;
            }
        }
        let told = look(&crew.desk.client, &fault.ticket, "state events { toState }").await;
        let closings = told["events"].as_array().unwrap().iter().filter(|event| event["toState"] == "CLOSED").count();
        assert_eq!((&told["state"], closings), (&json!("CLOSED"), 1));
    }
    assert_eq!(due(&crew).await, (0, 0));
}
