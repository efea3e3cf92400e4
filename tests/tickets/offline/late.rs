//! Commands that came too late: refused for good, and seen by whoever gives tickets out.

use std::sync::Arc;

use api::graphql::id::wire_id;
use chrono::Duration;
use entities::values::Role;
use serde_json::{Value, json};
use support::{Client, TestApp, World, both};

use super::queue::{given_at, results, send, whole_work};
use crate::tickets::shared::{Crew, gained, key, look, number, rows};

both!(
    a_queue_hours_late_against_a_reassigned_ticket,
    a_refusal_stays_when_the_ticket_comes_back,
    late_commands_are_seen_to_once,
    strangers_see_no_late_commands,
    late_commands_come_in_pages
);

const LATE: &str =
    "totalCount nodes { id mutation code words staffName ticketNumber ticketId occurredAt resolvedAt resolution }";

async fn late(client: &Client, arguments: &str) -> Value {
    client.query(&format!("{{ ticketLateCommands{arguments} {{ {LATE} }} }}"), json!({})).await["ticketLateCommands"]
        .clone()
}

/// A ticket that the plumber worked on without a signal while it was given to somebody else; his queue.
async fn overtaken(app: &TestApp, crew: &Crew) -> (String, Vec<Value>) {
    let ticket = crew.brought(json!({}), "DISPATCHED").await;
    let start = app.clock.now();
    let mut queue = whole_work(&ticket);
    given_at(&mut queue, &[10, 25, 70].map(|minutes| start + Duration::minutes(minutes)));
    app.advance(Duration::hours(3));
    let to = json!({ "assigneeId": crew.second.wire, "reason": "联系不上" });
    crew.dispatcher.client.step("ticketTransfer", &ticket, to).await.ok();
    (ticket, queue)
}

const REFUSED: [&str; 3] = ["CONFLICT NOT_ASSIGNEE", "SKIPPED PREDECESSOR_REFUSED", "SKIPPED PREDECESSOR_REFUSED"];

async fn a_queue_hours_late_against_a_reassigned_ticket(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let (ticket, queue) = overtaken(&app, &crew).await;
    let before = look(&crew.owner, &ticket, "state version assignee { id }").await;
    assert_eq!(results(send(&app, &crew.plumber.client, &queue).await), REFUSED);
    assert_eq!(look(&crew.owner, &ticket, "state version assignee { id }").await, before);
    // Nothing is dropped: the dispatcher reads what he did.
    let seen = late(&crew.dispatcher.client, "").await;
    assert_eq!(seen["totalCount"], 3);
    let complete = &seen["nodes"][2];
    assert_eq!(complete["mutation"], "ticketComplete");
    assert_eq!(complete["code"], "PREDECESSOR_REFUSED");
    assert_eq!(complete["words"], "换了垫圈");
    assert_eq!(complete["ticketId"], ticket);
    assert_eq!(complete["occurredAt"], queue[2]["complete"]["occurredAt"]);
    assert_eq!(late(&crew.dispatcher.client, &format!("(ticketId: \"{ticket}\")")).await["totalCount"], 3);
}

async fn a_refusal_stays_when_the_ticket_comes_back(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let (ticket, queue) = overtaken(&app, &crew).await;
    assert_eq!(results(send(&app, &crew.plumber.client, &queue).await), REFUSED);
    let back = json!({ "assigneeId": crew.plumber.wire, "reason": "原来在修" });
    crew.dispatcher.client.step("ticketTransfer", &ticket, back).await.ok();
    let before = rows(&app).await;
    assert_eq!(results(send(&app, &crew.plumber.client, &queue).await), REFUSED);
    let direct = crew.plumber.client.mutate("ticketAccept", queue[0]["accept"].clone(), "ticket { id }").await;
    assert_eq!(direct.refused(), "ALREADY_REFUSED");
    assert_eq!(gained(&app, &before).await, []);
    assert_eq!(number(&app, "SELECT COUNT(*) FROM late_command").await, 3);
    // Given anew, under new keys, it is done.
    assert_eq!(
        results(send(&app, &crew.plumber.client, &whole_work(&ticket)).await),
        ["APPLIED", "APPLIED", "APPLIED"]
    );
}

async fn late_commands_are_seen_to_once(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let (_, queue) = overtaken(&app, &crew).await;
    send(&app, &crew.plumber.client, &queue).await.ok();
    let id = late(&crew.dispatcher.client, "").await["nodes"][0]["id"].clone();
    let input = json!({ "lateCommandId": id, "words": "已电话核实，李师傅修好了", "idempotencyKey": key() });
    let resolve = "lateCommand { resolvedAt resolution }";
    let name = "ticketLateCommandResolve";
    let done = crew.dispatcher.client.mutate(name, input.clone(), resolve).await.ok();
    assert_eq!(done["lateCommand"]["resolution"], "已电话核实，李师傅修好了");
    assert_eq!(done["lateCommand"]["resolvedAt"], json!(app.clock.now()));
    // A repeat is harmless, a second time is not the first.
    crew.dispatcher.client.mutate(name, input.clone(), resolve).await.ok();
    let again = json!({ "lateCommandId": id, "words": "又处理", "idempotencyKey": key() });
    assert_eq!(crew.dispatcher.client.mutate(name, again.clone(), resolve).await.refused(), "RESOLVED_ALREADY");
    assert_eq!(crew.plumber.client.mutate(name, again.clone(), resolve).await.refused(), "FORBIDDEN");
    let empty = json!({ "lateCommandId": id, "words": " ", "idempotencyKey": key() });
    assert_eq!(crew.dispatcher.client.mutate(name, empty, resolve).await.refused(), "REQUIRED");
    assert_eq!(late(&crew.dispatcher.client, "").await["totalCount"], 2);
    assert_eq!(late(&crew.dispatcher.client, "(resolved: true)").await["totalCount"], 3);
    let other = World::build(&app, 2).await.admin(&app).await;
    assert_eq!(other.mutate(name, again, resolve).await.refused(), "NOT_FOUND");
}

async fn strangers_see_no_late_commands(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let (_, queue) = overtaken(&app, &crew).await;
    send(&app, &crew.plumber.client, &queue).await.ok();
    let elsewhere = Some(crew.world.elsewhere.community);
    let away = crew.world.worker_at(&app, 30, Role::Dispatcher, elsewhere, &[]).await;
    assert_eq!(late(&away.client, "").await["totalCount"], 0);
    let other = World::build(&app, 2).await;
    let stranger = other.admin(&app).await;
    assert_eq!(late(&stranger, "").await["totalCount"], 0);
    let query = "{ ticketLateCommands { totalCount } }";
    assert_eq!(crew.plumber.client.post(query, json!({})).await.code(), "FORBIDDEN");
    assert_eq!(crew.owner.post(query, json!({})).await.code(), "FORBIDDEN");
    // A queue that names another organization's ticket says nothing of it.
    let theirs = other.worker(&app, 5, Role::Technician, &[]).await;
    let foreign = whole_work(queue[0]["accept"]["ticketId"].as_str().unwrap());
    assert_eq!(results(send(&app, &theirs.client, &foreign).await)[0], "REJECTED NOT_FOUND");
    let missing = whole_work(&wire_id(entities::values::TicketId(uuid::Uuid::now_v7())));
    assert_eq!(results(send(&app, &theirs.client, &missing).await)[0], "REJECTED NOT_FOUND");
    let seen = late(&stranger, "").await;
    assert_eq!(seen["totalCount"], 6);
    assert!(seen["nodes"].as_array().unwrap().iter().all(|row| row["ticketId"].is_null()));
    assert_eq!(late(&crew.dispatcher.client, "").await["totalCount"], 3);
}

async fn late_commands_come_in_pages(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    for _ in 0..3 {
        let (_, queue) = overtaken(&app, &crew).await;
        send(&app, &crew.plumber.client, &queue).await.ok();
    }
    let query = "query($after: String) { ticketLateCommands(first: 4, after: $after) {
        totalCount nodes { id } pageInfo { hasNextPage endCursor } } }";
    let (mut seen, mut after) = (Vec::new(), Value::Null);
    loop {
        let ask = crew.dispatcher.client.query(query, json!({ "after": after }));
        let (statements, data) = app.statements(ask).await;
        assert_eq!(statements, 3, "the viewer, the page, the count");
        let page = &data["ticketLateCommands"];
        seen.extend(page["nodes"].as_array().unwrap().iter().map(|node| node["id"].as_str().unwrap().to_owned()));
        after = page["pageInfo"]["endCursor"].clone();
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
    }
    assert_eq!(seen.len(), 9);
    assert!(seen.is_sorted(), "in the order in which they came");
    assert_eq!(crew.dispatcher.client.post(query, json!({ "after": "x" })).await.code(), "MALFORMED");
}
