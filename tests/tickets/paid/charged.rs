//! The end of paid work: no price, no completion; nothing beyond the quote; charged once.

use std::sync::Arc;

use serde_json::{Value, json};
use support::{TestApp, both};

use super::scene::{drain, due, last_quote, line, of_item, paid, quoted, send_quote, set_item, tube};
use crate::tickets::shared::{Crew, gained, key, look, merged, number, rows};

both!(
    paid_work_needs_its_price,
    nothing_goes_beyond_the_quote,
    a_service_by_fixed_prices_needs_no_quote,
    what_was_used_is_kept,
    a_quote_is_charged_once,
    a_page_takes_the_same_statements_for_one_row_and_for_twenty
);

const DONE: &str = "ticketComplete";

fn done(materials: Value) -> Value {
    json!({ "outcome": "DONE", "words": "修好了", "materials": materials })
}

/// Agrees to a quote of these lines.
async fn agreed(crew: &Crew, ticket: &str, lines: Value) {
    send_quote(crew, ticket, lines).await.ok();
    let quote = last_quote(&crew.owner, ticket).await["id"].clone();
    crew.owner.step("ticketQuoteApprove", ticket, json!({ "quoteId": quote })).await.ok();
}

async fn paid_work_needs_its_price(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = paid(&crew, "IN_PROGRESS").await;
    let before = rows(&app).await;
    for materials in [Value::Null, json!([]), json!([{ "words": "垫圈", "quantity": "1" }])] {
        let outcome = crew.plumber.client.step(DONE, &ticket, done(materials)).await;
        assert_eq!((outcome.refused(), outcome.field()), ("QUOTE_REQUIRED".into(), "input.ticketId".into()));
    }
    assert_eq!(rows(&app).await, before);
    // What cannot be repaired costs nothing.
    let not = json!({ "outcome": "NOT_REPAIRABLE", "words": "配件停产" });
    crew.plumber.client.step(DONE, &ticket, not.clone()).await.ok();
    assert_eq!(due(&crew.owner, &ticket).await, (Value::Null, "COMPLETED".into()));
    // Neither does what was agreed to and cannot be done, until it is.
    let ticket = paid(&crew, "IN_PROGRESS").await;
    agreed(&crew, &ticket, json!([line("1", "80")])).await;
    crew.plumber.client.step(DONE, &ticket, not).await.ok();
    assert_eq!(due(&crew.owner, &ticket).await.0, "0.00");
    crew.called_back(&ticket, "NOT_SOLVED").await;
    crew.plumber.client.step("ticketAccept", &ticket, json!({})).await.ok();
    crew.plumber.client.step("ticketStart", &ticket, json!({})).await.ok();
    assert_eq!(send_quote(&crew, &ticket, json!([line("1", "99")])).await.refused(), "QUOTE_DECIDED");
    crew.plumber.client.step(DONE, &ticket, done(Value::Null)).await.ok();
    assert_eq!(due(&crew.owner, &ticket).await.0, "80.00");
}

async fn nothing_goes_beyond_the_quote(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let admin = crew.world.admin(&app).await;
    let (drain, tube) = (set_item(&admin, drain()).await, set_item(&admin, tube()).await);
    let ticket = paid(&crew, "IN_PROGRESS").await;
    agreed(&crew, &ticket, json!([of_item(&tube, "2", None), of_item(&tube, "1", None), line("1.5", "20")])).await;
    // The list may change meanwhile: what was agreed stands.
    let retire = json!({ "priceItemId": tube, "idempotencyKey": key() });
    admin.mutate("priceItemRetire", retire, "priceItem { active }").await.ok();
    let item = |id: &str, quantity: &str| json!({ "priceItemId": id, "quantity": quantity });
    let words = |words: &str, quantity: &str| json!({ "words": words, "quantity": quantity });
    let before = rows(&app).await;
    for (materials, at) in [
        (json!([item(&tube, "3.001")]), 0),
        (json!([item(&tube, "3"), item(&tube, "0.001")]), 1),
        (json!([item(&drain, "1")]), 0),
        (json!([item(&tube, "1"), words("换角阀", "1.501")]), 1),
        (json!([words("别的", "1")]), 0),
    ] {
        let outcome = crew.plumber.client.step(DONE, &ticket, done(materials.clone())).await;
        let expected = ("OVER_QUOTE".to_owned(), format!("input.materials.{at}.quantity"));
        assert_eq!((outcome.refused(), outcome.field()), expected, "{materials}");
    }
    assert_eq!(rows(&app).await, before);
    let used = json!([item(&tube, "2.5"), words("换角阀", "1.5")]);
    crew.plumber.client.step(DONE, &ticket, done(used)).await.ok();
    let seen = look(&crew.owner, &ticket, "amountDue { amount } materials { nameZh quantity amount { amount } }").await;
    let expected = json!({
        "amountDue": { "amount": "60.00" },
        "materials": [
            { "nameZh": "灯管", "quantity": "2.5", "amount": { "amount": "25.00" } },
            { "nameZh": "换角阀", "quantity": "1.5", "amount": { "amount": "30.00" } },
        ],
    });
    assert_eq!(seen, expected, "the agreed price is due, whatever was used of it");
}

async fn a_service_by_fixed_prices_needs_no_quote(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let admin = crew.world.admin(&app).await;
    let (drain, tube) = (set_item(&admin, drain()).await, set_item(&admin, tube()).await);
    let service = async || crew.brought(json!({ "kind": "PAID_SERVICE" }), "IN_PROGRESS").await;
    let item = |id: &str| json!({ "priceItemId": id, "quantity": "3" });
    let ticket = service().await;
    for materials in [json!([item(&drain)]), json!([item(&tube), { "words": "垫圈", "quantity": "1" }])] {
        assert_eq!(crew.plumber.client.step(DONE, &ticket, done(materials)).await.refused(), "QUOTE_REQUIRED");
    }
    // A repair that turned out to be paid for was not ordered by the list.
    let repair = paid(&crew, "IN_PROGRESS").await;
    let outcome = crew.plumber.client.step(DONE, &repair, done(json!([item(&tube)]))).await;
    assert_eq!(outcome.refused(), "QUOTE_REQUIRED");
    crew.plumber.client.step(DONE, &ticket, done(json!([item(&tube)]))).await.ok();
    assert_eq!(due(&crew.owner, &ticket).await, (json!("30.00"), "COMPLETED".into()));
    let quote = last_quote(&crew.owner, &ticket).await;
    assert_eq!(
        (&quote["byList"], &quote["state"], quote["dueAt"].is_null()),
        (&json!(true), &json!("APPROVED"), false)
    );
}

async fn what_was_used_is_kept(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let admin = crew.world.admin(&app).await;
    let drain = set_item(&admin, drain()).await;
    let ticket = crew.brought(json!({}), "IN_PROGRESS").await;
    let before = rows(&app).await;
    for (line, code, field) in [
        (json!({ "quantity": "1" }), "REQUIRED", "words"),
        (json!({ "words": "垫圈", "quantity": "0" }), "QUANTITY_OUT_OF_RANGE", "quantity"),
        (json!({ "words": "长".repeat(301), "quantity": "1" }), "TOO_LONG", "words"),
    ] {
        let outcome = crew.plumber.client.step(DONE, &ticket, done(json!([line]))).await;
        assert_eq!((outcome.refused(), outcome.field()), (code.into(), format!("input.materials.0.{field}")));
    }
    let many = Value::from(vec![json!({ "words": "垫圈", "quantity": "1" }); 51]);
    let outcome = crew.plumber.client.step(DONE, &ticket, done(many)).await;
    assert_eq!((outcome.refused(), outcome.field()), ("TOO_MANY".into(), "input.materials".into()));
    assert_eq!(rows(&app).await, before);
    let used = json!([{ "priceItemId": drain, "quantity": "1" }, { "words": "垫圈", "unit": "只", "quantity": "0.5" }]);
    let input = merged(done(used), json!({ "idempotencyKey": key() }));
    for _ in 0..2 {
        crew.plumber.client.step(DONE, &ticket, input.clone()).await.ok();
        let step = [("history_event", 1), ("outbox", 1), ("idempotency_key", 1)];
        let expected = [step.as_slice(), &[("ticket_material", 2), ("versions", 1)]].concat();
        assert_eq!(gained(&app, &before).await, expected);
    }
    let seen =
        look(&crew.owner, &ticket, "amountDue { amount } materials { nameEn kind unit quantity amount { amount } }");
    let expected = json!({
        "amountDue": null,
        "materials": [
            { "nameEn": "Unstop a drain", "kind": "LABOUR", "unit": "次", "quantity": "1", "amount": null },
            { "nameEn": "垫圈", "kind": "MATERIAL", "unit": "只", "quantity": "0.5", "amount": null },
        ],
    });
    assert_eq!(seen.await, expected, "nobody pays for it");
}

async fn a_quote_is_charged_once(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = paid(&crew, "IN_PROGRESS").await;
    agreed(&crew, &ticket, json!([line("1", "80")])).await;
    crew.plumber.client.step(DONE, &ticket, done(Value::Null)).await.ok();
    let charged = last_quote(&crew.owner, &ticket).await["dueAt"].clone();
    assert_eq!(charged, json!(app.clock.now()));
    app.advance(chrono::Duration::hours(3));
    crew.called_back(&ticket, "NOT_SOLVED").await;
    assert_eq!(due(&crew.owner, &ticket).await, (json!("80.00"), "DISPATCHED".into()));
    crew.work_done(&ticket).await;
    assert_eq!(last_quote(&crew.owner, &ticket).await["dueAt"], charged);
    assert_eq!(number(&app, "SELECT CAST(version AS bigint) FROM quote").await, 3, "made, approved, charged");
}

async fn a_page_takes_the_same_statements_for_one_row_and_for_twenty(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    crew.brought(json!({}), "ACCEPTED").await;
    let edges = [
        ("amountDue { amount }", 1),
        ("quotes { number total { amount } }", 1),
        ("quotes { lines { amount { amount } } } amountDue { amount }", 2),
        ("materials { nameZh }", 1),
        ("availableActions", 1),
    ];
    for count in [1, 18] {
        for _ in 0..count {
            let ticket = paid(&crew, "IN_PROGRESS").await;
            quoted(&crew, &ticket).await;
        }
        for (edge, own) in edges {
            let query = format!("{{ tickets {{ nodes {{ id {edge} }} }} }}");
            let (statements, _) = app.statements(crew.owner.query(&query, json!({}))).await;
            assert_eq!(statements, 2 + own, "{edge} after {count}");
        }
    }
    // Where nothing was quoted nothing is asked.
    let neighbour =
        crew.world.resident(&app, 3, crew.world.home.units[1], entities::values::ResidencyRole::Owner).await;
    let unit = api::graphql::id::wire_id(crew.world.home.units[1]).to_string();
    neighbour.submit(crew.repair(json!({ "unitId": unit }))).await;
    let query = "{ tickets { nodes { amountDue { amount } quotes { number } } } }";
    assert_eq!(app.statements(neighbour.query(query, json!({}))).await.0, 2);
}
