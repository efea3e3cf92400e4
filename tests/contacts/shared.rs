//! What the tests of contacts share: a contact as the desk records it, a broken lift, and commands on a contact.

use api::graphql::id::wire_id;
use serde_json::{Value, json};
use support::Client;
use support::client::Outcome;

use crate::tickets::shared::{Crew, key, merged};

/// What is looked at of a contact.
pub const CONTACT: &str = "id kind channel state version words callerName callerPhone callbackWanted joined callbackDue
    answer answeredByName firstContactName ticketState ticket { id } unit { id }";

/// The mutations of an existing contact.
pub const STEPS: [&str; 4] = ["contactToTicket", "contactJoin", "contactAnswer", "contactCallbackRecord"];

/// An enquiry from unit 101 by telephone, changed by `more`; a null takes a field away.
pub fn enquiry(crew: &Crew, more: Value) -> Value {
    let base = json!({
        "unitId": crew.world.unit(),
        "kind": "ENQUIRY",
        "words": "物业费怎么交",
        "callerName": "王芳",
        "callerPhone": "13900010001",
        "idempotencyKey": key(),
    });
    merged(base, more)
}

/// Records an enquiry, changed by `more`; the contact.
pub async fn recorded(by: &Client, crew: &Crew, more: Value) -> Value {
    let selection = format!("contact {{ {CONTACT} }}");
    by.mutate("contactRecord", enquiry(crew, more), &selection).await.ok()["contact"].clone()
}

/// The id of something.
pub fn id(of: &Value) -> String {
    of["id"].as_str().unwrap().to_owned()
}

/// A lift that does not move, as a ticket of the building.
pub fn lift(crew: &Crew) -> Value {
    json!({
        "kind": "PUBLIC_REPAIR",
        "categoryId": crew.world.category("ELEVATOR"),
        "buildingId": wire_id(crew.world.home.building).to_string(),
    })
}

/// Sends a command on a contact with a fresh key and what else it needs.
pub async fn step(by: &Client, mutation: &str, contact: &str, more: Value) -> Outcome {
    let input = merged(json!({ "contactId": contact, "idempotencyKey": key() }), more);
    by.mutate(mutation, input, &format!("contact {{ {CONTACT} }}")).await
}

/// What a command needs beside contact and key.
pub fn words_for(crew: &Crew, mutation: &str, ticket: &str) -> Value {
    match mutation {
        "contactToTicket" => json!({ "ticket": lift(crew) }),
        "contactJoin" => json!({ "ticketId": ticket }),
        "contactAnswer" => json!({ "words": "可以用手机交" }),
        _ => called("SOLVED"),
    }
}

/// A callback that found this.
pub fn called(result: &str) -> Value {
    json!({ "method": "PHONE", "result": result, "words": "回访记录" })
}

/// A contact as `client` sees it; null when it does not.
pub async fn see(client: &Client, contact: &str, selection: &str) -> Value {
    let query = format!("query($id: ID!) {{ node(id: $id) {{ ... on Contact {{ {selection} }} }} }}");
    client.query(&query, json!({ "id": contact })).await["node"].clone()
}

/// The ids of a list of contacts.
pub async fn contacts(client: &Client, list: &str) -> Vec<String> {
    let data = client.query(&format!("{{ list: {list} {{ nodes {{ id }} }} }}"), json!({})).await;
    data["list"]["nodes"].as_array().unwrap().iter().map(id).collect()
}

/// Four residents who report one broken lift: the first contact becomes the ticket, the others join it.
pub struct Fault {
    /// The contacts; the first became the ticket.
    pub contacts: Vec<String>,
    /// The ticket.
    pub ticket: String,
}

impl Fault {
    /// Reports it.
    pub async fn reported(crew: &Crew) -> Self {
        let desk = &crew.desk.client;
        let broken = |door: usize, name: &str| {
            json!({
                "unitId": wire_id(crew.world.home.units[door]).to_string(), "kind": "PUBLIC_REPAIR",
                "words": "电梯不动了", "callerName": name, "callerPhone": format!("1370000000{door}"),
            })
        };
        let first = recorded(desk, crew, merged(broken(0, "甲"), json!({ "ticket": lift(crew) }))).await;
        let ticket = id(&first["ticket"]);
        let mut contacts = vec![id(&first)];
        for (door, name) in [(1, "乙"), (2, "丙"), (3, "丁")] {
            let joined = recorded(desk, crew, merged(broken(door, name), json!({ "ticketId": ticket }))).await;
            assert_eq!((&joined["joined"], &joined["ticket"]["id"]), (&json!(true), &json!(ticket)));
            contacts.push(id(&joined));
        }
        Self { contacts, ticket }
    }

    /// Reports it, and the work is done.
    pub async fn repaired(crew: &Crew) -> Self {
        let fault = Self::reported(crew).await;
        crew.bring(&fault.ticket, "COMPLETED").await;
        fault
    }

    /// The front desk calls one of the four back; the ticket's state afterwards.
    pub async fn call(&self, crew: &Crew, number: usize, result: &str) -> String {
        let outcome = step(&crew.desk.client, "contactCallbackRecord", &self.contacts[number], called(result)).await;
        outcome.ok()["contact"]["ticketState"].as_str().unwrap().to_owned()
    }
}

/// How many tickets and how many joined contacts wait for their callback, as the home screen counts them.
pub async fn due(crew: &Crew) -> (usize, usize) {
    let data = crew.desk.client.query("{ viewer { badges { callbacksDue contactCallbacksDue } } }", json!({})).await;
    let badges = &data["viewer"]["badges"];
    let count = |name: &str| usize::try_from(badges[name].as_u64().unwrap()).unwrap();
    let listed = contacts(&crew.desk.client, "contactCallbacksDue").await;
    assert_eq!(listed.len(), count("contactCallbacksDue"));
    (count("callbacksDue"), listed.len())
}
