//! A whole day of a community through the API: 40 contacts, 30 tickets, two technicians of whom one is without a signal
//! for three hours, one contractor. The figures of the evening are those of a table that a hand wrote.

mod scene;
mod script;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use api::{infra::outbox, worker};
use chrono::Duration;
use serde_json::{Value, json};
use support::{Client, TestApp, both};

use scene::{Scene, at, told_at};
use script::{BY_CHANNEL, BY_KIND, CLOSED, DAY, ON_TIME, QUEUE, SPECIAL, STATES, TOLD};

both!(a_day_of_a_community);

async fn a_day_of_a_community(app: Arc<TestApp>) {
    let mut scene = Scene::set(&app).await;
    app.advance(at("07:00") - app.clock.now());
    let told = play(&app, &mut scene).await;
    assert_eq!(told.iter().sum::<u64>() as usize, TOLD.len(), "how many were told");
    assert_eq!(scene.replayed, QUEUE);
    let tickets = all_tickets(&scene).await;
    assert_eq!(tickets.len(), 30);
    escalations(&tickets);
    endings(&tickets);
    figures(&scene).await;
    callbacks(&scene).await;
    phone(&app, &scene).await;
}

/// Plays the script minute by minute, the worker looking at the clocks in each; how many it told in each minute.
async fn play(app: &TestApp, scene: &mut Scene) -> Vec<u64> {
    let mut lines = DAY.trim().lines().map(|line| line.split_once(' ').unwrap()).peekable();
    let mut told = Vec::new();
    while app.clock.now() <= at("21:00") {
        while let Some((time, line)) = lines.next_if(|(time, _)| at(time) <= app.clock.now()) {
            assert_eq!(at(time), app.clock.now(), "out of order: {time} {line}");
            scene.play(app, line).await;
        }
        told.push(worker::clocks(&app.app).await.unwrap());
        outbox::relay(&app.app).await.unwrap();
        app.advance(Duration::minutes(1));
    }
    assert_eq!(lines.next(), None);
    told
}

/// Every ticket of the community by its label, as the supervisor sees it.
async fn all_tickets(scene: &Scene) -> BTreeMap<String, Value> {
    let list = "{ tickets(first: 50) { totalCount nodes { id state reworkCount outcome callbackTries
        deadlines { kind breached } escalations { kind level audience toldAt } } } }";
    let data = scene.client("supervisor").query(list, json!({})).await;
    let labels: HashMap<&str, &str> = scene.ids.iter().map(|(label, id)| (id.as_str(), label.as_str())).collect();
    let nodes = data["tickets"]["nodes"].as_array().unwrap();
    nodes.iter().map(|node| (labels[node["id"].as_str().unwrap()].to_owned(), node.clone())).collect()
}

/// Who was told of which clock, in which minute.
fn escalations(tickets: &BTreeMap<String, Value>) {
    let mut told = Vec::new();
    for (label, ticket) in tickets {
        for row in ticket["escalations"].as_array().unwrap() {
            let audience: Vec<_> = row["audience"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
            let words = [&row["kind"], &row["level"]].map(|word| word.as_str().unwrap().to_owned()).join(" ");
            told.push(format!("{} {label} {words} {}", told_at(&row["toldAt"]), audience.join("+")));
        }
    }
    told.sort();
    assert_eq!(told, TOLD);
}

/// Tickets that did not go the usual way.
fn endings(tickets: &BTreeMap<String, Value>) {
    for (label, expected) in SPECIAL {
        let ticket = &tickets[label];
        let missed: Vec<_> =
            ticket["deadlines"].as_array().unwrap().iter().filter(|row| row["breached"] == true).collect();
        let missed: Vec<_> = missed.iter().filter_map(|row| row["kind"].as_str()).collect();
        let word = |value: &Value| value.as_str().unwrap_or("-").to_owned();
        let found = format!(
            "{} {} {} {} {}",
            word(&ticket["state"]),
            ticket["reworkCount"],
            word(&ticket["outcome"]),
            ticket["callbackTries"],
            if missed.is_empty() { "-".to_owned() } else { missed.join(" ") }
        );
        assert_eq!(found, expected, "{label}");
    }
    let unusual = |label: &String| SPECIAL.iter().any(|(special, _)| special == label);
    for (label, ticket) in tickets.iter().filter(|(label, _)| !unusual(label)) {
        let late = ticket["deadlines"].as_array().unwrap().iter().any(|row| row["breached"] == true);
        assert!(!late && ticket["reworkCount"] == 0, "{label} went the usual way: {ticket}");
    }
}

/// The figures of the day.
async fn figures(scene: &Scene) {
    let supervisor = scene.client("supervisor");
    let group = |name: &str, rows: &[(&str, [i64; 4])]| -> Vec<Value> {
        rows.iter().map(|(key, counts)| json!({ (name): key, "counts": counts })).collect()
    };
    assert_eq!(counted(supervisor, "KIND", "kind").await, group("kind", &BY_KIND));
    assert_eq!(counted(supervisor, "CHANNEL", "channel").await, group("channel", &BY_CHANNEL));
    let all = BY_KIND.iter().map(|(_, counts)| counts[0]).sum::<i64>();
    assert_eq!(all, 40);

    let data = supervisor.query("{ ticketCounts { state count } }", json!({})).await;
    let mut states: Vec<(&str, i64)> = data["ticketCounts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["state"].as_str().unwrap(), row["count"].as_i64().unwrap()))
        .filter(|(_, count)| *count > 0)
        .collect();
    states.sort_unstable();
    assert_eq!(states, STATES);

    let report = "{ ticketOnTimeReport { ticketCount inTimeCount lateCount overdueCount onTimeShare } }";
    let data = supervisor.query(report, json!({})).await;
    let (all, in_time, late, overdue, share) = ON_TIME;
    let expected = json!([{ "ticketCount": all, "inTimeCount": in_time, "lateCount": late, "overdueCount": overdue, "onTimeShare": share }]);
    assert_eq!(data["ticketOnTimeReport"], expected);

    for (name, closed) in CLOSED {
        let query = "query($filter: TicketFilterInput) { tickets(filter: $filter) { totalCount } }";
        let filter = json!({ "filter": { "assigneeId": scene.staff(name), "states": ["CLOSED"] } });
        let data = supervisor.query(query, filter).await;
        assert_eq!(data["tickets"]["totalCount"], closed, "{name}");
    }
}

/// Contacts by one group, as the script's tables write them.
async fn counted(client: &Client, group: &str, field: &str) -> Vec<Value> {
    let query = format!(
        "{{ contactCounts(input: {{ groupBy: [{group}] }}) {{ {field} contactCount answeredCount ticketCount joinedCount }} }}"
    );
    let data = client.query(&query, json!({})).await;
    let figures = ["contactCount", "answeredCount", "ticketCount", "joinedCount"];
    let mut rows: Vec<Value> = data["contactCounts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| json!({ (field): row[field], "counts": figures.map(|name| row[name].clone()) }))
        .collect();
    rows.sort_by_key(|row| row[field].as_str().unwrap().to_owned());
    rows
}

/// What is left to be called back: only T07, whom nobody reached; of the lift's callers nobody.
async fn callbacks(scene: &Scene) {
    let query = "{ callbacksDue { nodes { id } } contactCallbacksDue { totalCount } viewer { badges { callbacksDue contactCallbacksDue } } }";
    let data = scene.client("desk").query(query, json!({})).await;
    assert_eq!(data["callbacksDue"]["nodes"], json!([{ "id": scene.ids["T07"] }]));
    assert_eq!(data["contactCallbacksDue"]["totalCount"], 0);
    assert_eq!(data["viewer"]["badges"], json!({ "callbacksDue": 1, "contactCallbacksDue": 0 }));
}

/// In the evening the phones hold what the server holds: Zhao's day is T13 and T30, the others are done.
async fn phone(app: &TestApp, scene: &Scene) {
    outbox::relay(&app.app).await.unwrap();
    for (name, left) in [("zhao", &["T13", "T30"][..]), ("qian", &[]), ("sun", &[])] {
        let query = "{ ticketChanges { changed { id state } hasMore } myDay { nodes { id } } }";
        let data = scene.client(name).query(query, json!({})).await;
        let sorted = |nodes: &Value| {
            let mut ids: Vec<_> =
                nodes.as_array().unwrap().iter().map(|node| node["id"].as_str().unwrap().to_owned()).collect();
            ids.sort();
            ids
        };
        let mut expected: Vec<_> = left.iter().map(|label| scene.ids[*label].clone()).collect();
        expected.sort();
        assert_eq!(sorted(&data["myDay"]["nodes"]), expected, "{name}");
        assert_eq!(sorted(&data["ticketChanges"]["changed"]), expected, "{name}");
    }
}
