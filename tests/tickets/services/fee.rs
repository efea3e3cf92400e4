//! What a recurring service costs is agreed with it: each of its tickets is charged with that, without a quote.

use std::sync::Arc;

use chrono::Duration;
use entities::values::{Role, Trade};
use serde_json::{Value, json};
use support::{TestApp, both};

use super::shared::{create, look, made, round};
use crate::tickets::shared::{Crew, gained, rows};

both!(a_date_costs_what_was_agreed, without_a_fee_the_resident_is_asked, fees_that_cannot_be, residents_set_no_fee);

/// The plan's ticket, in the hands of a cleaner who has begun.
async fn begun(app: &TestApp, crew: &Crew, plan: &str) -> (support::world::Worker, String) {
    app.advance(Duration::days(2));
    assert_eq!(round(app).await, 1);
    let seen = look(&crew.desk.client, plan, "occurrences { ticket { id } }").await;
    let ticket = seen["occurrences"][0]["ticket"]["id"].as_str().unwrap().to_owned();
    let cleaner = crew.world.worker(app, 21, Role::Technician, &[Trade::Cleaning]).await;
    let assignee = json!({ "assigneeId": cleaner.wire });
    crew.dispatcher.client.step("ticketDispatch", &ticket, assignee).await.ok();
    for mutation in ["ticketAccept", "ticketStart"] {
        cleaner.client.step(mutation, &ticket, json!({})).await.ok();
    }
    (cleaner, ticket)
}

fn done(materials: Value) -> Value {
    json!({ "outcome": "DONE", "words": "打扫完毕", "materials": materials })
}

async fn a_date_costs_what_was_agreed(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let plan = made(&crew.desk.client, &crew.world, json!({ "fee": "80.50" })).await;
    let fee = json!({ "amount": "80.50", "currency": "CNY" });
    assert_eq!(look(&crew.owner, &plan, "fee { amount currency }").await["fee"], fee);
    let (cleaner, ticket) = begun(&app, &crew, &plan).await;
    // What is used is part of it.
    let used = json!([{ "words": "地板蜡", "unit": "瓶", "quantity": "1" }]);
    cleaner.client.step("ticketComplete", &ticket, done(used)).await.ok();
    let told = "state amountDue { amount currency } materials { nameZh quantity }
        quotes { state byList total { amount } lines { nameZh kind quantity amount { amount } } }";
    let seen = crate::tickets::shared::look(&crew.owner, &ticket, told).await;
    assert_eq!((&seen["state"], &seen["amountDue"]), (&json!("COMPLETED"), &fee));
    assert_eq!(seen["materials"], json!([{ "nameZh": "地板蜡", "quantity": "1" }]));
    let line =
        json!({ "nameZh": "每周保洁两小时", "kind": "LABOUR", "quantity": "1", "amount": { "amount": "80.50" } });
    let quote = json!({ "state": "APPROVED", "byList": true, "total": { "amount": "80.50" }, "lines": [line] });
    assert_eq!(seen["quotes"], json!([quote]));
    // A ticket that comes back is charged once.
    crew.owner.step("ticketReportUnsolved", &ticket, json!({ "reason": "漏了一间" })).await.ok();
    for (mutation, more) in
        [("ticketAccept", json!({})), ("ticketStart", json!({})), ("ticketComplete", done(json!([])))]
    {
        cleaner.client.step(mutation, &ticket, more).await.ok();
    }
    let seen =
        crate::tickets::shared::look(&crew.owner, &ticket, "amountDue { amount currency } quotes { state }").await;
    assert_eq!(seen, json!({ "amountDue": fee, "quotes": [{ "state": "APPROVED" }] }));
}

async fn without_a_fee_the_resident_is_asked(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let plan = made(&crew.desk.client, &crew.world, json!({ "priceWords": "按次" })).await;
    assert_eq!(look(&crew.owner, &plan, "fee { amount }").await["fee"], Value::Null);
    let (cleaner, ticket) = begun(&app, &crew, &plan).await;
    let refused = cleaner.client.step("ticketComplete", &ticket, done(json!([]))).await;
    assert_eq!(refused.refused(), "QUOTE_REQUIRED");
}

async fn fees_that_cannot_be(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let before = rows(&app).await;
    for fee in ["0", "-1", "0.001", "100000000000000000000", "99999999999"] {
        let refused = create(&crew.desk.client, &crew.world, json!({ "fee": fee })).await;
        assert_eq!((refused.refused(), refused.field()), ("INVALID_VALUE".into(), "input.fee".into()), "{fee}");
    }
    assert_eq!(gained(&app, &before).await, []);
}

async fn residents_set_no_fee(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let plan = made(&crew.owner, &crew.world, json!({ "fee": "1" })).await;
    assert_eq!(look(&crew.desk.client, &plan, "fee { amount }").await["fee"], Value::Null);
}
