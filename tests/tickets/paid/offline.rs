//! Quotes in a phone's queue.

use std::sync::Arc;

use serde_json::json;
use support::{TestApp, both};

use super::scene::{due, last_quote, line, paid, quoted};
use crate::tickets::offline::queue::{command, key_of, results, send};
use crate::tickets::shared::{Crew, gained, rows};

both!(a_quote_is_given_without_a_signal);

async fn a_quote_is_given_without_a_signal(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = paid(&crew, "DISPATCHED").await;
    let accept = command("accept", &ticket, None, json!({}));
    let start = command("start", &ticket, Some(key_of(&accept)), json!({}));
    let quote = command("quoteSubmit", &ticket, Some(key_of(&start)), json!({ "lines": [line("1", "80")] }));
    // Nobody goes on past a quote that waits.
    let done = json!({ "outcome": "DONE", "materials": [{ "words": "换角阀", "quantity": "1" }] });
    let complete = command("complete", &ticket, Some(key_of(&quote)), done.clone());
    let queue = [accept, start, quote, complete];
    let expected = ["APPLIED", "APPLIED", "APPLIED", "CONFLICT INVALID_TRANSITION"];
    assert_eq!(results(send(&app, &crew.plumber.client, &queue).await), expected);
    let again = ["REPEATED", "REPEATED", "REPEATED", "CONFLICT INVALID_TRANSITION"];
    let before = rows(&app).await;
    assert_eq!(results(send(&app, &crew.plumber.client, &queue).await), again, "a repeat");
    assert_eq!(gained(&app, &before).await, []);
    let id = last_quote(&crew.owner, &ticket).await["id"].clone();
    crew.owner.step("ticketQuoteApprove", &ticket, json!({ "quoteId": id })).await.ok();
    let complete = command("complete", &ticket, None, done);
    assert_eq!(results(send(&app, &crew.plumber.client, &[complete]).await), ["APPLIED"]);
    assert_eq!(due(&crew.owner, &ticket).await, (json!("80.00"), "COMPLETED".into()));
    // A quote that comes when another was agreed to comes too late.
    let other = paid(&crew, "IN_PROGRESS").await;
    let approve = json!({ "quoteId": quoted(&crew, &other).await });
    crew.owner.step("ticketQuoteApprove", &other, approve).await.ok();
    let late = command("quoteSubmit", &other, None, json!({ "lines": [line("1", "99")] }));
    assert_eq!(results(send(&app, &crew.plumber.client, &[late]).await), ["CONFLICT QUOTE_DECIDED"]);
    let seen = crew.dispatcher.client.query("{ ticketLateCommands { nodes { mutation code } } }", json!({})).await;
    let expected = json!([
        { "mutation": "ticketComplete", "code": "INVALID_TRANSITION" },
        { "mutation": "ticketQuoteSubmit", "code": "QUOTE_DECIDED" },
    ]);
    assert_eq!(seen["ticketLateCommands"]["nodes"], expected);
}
