//! One key, one effect: for every command.

use std::sync::Arc;

use serde_json::{Value, json};
use support::{Client, TestApp, both};

use super::states::{STEPS, person, ready};
use crate::tickets::shared::{Crew, gained, key, merged, rows};

async fn send(by: &Client, mutation: &str, ticket: &str, key: &str, more: Value) -> support::client::Outcome {
    by.step(mutation, ticket, merged(more, json!({ "idempotencyKey": key }))).await
}

both!(each_command_has_its_effect_once);
async fn each_command_has_its_effect_once(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let other = crew.submitted(json!({})).await;
    for (from, mutation, by, _) in STEPS {
        let ticket = ready(&crew, from, mutation).await;
        let (by, key, words) = (person(&crew, by), key(), crew.words_for(mutation));
        let before = rows(&app).await;
        let first = send(by, mutation, &ticket, &key, words.clone()).await.ok();
        let mut expected = vec![("outbox", 1), ("idempotency_key", 1)];
        match mutation {
            "ticketCommentAdd" => expected.push(("ticket_comment", 1)),
            "ticketCallbackRecord" => expected.push(("callback_attempt", 1)),
            "ticketRate" => expected.push(("ticket_rating", 1)),
            _ => {}
        }
        if mutation != "ticketCommentAdd" {
            expected.insert(0, ("history_event", 1));
            if mutation == "ticketHelperAdd" {
                expected.push(("ticket_helper", 1));
            }
            expected.push(("versions", 1));
        }
        assert_eq!(gained(&app, &before).await, expected, "{mutation} when {from}");

        let second = send(by, mutation, &ticket, &key, words.clone()).await.ok();
        assert_eq!(first, second, "{mutation} when {from}");
        assert_eq!(gained(&app, &before).await, expected, "{mutation} when {from}");

        let mut others = vec![send(by, mutation, &other, &key, words.clone()).await];
        others.push(send(by, mutation, &ticket, &key, merged(words.clone(), json!({ "expectedVersion": 7 }))).await);
        for field in ["words", "reason"] {
            // A pause's reason is no text.
            if words.get(field).is_some() && (mutation, field) != ("ticketPause", "reason") {
                let changed = merged(words.clone(), json!({ field: "别的话" }));
                others.push(send(by, mutation, &ticket, &key, changed).await);
            }
        }
        for outcome in others {
            let found = (outcome.refused(), outcome.field());
            let expected = ("KEY_REUSED".to_owned(), "input.idempotencyKey".to_owned());
            assert_eq!(found, expected, "{mutation} when {from}: {:#}", outcome.payload);
        }
        assert_eq!(gained(&app, &before).await, expected, "{mutation} when {from}");
    }
}

both!(a_repeat_shows_the_ticket_as_it_now_is);
async fn a_repeat_shows_the_ticket_as_it_now_is(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = crew.brought(json!({}), "DISPATCHED").await;
    let key = key();
    send(&crew.plumber.client, "ticketAccept", &ticket, &key, json!({})).await.ok();
    crew.plumber.client.step("ticketStart", &ticket, json!({})).await.ok();
    let repeat = send(&crew.plumber.client, "ticketAccept", &ticket, &key, json!({})).await.ok();
    assert_eq!(repeat["ticket"]["state"], "IN_PROGRESS");
}

both!(the_same_step_at_once_happens_once);
async fn the_same_step_at_once_happens_once(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = crew.brought(json!({}), "IN_PROGRESS").await;
    let before = rows(&app).await;
    let key = key();
    let tries: Vec<_> = (0..10)
        .map(|_| {
            let (client, ticket, key) = (crew.plumber.client.clone(), ticket.clone(), key.clone());
            let words = crew.words_for("ticketComplete");
            tokio::spawn(async move { send(&client, "ticketComplete", &ticket, &key, words).await.ok() })
        })
        .collect();
    for one in tries {
        assert_eq!(one.await.unwrap()["ticket"]["state"], "COMPLETED");
    }
    let once = [("history_event", 1), ("outbox", 1), ("idempotency_key", 1), ("versions", 1)];
    assert_eq!(gained(&app, &before).await, once);
}

both!(keys_are_checked_on_every_command);
async fn keys_are_checked_on_every_command(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let long = "k".repeat(101);
    for (from, mutation, by, _) in STEPS {
        // One state of each command is enough.
        if STEPS.iter().find(|step| step.1 == mutation).is_some_and(|step| step.0 != from) {
            continue;
        }
        let ticket = ready(&crew, from, mutation).await;
        let before = rows(&app).await;
        for (bad, code) in [("", "REQUIRED"), (long.as_str(), "TOO_LONG"), ("钥匙", "INVALID_VALUE")] {
            let outcome = send(person(&crew, by), mutation, &ticket, bad, crew.words_for(mutation)).await;
            let found = (outcome.refused(), outcome.field());
            assert_eq!(found, (code.to_owned(), "input.idempotencyKey".to_owned()), "{mutation}");
        }
        assert_eq!(rows(&app).await, before, "{mutation}");
    }
}
