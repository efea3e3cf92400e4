//! Two at once on one quote: one wins, the other is told so.

use std::sync::Arc;

use serde_json::json;
use support::client::Outcome;
use support::{TestApp, both};

use super::scene::{due, last_quote, line, paid, quoted, send_quote};
use crate::tickets::shared::{Crew, number};

both!(
    two_approvals_at_once,
    an_approval_and_a_refusal_at_once,
    an_approval_and_another_quote_at_once,
    two_quotes_at_once
);

/// Exactly one of them happened; what the other was told.
fn lost(outcomes: [Outcome; 2]) -> String {
    let codes: Vec<String> = outcomes.iter().flat_map(|outcome| outcome.codes()).collect();
    assert_eq!(codes.len(), 1, "{codes:?}");
    codes[0].clone()
}

async fn two_approvals_at_once(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    for _ in 0..8 {
        let ticket = paid(&crew, "IN_PROGRESS").await;
        let approve = json!({ "quoteId": quoted(&crew, &ticket).await, "words": "同意" });
        let (one, two) = tokio::join!(
            crew.owner.step("ticketQuoteApprove", &ticket, approve.clone()),
            crew.desk.client.step("ticketQuoteApprove", &ticket, approve.clone()),
        );
        let lost = lost([one, two]);
        assert!(["STALE_VERSION", "QUOTE_DECIDED"].contains(&lost.as_str()), "{lost}");
        assert_eq!(due(&crew.owner, &ticket).await, (json!("150.00"), "IN_PROGRESS".into()));
    }
    let approvals = "SELECT COUNT(*) FROM history_event WHERE kind = 'QUOTE_APPROVED'";
    assert_eq!(number(&app, approvals).await, 8);
}

async fn an_approval_and_a_refusal_at_once(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    for _ in 0..8 {
        let ticket = paid(&crew, "IN_PROGRESS").await;
        let quote = quoted(&crew, &ticket).await;
        let (one, two) = tokio::join!(
            crew.owner.step("ticketQuoteApprove", &ticket, json!({ "quoteId": quote })),
            crew.desk.client.step("ticketQuoteRefuse", &ticket, json!({ "quoteId": quote, "reason": "太贵" })),
        );
        let lost = lost([one, two]);
        assert!(["STALE_VERSION", "QUOTE_DECIDED"].contains(&lost.as_str()), "{lost}");
        let (state, quote) = (due(&crew.owner, &ticket).await.1, last_quote(&crew.owner, &ticket).await);
        let expected = if quote["state"] == "APPROVED" { "IN_PROGRESS" } else { "CANCELLED" };
        assert_eq!(state, expected);
    }
}

async fn an_approval_and_another_quote_at_once(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    for _ in 0..8 {
        let ticket = paid(&crew, "IN_PROGRESS").await;
        let quote = quoted(&crew, &ticket).await;
        let (one, two) = tokio::join!(
            crew.owner.step("ticketQuoteApprove", &ticket, json!({ "quoteId": quote })),
            send_quote(&crew, &ticket, json!([line("1", "999")])),
        );
        let lost = lost([one, two]);
        assert!(["STALE_VERSION", "QUOTE_DECIDED", "QUOTE_REPLACED"].contains(&lost.as_str()), "{lost}");
        // Nobody pays what was not agreed.
        let due = due(&crew.owner, &ticket).await;
        assert!(due == (json!("150.00"), "IN_PROGRESS".into()) || due == (json!("0.00"), "PAUSED".into()), "{due:?}");
    }
}

async fn two_quotes_at_once(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    for _ in 0..8 {
        let ticket = paid(&crew, "ACCEPTED").await;
        let lines = json!({ "lines": [line("1", "70")] });
        let (one, two) = tokio::join!(
            send_quote(&crew, &ticket, json!([line("1", "60")])),
            crew.dispatcher.client.step("ticketQuoteSubmit", &ticket, lines),
        );
        // One after the other is a replacement.
        let codes: Vec<String> = [one, two].iter().flat_map(|outcome| outcome.codes()).collect();
        assert!(codes.is_empty() || codes == ["STALE_VERSION"], "{codes:?}");
    }
}
