//! What a phone missed: changed tickets, tickets that went, cursors that are too old.

use std::collections::BTreeMap;
use std::sync::Arc;

use api::infra::outbox;
use api::worker;
use chrono::Duration;
use serde_json::{Value, json};
use support::{Client, TestApp, both};

use crate::tickets::shared::{Crew, ids};

both!(
    a_phone_follows_its_day,
    everything_comes_in_pages_and_changes_do_too,
    a_cursor_that_is_too_old_begins_anew,
    helpers_follow_the_tickets_they_help_with,
    changes_are_for_staff_and_cursors_are_ours,
    two_relays_give_each_change_one_place
);

const CHANGES: &str = "query($since: String, $first: Int) { ticketChanges(since: $since, first: $first) {
    changed { id state version } removed cursor hasMore reset categoriesVersion } }";

/// A phone's copy of its user's day.
#[derive(Default)]
struct Copy {
    tickets: BTreeMap<String, String>,
    cursor: Option<String>,
    /// Requests of the last synchronization.
    requests: usize,
}

impl Copy {
    /// Asks until nothing more follows; whether it began anew.
    async fn follow(&mut self, app: &TestApp, client: &Client, first: i64) -> bool {
        outbox::relay(&app.app).await.unwrap();
        let mut reset = false;
        self.requests = 0;
        loop {
            self.requests += 1;
            let data = client.query(CHANGES, json!({ "since": self.cursor, "first": first })).await;
            let changes = &data["ticketChanges"];
            if changes["reset"] == true {
                reset = true;
                self.tickets.clear();
            }
            for ticket in changes["changed"].as_array().unwrap() {
                let state = ticket["state"].as_str().unwrap().to_owned();
                self.tickets.insert(ticket["id"].as_str().unwrap().to_owned(), state);
            }
            for id in changes["removed"].as_array().unwrap() {
                self.tickets.remove(id.as_str().unwrap());
            }
            self.cursor = Some(changes["cursor"].as_str().unwrap().to_owned());
            if changes["hasMore"] == false {
                return reset;
            }
        }
    }

    fn states(&self) -> Vec<&str> {
        self.tickets.values().map(String::as_str).collect()
    }
}

/// What the server shows as the day.
async fn day(client: &Client) -> BTreeMap<String, String> {
    let data = client.query("{ myDay(first: 100) { nodes { id state } } }", json!({})).await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    data["myDay"]["nodes"].as_array().unwrap().iter().map(|node| (text(&node["id"]), text(&node["state"]))).collect()
}

async fn a_phone_follows_its_day(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let (mut plumber, mut second) = (Copy::default(), Copy::default());
    assert!(plumber.follow(&app, &crew.plumber.client, 20).await, "the first time is anew");
    assert!(second.follow(&app, &crew.second.client, 20).await);
    assert!(plumber.tickets.is_empty());
    let (one, two) = (crew.brought(json!({}), "DISPATCHED").await, crew.brought(json!({}), "IN_PROGRESS").await);
    assert!(!plumber.follow(&app, &crew.plumber.client, 20).await);
    assert_eq!(plumber.tickets, day(&crew.plumber.client).await);
    assert_eq!(plumber.tickets.len(), 2);
    // Nothing changed: nothing comes.
    plumber.follow(&app, &crew.plumber.client, 20).await;
    let cursor = plumber.cursor.clone();
    let data = crew.plumber.client.query(CHANGES, json!({ "since": cursor })).await;
    assert_eq!(data["ticketChanges"]["changed"], json!([]));
    assert_eq!(data["ticketChanges"]["cursor"], json!(cursor));
    // One goes to somebody else, one is completed, a comment is no loss.
    let to = json!({ "assigneeId": crew.second.wire, "reason": "请帮忙" });
    crew.dispatcher.client.step("ticketTransfer", &one, to).await.ok();
    crew.plumber.client.step("ticketComplete", &two, crew.words_for("ticketComplete")).await.ok();
    assert!(!plumber.follow(&app, &crew.plumber.client, 20).await);
    assert!(!second.follow(&app, &crew.second.client, 20).await);
    assert_eq!(plumber.tickets, BTreeMap::new());
    assert_eq!(second.states(), ["DISPATCHED"]);
    // The callback finds it unsolved: it is back on his day.
    crew.called_back(&two, "NOT_SOLVED").await;
    plumber.follow(&app, &crew.plumber.client, 20).await;
    assert_eq!(plumber.tickets, day(&crew.plumber.client).await);
    assert_eq!(plumber.states(), ["DISPATCHED"]);
}

async fn everything_comes_in_pages_and_changes_do_too(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    for _ in 0..7 {
        crew.brought(json!({}), "DISPATCHED").await;
    }
    let mut copy = Copy::default();
    // A change between two pages of the first reading is not lost.
    outbox::relay(&app.app).await.unwrap();
    let data = crew.plumber.client.query(CHANGES, json!({ "first": 3 })).await;
    let first = ids(&data["ticketChanges"]["changed"]);
    copy.tickets.extend(first.iter().map(|id| (id.clone(), "DISPATCHED".to_owned())));
    copy.cursor = data["ticketChanges"]["cursor"].as_str().map(str::to_owned);
    let to = json!({ "assigneeId": crew.second.wire, "reason": "请帮忙" });
    crew.dispatcher.client.step("ticketTransfer", &first[0], to).await.ok();
    assert!(!copy.follow(&app, &crew.plumber.client, 3).await);
    assert_eq!(copy.requests, 2, "seven by threes, one of them gone already");
    copy.follow(&app, &crew.plumber.client, 3).await;
    assert_eq!(copy.tickets, day(&crew.plumber.client).await);
    assert_eq!(copy.tickets.len(), 6);
    // Changes come in pages as well.
    for id in copy.tickets.clone().keys() {
        crew.plumber.client.step("ticketAccept", id, json!({})).await.ok();
    }
    copy.follow(&app, &crew.plumber.client, 4).await;
    assert_eq!(copy.requests, 2);
    assert_eq!(copy.states(), ["ACCEPTED"; 6]);
    let ask = crew.plumber.client.query(CHANGES, json!({ "since": copy.cursor }));
    assert_eq!(app.statements(ask).await.0, 4, "the viewer, how far, what changed, the categories");
}

async fn a_cursor_that_is_too_old_begins_anew(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let gone = crew.brought(json!({}), "DISPATCHED").await;
    let mut copy = Copy::default();
    copy.follow(&app, &crew.plumber.client, 20).await;
    crew.plumber.client.step("ticketDecline", &gone, json!({ "reason": "不会" })).await.ok();
    outbox::relay(&app.app).await.unwrap();
    app.advance(Duration::days(31));
    let kept = crew.brought(json!({}), "DISPATCHED").await;
    outbox::relay(&app.app).await.unwrap();
    worker::housekeeping(&app.app).await.unwrap();
    assert!(copy.follow(&app, &crew.plumber.client, 20).await, "what happened meanwhile is forgotten");
    assert_eq!(copy.tickets.keys().collect::<Vec<_>>(), [&kept]);
    assert!(!copy.follow(&app, &crew.plumber.client, 20).await);
    // A phone that knows all is not sent back, however old that is.
    app.advance(Duration::days(31));
    worker::housekeeping(&app.app).await.unwrap();
    assert!(!copy.follow(&app, &crew.plumber.client, 20).await);
    crew.plumber.client.step("ticketAccept", &kept, json!({})).await.ok();
    copy.follow(&app, &crew.plumber.client, 20).await;
    assert_eq!(copy.states(), ["ACCEPTED"]);
    // A cursor from the future, as after the database was restored from a copy.
    use base64::Engine as _;
    let ahead = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(br#"{"s":999999}"#);
    let data = crew.plumber.client.query(CHANGES, json!({ "since": ahead })).await;
    assert_eq!(data["ticketChanges"]["reset"], true);
}

async fn helpers_follow_the_tickets_they_help_with(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = crew.brought(json!({}), "ACCEPTED").await;
    let mut copy = Copy::default();
    copy.follow(&app, &crew.second.client, 20).await;
    let helper = json!({ "staffId": crew.second.wire });
    crew.plumber.client.step("ticketHelperAdd", &ticket, helper.clone()).await.ok();
    copy.follow(&app, &crew.second.client, 20).await;
    assert_eq!(copy.states(), ["ACCEPTED"]);
    crew.plumber.client.step("ticketStart", &ticket, json!({})).await.ok();
    copy.follow(&app, &crew.second.client, 20).await;
    assert_eq!(copy.states(), ["IN_PROGRESS"]);
    crew.plumber.client.step("ticketHelperRemove", &ticket, helper).await.ok();
    copy.follow(&app, &crew.second.client, 20).await;
    assert!(copy.tickets.is_empty());
}

async fn changes_are_for_staff_and_cursors_are_ours(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    assert_eq!(crew.owner.post(CHANGES, json!({})).await.code(), "FORBIDDEN");
    assert_eq!(crew.desk.client.post(CHANGES, json!({})).await.code(), "FORBIDDEN");
    for wrong in ["", "x", "!!!!", "bnVsbA", "eyJzIjoiYSJ9"] {
        assert_eq!(crew.plumber.client.post(CHANGES, json!({ "since": wrong })).await.code(), "MALFORMED", "{wrong}");
    }
    for wrong in [0, -1] {
        assert_eq!(crew.plumber.client.post(CHANGES, json!({ "first": wrong })).await.code(), "MALFORMED", "{wrong}");
    }
}

async fn two_relays_give_each_change_one_place(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    for _ in 0..20 {
        crew.brought(json!({}), "ACCEPTED").await;
    }
    let relays = (0..4).map(|_| {
        let app = app.app.clone();
        tokio::spawn(async move { outbox::relay(&app).await.unwrap() })
    });
    let mut sum = 0;
    for relay in relays.collect::<Vec<_>>() {
        sum += relay.await.unwrap();
    }
    sum += outbox::relay(&app.app).await.unwrap();
    let number = async |sql: &str| crate::tickets::shared::number(&app, sql).await;
    assert_eq!(sum as i64, number("SELECT COUNT(*) FROM outbox").await);
    assert_eq!(number("SELECT MAX(change_seq) FROM outbox").await, sum as i64);
    assert_eq!(number("SELECT COUNT(DISTINCT change_seq) FROM outbox").await, sum as i64);
    assert_eq!(number("SELECT last_seq FROM change_counter").await, sum as i64);
}
