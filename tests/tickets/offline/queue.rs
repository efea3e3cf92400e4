//! A phone's queue.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use support::client::Outcome;
use support::{Client, TestApp};

use crate::tickets::shared::{key, merged};

const RESULTS: &str =
    "serverTime results { idempotencyKey status error { code retryable } ticket { id state version } }";

/// A command of a queue on `ticket`, after the command with the key `after`.
pub fn command(kind: &str, ticket: &str, after: Option<&str>, more: Value) -> Value {
    let base = json!({ "ticketId": ticket, "idempotencyKey": key(), "afterCommand": after });
    json!({ kind: merged(base, more) })
}

/// The key of a queued command.
pub fn key_of(command: &Value) -> &str {
    command.as_object().unwrap().values().next().unwrap()["idempotencyKey"].as_str().unwrap()
}

/// Accept, start and complete, each after the one before.
pub fn whole_work(ticket: &str) -> Vec<Value> {
    let accept = command("accept", ticket, None, json!({}));
    let start = command("start", ticket, Some(key_of(&accept)), json!({}));
    let done = json!({ "outcome": "DONE", "words": "换了垫圈" });
    let complete = command("complete", ticket, Some(key_of(&start)), done);
    vec![accept, start, complete]
}

/// Says when each command of a queue was given.
pub fn given_at(queue: &mut [Value], times: &[DateTime<Utc>]) {
    for (command, time) in queue.iter_mut().zip(times) {
        command.as_object_mut().unwrap().values_mut().next().unwrap()["occurredAt"] = json!(time);
    }
}

/// Sends a queue from a phone whose clock is right.
pub async fn send(app: &TestApp, phone: &Client, queue: &[Value]) -> Outcome {
    send_at(phone, queue, app.clock.now()).await
}

/// Sends a queue from a phone whose clock says `sent_at`.
pub async fn send_at(phone: &Client, queue: &[Value], sent_at: DateTime<Utc>) -> Outcome {
    phone.mutate("ticketCommandsReplay", json!({ "commands": queue, "sentAt": sent_at }), RESULTS).await
}

/// What became of each command, shortly: `APPLIED`, or the status with its code.
pub fn results(outcome: Outcome) -> Vec<String> {
    let payload = outcome.ok();
    let short = |result: &Value| match result["error"]["code"].as_str() {
        None => result["status"].as_str().unwrap().to_owned(),
        Some(code) => format!("{} {code}", result["status"].as_str().unwrap()),
    };
    payload["results"].as_array().unwrap().iter().map(short).collect()
}
