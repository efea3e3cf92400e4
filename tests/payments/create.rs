//! A resident pays by phone: begun, paid on the page, told, and seen in balance and ledger.

use std::sync::Arc;

use serde_json::{Value, json};
use support::{TestApp, both};

use super::shared::{PAYMENT, STARTED, Till, ask_after, decide, money, prepaid};
use crate::billing::shared::owed;
use crate::tickets::shared::key;

both!(
    a_bill_is_paid_on_the_page,
    a_payment_is_begun_once_for_its_key,
    a_payment_is_given_up,
    a_payment_that_nobody_pays_expires,
    a_prepaid_balance_grows,
    who_comes_back_asks_at_once
);

async fn a_bill_is_paid_on_the_page(app: Arc<TestApp>) {
    let till = Till::open(&app).await;
    assert_eq!(owed(&till.owner).await, ["101 134.25"]);
    let methods = "query($id: ID!) { paymentMethods(communityId: $id) }";
    let offered = till.owner.query(methods, json!({ "id": till.scene.community() })).await;
    assert_eq!(offered, json!({ "paymentMethods": ["SANDBOX"] }));
    let (id, page) = till.begin(&till.owner, json!({})).await;
    let begun = till.payment(&id).await;
    assert_eq!((&begun["state"], &begun["amount"]["amount"]), (&json!("PENDING"), &json!("134.25")));
    assert_eq!(owed(&till.owner).await, ["101 134.25"], "begun is not paid");
    decide(&page, "pay").await;
    let paid = till.until(&id, "SETTLED").await;
    assert_eq!(money(&paid), ["134.25", "134.25", "0.00", "0.00"]);
    let parts: Vec<String> = paid["parts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| format!("{} {} {}", it["itemNameZh"], it["wanted"]["amount"], it["paid"]["amount"]))
        .collect();
    assert_eq!(parts, [r#""物业费" "26.85" "26.85""#, r#""电梯费" "107.40" "107.40""#]);
    assert_eq!(owed(&till.owner).await, Vec::<String>::new());
    // Nothing is left to pay, and nothing is left to ask.
    let again = till.owner.mutate("paymentCreate", till.all(json!({})), STARTED).await;
    assert_eq!(again.refused(), "ALREADY_PAID");
    assert_eq!(ask_after(&app, 3_600).await, 0);
}

async fn a_payment_is_begun_once_for_its_key(app: Arc<TestApp>) {
    let till = Till::open(&app).await;
    let input = till.all(json!({}));
    let first = till.owner.mutate("paymentCreate", input.clone(), STARTED).await.ok();
    let again = till.owner.mutate("paymentCreate", input.clone(), STARTED).await.ok();
    assert_eq!(first, again, "the same payment, and the same page");
    let mut other = input.clone();
    other["amount"] = json!("26.85");
    assert_eq!(till.owner.mutate("paymentCreate", other, STARTED).await.refused(), "KEY_REUSED");
    decide(first["payWith"]["url"].as_str().unwrap(), "pay").await;
    till.until(first["payment"]["id"].as_str().unwrap(), "SETTLED").await;
    let late = till.owner.mutate("paymentCreate", input, STARTED).await.ok();
    assert_eq!((&late["payment"]["state"], &late["payWith"]), (&json!("SETTLED"), &Value::Null));
    let count = till.owner.query("{ payments { totalCount } }", json!({})).await;
    assert_eq!(count["payments"]["totalCount"], 1);
}

async fn a_payment_is_given_up(app: Arc<TestApp>) {
    let till = Till::open(&app).await;
    let (id, page) = till.begin(&till.owner, json!({})).await;
    let close = || till.owner.mutate("paymentClose", json!({ "paymentId": id }), PAYMENT);
    let closed = close().await.ok()["payment"].clone();
    assert_eq!((&closed["state"], &closed["closedReason"]), (&json!("CLOSED"), &json!("CANCELLED")));
    assert_eq!(close().await.ok()["payment"], closed, "a repeat");
    decide(&page, "pay").await;
    assert_eq!(till.payment(&id).await["state"], "CLOSED", "the gateway takes nothing for it");
    // Paid a moment before it is given up: it is settled.
    let (id, page) = till.begin(&till.owner, json!({})).await;
    till.switch(api::infra::gateways::sandbox::Switches { lose: true, ..Default::default() });
    decide(&page, "pay").await;
    let closed = till.owner.mutate("paymentClose", json!({ "paymentId": id }), PAYMENT).await.ok();
    assert_eq!(closed["payment"]["state"], "SETTLED");
    let over = till.owner.mutate("paymentClose", json!({ "paymentId": id }), PAYMENT).await;
    assert_eq!(over.refused(), "PAYMENT_OVER");
}

async fn a_payment_that_nobody_pays_expires(app: Arc<TestApp>) {
    let till = Till::open(&app).await;
    let input = till.all(json!({}));
    let begun = till.owner.mutate("paymentCreate", input.clone(), STARTED).await.ok();
    let id = begun["payment"]["id"].as_str().unwrap();
    assert_eq!(ask_after(&app, 5).await, 0, "too early");
    assert_eq!(ask_after(&app, 10).await, 1);
    assert_eq!(till.payment(id).await["state"], "PENDING");
    assert_eq!(ask_after(&app, 1_800).await, 1);
    let over = till.payment(id).await;
    assert_eq!((&over["state"], &over["closedReason"]), (&json!("CLOSED"), &json!("EXPIRED")));
    assert_eq!(ask_after(&app, 36_000).await, 0);
    let late = till.owner.mutate("paymentCreate", input, STARTED).await.ok();
    assert_eq!((&late["payment"]["state"], &late["payWith"]), (&json!("CLOSED"), &Value::Null));
    assert_eq!(owed(&till.owner).await, ["101 134.25"]);
}

async fn a_prepaid_balance_grows(app: Arc<TestApp>) {
    let till = Till::open(&app).await;
    let ahead = |more: &str| json!({ "payFor": { "prepaid": { "unitId": till.unit() } }, "amount": more });
    let (id, page) = till.begin(&till.owner, ahead("50")).await;
    decide(&page, "pay").await;
    assert_eq!(money(&till.until(&id, "SETTLED").await), ["50.00", "0.00", "50.00", "0.00"]);
    assert_eq!(prepaid(&till.owner).await, ["50.00"]);
    assert_eq!(owed(&till.owner).await, ["101 134.25"], "later bills draw on it");
    till.scene.bill(&app, "2026-04-01").await;
    // 26.85 of April's management fee, and of the lift's nothing: it is not paid in part, and 23.15 do not suffice.
    assert_eq!(prepaid(&till.owner).await, ["23.15"]);
    let none = json!({ "payFor": { "prepaid": { "unitId": till.unit() } } });
    let missing = till.owner.mutate("paymentCreate", till.all(none), STARTED).await;
    assert_eq!((missing.refused(), missing.field()), ("REQUIRED".into(), "input.amount".into()));
    let elsewhere = crate::billing::shared::unit(&till.scene.world, 1);
    let strange = json!({ "payFor": { "prepaid": { "unitId": elsewhere } }, "amount": "1" });
    assert_eq!(till.owner.mutate("paymentCreate", till.all(strange), STARTED).await.refused(), "NOT_FOUND");
}

async fn who_comes_back_asks_at_once(app: Arc<TestApp>) {
    let till = Till::open(&app).await;
    till.switch(api::infra::gateways::sandbox::Switches { lose: true, ..Default::default() });
    let (id, page) = till.begin(&till.owner, json!({})).await;
    let refresh = || till.owner.mutate("paymentRefresh", json!({ "paymentId": id }), PAYMENT);
    assert_eq!(refresh().await.ok()["payment"]["state"], "PENDING");
    decide(&page, "pay").await;
    let paid = refresh().await.ok()["payment"].clone();
    assert_eq!((&paid["state"], &paid["allocated"]["amount"]), (&json!("SETTLED"), &json!("134.25")));
    assert_eq!(refresh().await.ok()["payment"], paid);
    // The payer's bank refuses: another payment can be begun.
    till.scene.bill(&app, "2026-04-01").await;
    let (id, page) = till.begin(&till.owner, json!({ "idempotencyKey": key() })).await;
    decide(&page, "fail").await;
    let failed = till.owner.mutate("paymentRefresh", json!({ "paymentId": id }), PAYMENT).await.ok();
    assert_eq!((&failed["payment"]["state"], &failed["payment"]["closedReason"]), (&json!("CLOSED"), &json!("FAILED")));
    till.begin(&till.owner, json!({})).await;
}
