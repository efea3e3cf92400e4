//! Quotes that are refused, each with its code and the line at fault, and nothing changed.

use std::sync::Arc;

use serde_json::{Value, json};
use support::{TestApp, World, both};

use super::scene::{drain, home, line, of_item, paid, pipe, quoted, send_quote, set_item, tube};
use crate::tickets::shared::{Crew, key, merged, rows};

both!(a_line_is_refused, a_quote_has_its_limits, only_paid_work_is_quoted, a_decision_needs_its_words_and_quote);

async fn a_line_is_refused(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let admin = crew.world.admin(&app).await;
    let drain_id = set_item(&admin, drain()).await;
    let pipe_id = set_item(&admin, pipe()).await;
    let retired = set_item(&admin, merged(tube(), json!({ "code": "OLD" }))).await;
    let retire = json!({ "priceItemId": retired, "idempotencyKey": key() });
    admin.mutate("priceItemRetire", retire, "priceItem { active }").await.ok();
    let dollars = set_item(&admin, merged(tube(), json!({ "code": "USD", "currency": "USD" }))).await;
    let general = set_item(&admin, tube()).await;
    set_item(&admin, merged(tube(), home(&crew.world))).await;
    let world = World::build(&app, 2).await;
    let foreign = set_item(&world.admin(&app).await, drain()).await;
    let ticket = paid(&crew, "IN_PROGRESS").await;
    let before = rows(&app).await;
    let good = || line("1", "10");
    for (bad, code, field) in [
        (of_item(&drain_id, "1", Some("49.99")), "PRICE_OUT_OF_RANGE", "unitPrice"),
        (of_item(&drain_id, "1", Some("120.01")), "PRICE_OUT_OF_RANGE", "unitPrice"),
        (of_item(&drain_id, "1", None), "REQUIRED", "unitPrice"),
        (of_item(&pipe_id, "1", None), "REQUIRED", "unitPrice"),
        (of_item(&pipe_id, "1", Some("1000000.01")), "INVALID_VALUE", "unitPrice"),
        (of_item(&pipe_id, "1", Some("-1")), "INVALID_VALUE", "unitPrice"),
        (of_item(&drain_id, "0", Some("60")), "QUANTITY_OUT_OF_RANGE", "quantity"),
        (of_item(&drain_id, "-1", Some("60")), "QUANTITY_OUT_OF_RANGE", "quantity"),
        (of_item(&drain_id, "0.0001", Some("60")), "QUANTITY_OUT_OF_RANGE", "quantity"),
        (of_item(&drain_id, "10000.001", Some("60")), "QUANTITY_OUT_OF_RANGE", "quantity"),
        (of_item(&drain_id, "79228162514264337593543950335", Some("60")), "QUANTITY_OUT_OF_RANGE", "quantity"),
        (of_item(&retired, "1", None), "PRICE_ITEM_RETIRED", "priceItemId"),
        // The community has an entry of its own under the code.
        (of_item(&general, "1", None), "PRICE_ITEM_RETIRED", "priceItemId"),
        (of_item(&foreign, "1", Some("60")), "NOT_FOUND", "priceItemId"),
        (of_item(&dollars, "1", None), "NOT_FOUND", "priceItemId"),
        (merged(good(), json!({ "unitPrice": "1.001" })), "INVALID_VALUE", "unitPrice"),
        (merged(good(), json!({ "unitPrice": null })), "REQUIRED", "unitPrice"),
        (merged(good(), json!({ "words": " " })), "REQUIRED", "words"),
        (merged(good(), json!({ "words": "长".repeat(301) })), "TOO_LONG", "words"),
        (merged(good(), json!({ "kind": null })), "REQUIRED", "kind"),
        (merged(good(), json!({ "unit": "个".repeat(21) })), "TOO_LONG", "unit"),
    ] {
        let outcome = send_quote(&crew, &ticket, json!([good(), bad])).await;
        let found = (outcome.refused(), outcome.field());
        assert_eq!(found, (code.to_owned(), format!("input.lines.1.{field}")), "{bad}");
    }
    assert_eq!(rows(&app).await, before);
    let outcome = send_quote(&crew, &ticket, json!([of_item(&drain_id, "1", Some("49"))])).await;
    let message = outcome.payload["userErrors"][0]["message"].as_str().unwrap();
    assert_eq!(message, "Line 1: the unit price must lie between 50.00 and 120.00");
    for malformed in [json!({ "quantity": 1 }), json!({ "unitPrice": 9.5 })] {
        let outcome = send_quote(&crew, &ticket, json!([merged(good(), malformed)])).await;
        assert_eq!(outcome.answer.code(), "MALFORMED");
    }
    let outcome = send_quote(&crew, &ticket, json!([merged(good(), json!({ "priceItemId": "x" }))])).await;
    assert_eq!(outcome.refused(), "INVALID_ID");
}

async fn a_quote_has_its_limits(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = paid(&crew, "IN_PROGRESS").await;
    let before = rows(&app).await;
    let lines = |count: usize| Value::from(vec![line("10000", "1000000"); count]);
    for (count, code) in [(0, "REQUIRED"), (51, "TOO_MANY")] {
        let outcome = send_quote(&crew, &ticket, lines(count)).await;
        assert_eq!((outcome.refused(), outcome.field()), (code.into(), "input.lines".into()));
    }
    let long = json!({ "lines": lines(1), "words": "长".repeat(1001) });
    assert_eq!(crew.plumber.client.step("ticketQuoteSubmit", &ticket, long).await.refused(), "TOO_LONG");
    assert_eq!(rows(&app).await, before);
    send_quote(&crew, &ticket, lines(50)).await.ok();
    let quote = super::scene::last_quote(&crew.owner, &ticket).await;
    assert_eq!(quote["total"]["amount"], "500000000000.00", "the largest quote fits");
}

async fn only_paid_work_is_quoted(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let free = crew.brought(json!({}), "IN_PROGRESS").await;
    let before = rows(&app).await;
    let outcome = send_quote(&crew, &free, json!([line("1", "10")])).await;
    assert_eq!((outcome.refused(), outcome.field()), ("NOT_PAID_WORK".into(), "input.ticketId".into()));
    assert_eq!(rows(&app).await, before);
    for state in ["DISPATCHED", "PAUSED", "CANCELLED"] {
        let ticket = paid(&crew, state).await;
        let outcome = send_quote(&crew, &ticket, json!([line("1", "10")])).await;
        assert_eq!(outcome.refused(), "INVALID_TRANSITION", "{state}");
    }
}

async fn a_decision_needs_its_words_and_quote(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let (ticket, other) = (paid(&crew, "IN_PROGRESS").await, paid(&crew, "IN_PROGRESS").await);
    let (quote, theirs) = (quoted(&crew, &ticket).await, quoted(&crew, &other).await);
    let before = rows(&app).await;
    let long = "长".repeat(1001);
    for (by, mutation, input, code, field) in [
        (&crew.desk.client, "ticketQuoteApprove", json!({ "quoteId": quote }), "REQUIRED", "words"),
        (&crew.desk.client, "ticketQuoteApprove", json!({ "quoteId": quote, "words": " " }), "REQUIRED", "words"),
        (&crew.owner, "ticketQuoteApprove", json!({ "quoteId": quote, "words": long }), "TOO_LONG", "words"),
        (&crew.owner, "ticketQuoteRefuse", json!({ "quoteId": quote, "reason": " " }), "REQUIRED", "reason"),
        (&crew.owner, "ticketQuoteApprove", json!({ "quoteId": theirs }), "NOT_FOUND", "quoteId"),
        (&crew.owner, "ticketQuoteApprove", json!({ "quoteId": ticket }), "INVALID_ID", "quoteId"),
        (&crew.plumber.client, "ticketQuoteWithdraw", json!({ "quoteId": theirs }), "NOT_FOUND", "quoteId"),
    ] {
        let outcome = by.step(mutation, &ticket, input.clone()).await;
        assert_eq!((outcome.refused(), outcome.field()), (code.into(), format!("input.{field}")), "{mutation} {input}");
    }
    assert_eq!(rows(&app).await, before);
}
