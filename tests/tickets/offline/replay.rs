//! Queues that arrive whole, twice, in pieces, and at once.

use std::sync::Arc;

use chrono::Duration;
use serde_json::{Value, json};
use support::{TestApp, both};

use super::queue::{command, given_at, key_of, results, send, whole_work};
use crate::tickets::shared::{Crew, gained, look, rows};

both!(
    a_day_without_a_signal_is_told_afterwards,
    a_repeat_has_the_same_results_and_no_second_effect,
    a_hole_in_the_queue_waits,
    a_queue_may_mix_tickets_and_kinds_of_commands,
    the_same_queue_sent_twice_at_once_is_done_once,
    a_queue_is_for_staff_and_has_its_limits,
    single_commands_keep_their_order_too
);

async fn a_day_without_a_signal_is_told_afterwards(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = crew.brought(json!({}), "DISPATCHED").await;
    let start = app.clock.now();
    let mut queue = whole_work(&ticket);
    given_at(&mut queue, &[10, 25, 70].map(|minutes| start + Duration::minutes(minutes)));
    app.advance(Duration::hours(4));
    assert_eq!(results(send(&app, &crew.plumber.client, &queue).await), ["APPLIED", "APPLIED", "APPLIED"]);
    let seen = look(&crew.owner, &ticket, "state respondedAt arrivedAt completedAt deadlines { kind breached }").await;
    assert_eq!(seen["state"], "COMPLETED");
    for (field, minutes) in [("respondedAt", 10), ("arrivedAt", 25), ("completedAt", 70)] {
        assert_eq!(seen[field], json!(start + Duration::minutes(minutes)), "{field}");
    }
    assert_eq!(seen["deadlines"][0], json!({ "kind": "RESPOND", "breached": false }), "he was in time");
    let events = look(&crew.owner, &ticket, "events { kind occurredAt recordedAt }").await;
    let last = &events["events"].as_array().unwrap()[4];
    assert_eq!(last["occurredAt"], json!(start + Duration::minutes(70)));
    assert_eq!(last["recordedAt"], json!(start + Duration::hours(4)));
    // The callback counts from the end of the work, not from the signal.
    let due = look(&crew.owner, &ticket, "deadlines { kind dueAt }").await["deadlines"][2]["dueAt"].clone();
    assert_eq!(due, json!(start + Duration::minutes(70) + Duration::days(2)));
}

async fn a_repeat_has_the_same_results_and_no_second_effect(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = crew.brought(json!({}), "DISPATCHED").await;
    let mut queue = whole_work(&ticket);
    // One more that is refused: nobody starts what is completed.
    queue.push(command("start", &ticket, Some(key_of(&queue[2])), json!({})));
    let first = results(send(&app, &crew.plumber.client, &queue).await);
    assert_eq!(first, ["APPLIED", "APPLIED", "APPLIED", "CONFLICT INVALID_TRANSITION"]);
    let before = rows(&app).await;
    app.advance(Duration::days(1));
    let again = ["REPEATED", "REPEATED", "REPEATED", "CONFLICT INVALID_TRANSITION"];
    for _ in 0..2 {
        assert_eq!(results(send(&app, &crew.plumber.client, &queue).await), again);
    }
    // Sent from the middle on, as a phone does whose first reply was cut.
    assert_eq!(results(send(&app, &crew.plumber.client, &queue[2..]).await), again[2..]);
    assert_eq!(gained(&app, &before).await, []);
}

async fn a_hole_in_the_queue_waits(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = crew.brought(json!({}), "DISPATCHED").await;
    let queue = whole_work(&ticket);
    let before = rows(&app).await;
    let waiting = "SKIPPED PREDECESSOR_MISSING";
    assert_eq!(results(send(&app, &crew.plumber.client, &queue[1..]).await), [waiting, waiting]);
    assert_eq!(gained(&app, &before).await, []);
    // Out of order: what waits is not refused for good.
    let backwards: Vec<Value> = queue.iter().rev().cloned().collect();
    assert_eq!(results(send(&app, &crew.plumber.client, &backwards).await), [waiting, waiting, "APPLIED"]);
    assert_eq!(results(send(&app, &crew.plumber.client, &queue).await), ["REPEATED", "APPLIED", "APPLIED"]);
    assert_eq!(look(&crew.owner, &ticket, "state version").await, json!({ "state": "COMPLETED", "version": 5 }));
}

async fn a_queue_may_mix_tickets_and_kinds_of_commands(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let (one, two) = (crew.brought(json!({}), "DISPATCHED").await, crew.brought(json!({}), "IN_PROGRESS").await);
    let queue = [
        command("pause", &two, None, json!({ "reason": "PARTS", "words": "等配件" })),
        command("decline", &one, None, json!({ "reason": "不会修" })),
        command("commentAdd", &two, None, json!({ "words": "配件周三到", "visibility": "PUBLIC" })),
        command("resume", &two, None, json!({})),
        command("transfer", &two, None, json!({ "assigneeId": crew.second.wire, "reason": "请帮忙" })),
        command("accept", "ticket_nonsense", None, json!({})),
        command("pause", &one, None, json!({ "reason": "PARTS" })),
    ];
    let found = results(send(&app, &crew.plumber.client, &queue).await);
    let refused = ["REJECTED INVALID_ID", "CONFLICT NOT_ASSIGNEE"];
    assert_eq!(found[..5], ["APPLIED"; 5]);
    assert_eq!(found[5..], refused);
    assert_eq!(look(&crew.owner, &one, "state").await["state"], "SUBMITTED");
    assert_eq!(look(&crew.owner, &two, "state comments { words }").await["comments"][0]["words"], "配件周三到");
}

async fn the_same_queue_sent_twice_at_once_is_done_once(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    for _ in 0..5 {
        let ticket = crew.brought(json!({}), "DISPATCHED").await;
        let mut queue = whole_work(&ticket);
        queue.push(command("resume", &ticket, Some(key_of(&queue[2])), json!({})));
        let sends = (0..4).map(|_| send(&app, &crew.plumber.client, &queue));
        let all = futures_util::future::join_all(sends).await;
        let complete = ["APPLIED", "APPLIED", "APPLIED", "CONFLICT INVALID_TRANSITION"];
        for outcome in all {
            for (found, expected) in results(outcome).iter().zip(complete) {
                // Another send may hold the ticket at this moment; nothing is decided then.
                let waits = found.starts_with("SKIPPED");
                let found = found.replace("REPEATED", "APPLIED");
                assert!(waits || found == expected, "{found} instead of {expected}");
            }
        }
        let again = ["REPEATED", "REPEATED", "REPEATED", "CONFLICT INVALID_TRANSITION"];
        assert_eq!(results(send(&app, &crew.plumber.client, &queue).await), again);
        assert_eq!(look(&crew.owner, &ticket, "version").await["version"], 5);
    }
}

async fn a_queue_is_for_staff_and_has_its_limits(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = crew.brought(json!({}), "DISPATCHED").await;
    let one = command("accept", &ticket, None, json!({}));
    assert_eq!(send(&app, &crew.owner, std::slice::from_ref(&one)).await.refused(), "FORBIDDEN");
    assert_eq!(send(&app, &app.anonymous(), std::slice::from_ref(&one)).await.refused(), "UNAUTHENTICATED");
    let refused = send(&app, &crew.plumber.client, &vec![one.clone(); 101]).await;
    assert_eq!((refused.refused().as_str(), refused.field().as_str()), ("INVALID_VALUE", "input.commands"));
    assert_eq!(results(send(&app, &crew.plumber.client, &[]).await), Vec::<String>::new());
    // A key that belongs to another command.
    assert_eq!(results(send(&app, &crew.plumber.client, std::slice::from_ref(&one)).await), ["APPLIED"]);
    let other = crew.brought(json!({}), "DISPATCHED").await;
    let mut same_key = command("accept", &other, None, json!({}));
    same_key["accept"]["idempotencyKey"] = json!(key_of(&one));
    assert_eq!(results(send(&app, &crew.plumber.client, &[same_key]).await), ["REJECTED KEY_REUSED"]);
    // Two kinds of command in one.
    let both = json!({ "accept": one["accept"], "start": one["accept"] });
    assert_eq!(send(&app, &crew.plumber.client, &[both]).await.answer.code(), "MALFORMED");
}

async fn single_commands_keep_their_order_too(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = crew.brought(json!({}), "DISPATCHED").await;
    let queue = whole_work(&ticket);
    let plumber = &crew.plumber.client;
    let start = plumber.mutate("ticketStart", queue[1]["start"].clone(), "ticket { state }").await;
    assert_eq!((start.refused().as_str(), start.field().as_str()), ("PREDECESSOR_MISSING", "input.afterCommand"));
    plumber.mutate("ticketAccept", queue[0]["accept"].clone(), "ticket { state }").await.ok();
    plumber.mutate("ticketStart", queue[1]["start"].clone(), "ticket { state }").await.ok();
    // With a signal and without it is the same command.
    assert_eq!(results(send(&app, plumber, &queue).await), ["REPEATED", "REPEATED", "APPLIED"]);
}
