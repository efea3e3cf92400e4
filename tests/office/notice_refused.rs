//! Who may not post a notice, and what cannot be announced.

use std::sync::Arc;

use chrono::Duration;
use entities::values::Role;
use serde_json::{Value, json};
use support::{Client, TestApp, World, both};

use super::notice::{fault, posted, revoked};
use crate::tickets::shared::{Crew, key, look, number};

const BOTH: [&str; 2] = ["ticketNoticeLinkCreate", "ticketNoticeLinkRevoke"];

async fn denied(client: &Client, mutation: &str, ticket: &str, more: Value) -> String {
    let mut input = json!({ "ticketId": ticket, "idempotencyKey": key() });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    client.mutate(mutation, input, "ticket { id }").await.refused()
}

both!(notices_are_posted_by_those_who_speak_for_the_company);
async fn notices_are_posted_by_those_who_speak_for_the_company(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = fault(&crew).await;
    let worker = async |number, role| crew.world.worker(&app, number, role, &[]).await.client;
    let there = Some(crew.world.elsewhere.community);
    let elsewhere = crew.world.worker_at(&app, 30, Role::Manager, there, &[]).await.client;
    let contractor = crew.world.worker_at(&app, 31, Role::Contractor, None, &[]).await.client;
    let foreign = World::build(&app, 2).await.admin(&app).await;
    let people = [
        (&crew.owner, "FORBIDDEN"),
        (&crew.plumber.client, "FORBIDDEN"),
        (&worker(20, Role::Steward).await, "FORBIDDEN"),
        (&worker(21, Role::Finance).await, "FORBIDDEN"),
        (&contractor, "FORBIDDEN"),
        (&elsewhere, "NOT_FOUND"),
        (&foreign, "NOT_FOUND"),
        (&app.anonymous(), "UNAUTHENTICATED"),
    ];
    for mutation in BOTH {
        for (client, code) in people {
            assert_eq!(denied(client, mutation, &ticket, json!({})).await, code, "{mutation}");
        }
    }
    assert_eq!(number(&app, "SELECT COUNT(*) FROM ticket_notice").await, 0);
    for (number, role) in [(22, Role::Supervisor), (23, Role::Manager)] {
        let client = worker(number, role).await;
        posted(&client, &ticket, Value::Null).await;
        revoked(&client, &ticket).await;
    }
    posted(&crew.dispatcher.client, &ticket, Value::Null).await;
    // Who may not post it is not given it either.
    assert!(look(&crew.plumber.client, &ticket, "notice { url }").await["notice"].is_null());
}

both!(homes_and_what_is_over_are_not_announced);
async fn homes_and_what_is_over_are_not_announced(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let desk = &crew.desk.client;
    let home = crew.submitted(json!({})).await;
    assert_eq!(denied(desk, BOTH[0], &home, json!({})).await, "NOTICE_NOT_PUBLIC");
    let cancelled = fault(&crew).await;
    crew.bring(&cancelled, "CANCELLED").await;
    assert_eq!(denied(desk, BOTH[0], &cancelled, json!({})).await, "NOTICE_OVER");
    let closed = fault(&crew).await;
    crew.bring(&closed, "CLOSED").await;
    app.advance(Duration::days(29));
    posted(desk, &closed, Value::Null).await;
    revoked(desk, &closed).await;
    app.advance(Duration::days(1));
    assert_eq!(denied(desk, BOTH[0], &closed, json!({})).await, "NOTICE_OVER");
    let finding = crew.submitted(json!({ "kind": "PATROL_FINDING" })).await;
    posted(desk, &finding, Value::Null).await;
    let long = json!({ "words": "长".repeat(301) });
    assert_eq!(denied(desk, BOTH[0], &fault(&crew).await, long).await, "TOO_LONG");
    assert_eq!(denied(desk, BOTH[0], "nonsense", json!({})).await, "INVALID_ID");
}

both!(one_link_a_ticket_and_a_repeat_gives_the_same);
async fn one_link_a_ticket_and_a_repeat_gives_the_same(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = fault(&crew).await;
    let desk = &crew.desk.client;
    let input = json!({ "ticketId": ticket, "words": "停梯", "idempotencyKey": "one" });
    let made = async || {
        let payload = desk.mutate(BOTH[0], input.clone(), "ticket { notice { url } }").await.ok();
        payload["ticket"]["notice"]["url"].clone()
    };
    let url = made().await;
    assert_eq!(made().await, url);
    let other = json!({ "ticketId": ticket, "words": "另外", "idempotencyKey": "one" });
    assert_eq!(desk.mutate(BOTH[0], other, "ticket { id }").await.refused(), "KEY_REUSED");
    assert_eq!(denied(desk, BOTH[0], &ticket, json!({})).await, "ALREADY_EXISTS");
    let end = json!({ "ticketId": ticket, "idempotencyKey": "two" });
    for _ in 0..2 {
        desk.mutate(BOTH[1], end.clone(), "ticket { id }").await.ok();
    }
    assert_eq!(denied(desk, BOTH[1], &ticket, json!({})).await, "NOT_FOUND", "there is none any more");
    assert_eq!(number(&app, "SELECT COUNT(*) FROM ticket_notice WHERE revoked_at IS NOT NULL").await, 1);
}

both!(of_many_at_once_one_posts_it);
async fn of_many_at_once_one_posts_it(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = fault(&crew).await;
    let many = (0..6).map(|turn| {
        let client = if turn % 2 == 0 { crew.desk.client.clone() } else { crew.dispatcher.client.clone() };
        let input = json!({ "ticketId": ticket, "idempotencyKey": key() });
        tokio::spawn(async move { client.mutate(BOTH[0], input, "ticket { id }").await.codes() })
    });
    let mut refused = 0;
    for one in many.collect::<Vec<_>>() {
        refused += one.await.unwrap().iter().filter(|code| *code == "ALREADY_EXISTS").count();
    }
    assert_eq!((refused, number(&app, "SELECT COUNT(*) FROM ticket_notice").await), (5, 1));
}
