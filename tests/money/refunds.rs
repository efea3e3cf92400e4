//! Refunds: asked for, agreed to, paid out once; and everything that can go wrong on the way.

use std::sync::Arc;

use api::domains::payments;
use serde_json::{Value, json};
use support::{TestApp, both};

use super::shared::REFUND;
use crate::billing::shared::owed;
use crate::payments::shared::{Till, money, prepaid};
use crate::tickets::shared::key;

both!(
    money_goes_back_the_way_it_came,
    more_than_was_paid_does_not_go_back,
    two_refunds_at_once_are_one,
    a_refund_that_its_gateway_fails_comes_back,
    what_was_paid_again_meanwhile_becomes_prepaid,
    a_prepaid_balance_that_was_drawn_on_stays
);

async fn money_goes_back_the_way_it_came(app: Arc<TestApp>) {
    let till = Till::open(&app).await;
    let payment = till.paid(json!({})).await;
    // No notification comes between the statements that are counted.
    till.switch(api::infra::gateways::sandbox::Switches { lose: true, ..Default::default() });
    let lift = till.charge("LIFT").await;
    let input = json!({
        "paymentId": payment, "amount": "50", "charges": [{ "chargeId": lift, "amount": "50" }], "reason": "停运补偿",
        "idempotencyKey": key(),
    });
    let finance = &till.scene.finance.client;
    let asked = finance.mutate("refundCreate", input.clone(), REFUND).await.ok()["refund"].clone();
    assert_eq!(finance.mutate("refundCreate", input.clone(), REFUND).await.ok()["refund"], asked, "a repeat");
    let mut other = input;
    other["reason"] = json!("x");
    assert_eq!(finance.mutate("refundCreate", other, REFUND).await.refused(), "KEY_REUSED");
    assert_eq!((&asked["state"], &asked["secondPerson"]), (&json!("PENDING"), &json!(true)));
    assert_eq!(payments::send_refunds(&app.app).await.unwrap(), 0, "nothing is sent before somebody agreed");
    assert_eq!(owed(&till.owner).await, Vec::<String>::new());
    let decision = json!({ "refundId": asked["id"], "approve": true, "idempotencyKey": key() });
    assert_eq!(finance.mutate("refundDecide", decision.clone(), REFUND).await.refused(), "SAME_PERSON");
    let agreed = till.scene.manager.client.mutate("refundDecide", decision.clone(), REFUND).await.ok();
    assert_eq!(agreed["refund"]["state"], "APPROVED");
    let again = till.scene.manager.client.mutate("refundDecide", decision, REFUND).await.ok();
    assert_eq!(again["refund"]["id"], agreed["refund"]["id"], "a repeat");
    assert_eq!(till.agree(&asked, true).await.refused(), "ALREADY_DECIDED");
    assert_eq!(owed(&till.owner).await, ["101 50.00"], "it is owed again");
    let after = till.payment(&payment).await;
    assert_eq!(
        (money(&after), &after["refunded"]["amount"]),
        (["134.25", "84.25", "0.00", "0.00"].map(String::from), &json!("50.00"))
    );
    let done = till.sent(&app, &asked["id"]).await;
    assert_eq!((&done["state"], &done["throughGateway"]), (&json!("SETTLED"), &json!(true)));
    assert!(done["gatewayNumber"].as_str().unwrap().starts_with("SB"));
    assert_eq!(payments::send_refunds(&app.app).await.unwrap(), 0, "it is settled once");
    // The payer sees it with its parts, by one statement a table.
    let list = "{ refunds { totalCount nodes { id amount { amount } parts { chargeId amount { amount } } } } }";
    let (statements, seen) = app.statements(till.owner.query(list, json!({}))).await;
    assert_eq!(statements, 4, "viewer, page, count, parts");
    assert_eq!(seen["refunds"]["nodes"][0]["parts"], json!([{ "chargeId": lift, "amount": { "amount": "50.00" } }]));
}

async fn more_than_was_paid_does_not_go_back(app: Arc<TestApp>) {
    let till = Till::open(&app).await;
    let (open, _) = till.begin(&till.owner, json!({})).await;
    let lift = till.charge("LIFT").await;
    let charges = |amount: &str| json!({ "charges": [{ "chargeId": lift, "amount": amount }] });
    let refused = async |payment: &str, amount: &str, more: Value| {
        let outcome = till.ask(payment, amount, more).await;
        (outcome.refused(), outcome.field())
    };
    let fault = |code: &str, field: &str| (code.to_owned(), format!("input.{field}"));
    assert_eq!(refused(&open, "1", charges("1")).await, fault("OVER_REFUNDABLE", "paymentId"));
    let payment = till.paid(json!({})).await;
    assert_eq!(refused(&payment, "107.41", charges("107.41")).await, fault("OVER_REFUNDABLE", "charges"));
    assert_eq!(refused(&payment, "2", charges("1")).await, fault("INVALID_VALUE", "amount"));
    assert_eq!(refused(&payment, "0", charges("0")).await, fault("INVALID_VALUE", "amount"));
    assert_eq!(refused(&payment, "1", json!({})).await, fault("INVALID_VALUE", "amount"));
    assert_eq!(
        refused(&payment, "1", json!({ "prepaid": { "amount": "1" } })).await,
        fault("OVER_REFUNDABLE", "prepaid")
    );
    assert_eq!(refused(&payment, "1", json!({ "suspense": true })).await, fault("SUSPENSE_OVER", "suspenseItemId"));
    let first = till.ask_charge(&payment, &lift, "100").await;
    till.agree(&first, true).await.ok();
    assert_eq!(refused(&payment, "7.41", charges("7.41")).await, fault("OVER_REFUNDABLE", "charges"));
    till.ask_charge(&payment, &lift, "7.40").await;
}

async fn two_refunds_at_once_are_one(app: Arc<TestApp>) {
    let till = Till::open(&app).await;
    let payment = till.paid(json!({})).await;
    let lift = till.charge("LIFT").await;
    let first = till.ask_charge(&payment, &lift, "107.40").await;
    let second = till.ask_charge(&payment, &lift, "107.40").await;
    let (a, b) = tokio::join!(till.agree(&first, true), till.agree(&second, true));
    let refused: Vec<String> = [a, b].iter().flat_map(|it| it.codes()).collect();
    assert_eq!(refused, ["OVER_REFUNDABLE"]);
    assert_eq!(owed(&till.owner).await, ["101 107.40"]);
    assert_eq!(payments::send_refunds(&app.app).await.unwrap(), 1);
    assert_eq!(till.payment(&payment).await["refunded"]["amount"], "107.40");
}

async fn a_refund_that_its_gateway_fails_comes_back(app: Arc<TestApp>) {
    let till = Till::open(&app).await;
    let payment = till.paid(json!({})).await;
    let before = till.payment(&payment).await;
    // Somebody gave all of it back at the gateway, past Linli: it refuses to do so again.
    till.refund_past_linli(&app, &payment, "OUTSIDE01", 13_425, 13_425).await;
    let asked = till.ask_charge(&payment, &till.charge("LIFT").await, "107.40").await;
    till.agree(&asked, true).await.ok();
    assert_eq!(owed(&till.owner).await, ["101 107.40"]);
    let failed = till.sent(&app, &asked["id"]).await;
    assert_eq!((&failed["state"], &failed["failedCode"]), (&json!("FAILED"), &json!("REFUND_AMOUNT")));
    assert_eq!(owed(&till.owner).await, Vec::<String>::new(), "it is paid again");
    let after = till.payment(&payment).await;
    assert_eq!((money(&after), &after["refunded"]), (money(&before), &before["refunded"]));
    assert_eq!(payments::send_refunds(&app.app).await.unwrap(), 0);
    // Out of the till it goes.
    let desk = json!({ "charges": [{ "chargeId": till.charge("LIFT").await, "amount": "107.40" }], "atDesk": true });
    let asked = till.ask(&payment, "107.40", desk).await.ok()["refund"].clone();
    assert_eq!(asked["throughGateway"], false);
    till.agree(&asked, true).await.ok();
    assert_eq!(till.sent(&app, &asked["id"]).await["state"], "APPROVED");
}

async fn what_was_paid_again_meanwhile_becomes_prepaid(app: Arc<TestApp>) {
    let till = Till::open(&app).await;
    let payment = till.paid(json!({})).await;
    till.refund_past_linli(&app, &payment, "OUTSIDE01", 13_425, 13_425).await;
    let asked = till.ask_charge(&payment, &till.charge("LIFT").await, "107.40").await;
    till.agree(&asked, true).await.ok();
    let second = till.paid(json!({})).await;
    assert_eq!(money(&till.payment(&second).await)[1], "107.40", "it is owed again, and paid again");
    assert_eq!(till.sent(&app, &asked["id"]).await["state"], "FAILED");
    assert_eq!(prepaid(&till.owner).await, ["107.40"]);
    assert_eq!(money(&till.payment(&payment).await), ["134.25", "26.85", "107.40", "0.00"]);
    assert_eq!(owed(&till.owner).await, Vec::<String>::new());
}

async fn a_prepaid_balance_that_was_drawn_on_stays(app: Arc<TestApp>) {
    let till = Till::open(&app).await;
    till.paid(json!({})).await;
    let ahead = json!({ "payFor": { "prepaid": { "unitId": till.unit() } }, "amount": "200" });
    let payment = till.paid(ahead).await;
    let back = |amount: &str| json!({ "prepaid": { "amount": amount } });
    let all = till.ask(&payment, "200", back("200")).await.ok()["refund"].clone();
    app.advance(chrono::Duration::days(30));
    till.scene.bill(&app, "2026-04-01").await;
    assert_eq!(prepaid(&till.owner).await, ["65.75"], "April drew 134.25");
    assert_eq!(till.agree(&all, true).await.refused(), "PREPAID_DRAWN");
    assert_eq!(till.agree(&all, false).await.ok()["refund"]["state"], "REFUSED");
    assert_eq!(till.agree(&all, true).await.refused(), "ALREADY_DECIDED");
    let rest = till.ask(&payment, "65.75", back("65.75")).await.ok()["refund"].clone();
    till.agree(&rest, true).await.ok();
    assert_eq!(till.sent(&app, &rest["id"]).await["state"], "SETTLED");
    assert_eq!(money(&till.payment(&payment).await), ["200.00", "0.00", "134.25", "0.00"]);
}
