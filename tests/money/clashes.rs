//! Money that several people want, or that two places could take: each fen goes one way.

use std::sync::Arc;

use api::domains::payments;
use entities::values::Role;
use serde_json::{Value, json};
use support::{TestApp, both};

use super::reconcile::report;
use super::shared::REFUND;
use crate::billing::shared::owed;
use crate::payments::shared::{SECRET, Till, money};
use crate::people::erase::{erase, holding};
use crate::tickets::shared::{key, number};

both!(
    a_refund_gives_back_what_its_own_payment_paid,
    many_small_refunds_are_one_large_one,
    a_receipt_stays_while_its_money_may_come_back,
    one_charge_is_placed_once,
    of_two_who_send_money_back_one_does,
    what_was_given_back_stands_on_no_invoice,
    two_communities_share_an_account_at_the_gateway,
    an_account_is_not_erased_while_its_money_is_under_way
);

async fn a_refund_gives_back_what_its_own_payment_paid(app: Arc<TestApp>) {
    let till = Till::open(&app).await;
    let first = till.paid(json!({})).await;
    let charge = till.charge("MANAGEMENT").await;
    let (one, two) = (till.ask_charge(&first, &charge, "26.85").await, till.ask_charge(&first, &charge, "26.85").await);
    till.agree(&one, true).await.ok();
    let second = till.paid(json!({})).await;
    assert_eq!(money(&till.payment(&second).await)[1], "26.85", "it is owed again, and paid again");
    assert_eq!(till.agree(&two, true).await.refused(), "OVER_REFUNDABLE");
    assert_eq!(owed(&till.owner).await, Vec::<String>::new());
    assert_eq!(money(&till.payment(&first).await), ["134.25", "107.40", "0.00", "0.00"]);
}

async fn many_small_refunds_are_one_large_one(app: Arc<TestApp>) {
    let till = Till::open(&app).await;
    let payment = till.paid(json!({})).await;
    let input = json!({ "communityId": till.scene.community(), "refundLimit": "50", "idempotencyKey": key() });
    till.scene.manager.client.mutate("communityRefundSettingsSet", input, "settings { version }").await.ok();
    let lift = till.charge("LIFT").await;
    let states = [
        till.ask_charge(&payment, &lift, "30").await,
        till.ask_charge(&payment, &lift, "20").await,
        till.ask_charge(&payment, &lift, "0.01").await,
    ];
    assert_eq!(states.map(|it| it["state"].clone()), [json!("APPROVED"), json!("APPROVED"), json!("PENDING")]);
}

async fn a_receipt_stays_while_its_money_may_come_back(app: Arc<TestApp>) {
    let till = Till::open(&app).await;
    let payment = till.paid(json!({})).await;
    // The gateway will fail it: the money has gone already, past Linli.
    till.refund_past_linli(&app, &payment, "OUTSIDE01", 13_425, 13_425).await;
    let mut charges = Vec::new();
    for (code, amount) in [("MANAGEMENT", "26.85"), ("LIFT", "107.40")] {
        charges.push(json!({ "chargeId": till.charge(code).await, "amount": amount }));
    }
    let asked = till.ask(&payment, "134.25", json!({ "charges": charges })).await.ok()["refund"].clone();
    till.agree(&asked, true).await.ok();
    let finance = &till.scene.finance.client;
    let receipt = finance.query("{ receipts { nodes { id } } }", json!({})).await["receipts"]["nodes"][0]["id"].clone();
    let void = async || {
        let input = json!({ "receiptId": receipt, "reason": "退款", "reissue": false, "idempotencyKey": key() });
        finance.mutate("receiptVoid", input, "receipt { state }").await
    };
    assert_eq!(void().await.refused(), "RECEIPT_NEEDED");
    assert_eq!(till.sent(&app, &asked["id"]).await["state"], "FAILED");
    assert_eq!(void().await.refused(), "RECEIPT_NEEDED");
    assert_eq!(number(&app, "SELECT COUNT(*) FROM receipt WHERE state = 'VALID'").await, 1);
}

async fn one_charge_is_placed_once(app: Arc<TestApp>) {
    let till = Till::open(&app).await;
    till.strange_money(&app, "STRANGE01", 13_425).await;
    let item = till.suspense(1).await[0].clone();
    let lift = till.charge("LIFT").await;
    let twice = json!({ "place": { "chargeIds": [lift, lift] } });
    let refused = till.resolve(&item, twice).await;
    assert_eq!(refused.refused(), "INVALID_VALUE");
    assert_eq!(owed(&till.owner).await, ["101 134.25"]);
    let both = json!({ "place": { "chargeIds": [lift, till.charge("MANAGEMENT").await] } });
    till.resolve(&item, both).await.ok();
    assert_eq!(owed(&till.owner).await, Vec::<String>::new());
}

async fn of_two_who_send_money_back_one_does(app: Arc<TestApp>) {
    let till = Till::open(&app).await;
    till.strange_money(&app, "STRANGE01", 900).await;
    let item = till.suspense(1).await[0].clone();
    let back = || json!({ "sendBack": true });
    let (one, two) = tokio::join!(till.resolve(&item, back()), till.resolve(&item, back()));
    assert_eq!([one.codes(), two.codes()].concat(), ["SUSPENSE_OVER"]);
    assert_eq!(number(&app, "SELECT COUNT(*) FROM refund").await, 1);
}

async fn what_was_given_back_stands_on_no_invoice(app: Arc<TestApp>) {
    let till = Till::open(&app).await;
    let first = till.paid(json!({})).await;
    let lift = till.charge("LIFT").await;
    let asked = till.ask_charge(&first, &lift, "107.40").await;
    till.agree(&asked, true).await.ok();
    let second = till.paid(json!({})).await;
    let invoice = async |payment: &str| {
        let input = json!({ "paymentId": payment, "kind": "PERSON", "title": "住户1-1", "idempotencyKey": key() });
        till.owner.mutate("invoiceRequest", input, "invoice { amount { amount } }").await
    };
    assert_eq!(invoice(&first).await.ok()["invoice"]["amount"]["amount"], "26.85");
    assert_eq!(invoice(&second).await.ok()["invoice"]["amount"]["amount"], "107.40");
}

async fn two_communities_share_an_account_at_the_gateway(app: Arc<TestApp>) {
    let till = Till::open(&app).await;
    let world = &till.scene.world;
    let manager = world.worker_at(&app, 70, Role::Manager, Some(world.elsewhere.community), &[]).await.client;
    let credentials = json!({ "sandbox": { "merchant": "m1", "secret": SECRET, "url": till.sandbox.url() } });
    let input = json!({
        "communityId": api::graphql::id::wire_id(world.elsewhere.community), "credentials": credentials,
        "idempotencyKey": key(),
    });
    manager.mutate("merchantSet", input, "merchant { id }").await.ok();
    let payment = till.paid(json!({})).await;
    let lift = till.charge("LIFT").await;
    let asked = till.ask_charge(&payment, &lift, "7.40").await;
    till.agree(&asked, true).await.ok();
    assert_eq!(till.sent(&app, &asked["id"]).await["state"], "SETTLED");
    till.strange_money(&app, "STRANGE01", 900).await;
    till.suspense(1).await;
    let cash = "SELECT CAST(SUM(amount) AS bigint) FROM ledger_entry WHERE account = 'CASH'";
    let before = number(&app, cash).await;
    app.advance(chrono::Duration::hours(26));
    payments::reconcile(&app.app).await.unwrap();
    assert_eq!(number(&app, "SELECT COUNT(*) FROM reconciliation WHERE state = 'DONE'").await, 2, "one each");
    assert_eq!(number(&app, cash).await, before, "nothing is entered twice");
    assert_eq!(number(&app, "SELECT COUNT(*) FROM suspense_item").await, 1);
    assert_eq!(number(&app, "SELECT COUNT(*) FROM reconciliation_difference").await, 1, "where it was told, and once");
    assert_eq!(report(&till).await["differenceCount"], 1);
    // New credentials of the same account: the day is one of two merchants, and still one of money.
    till.set_merchant(&till.scene.manager.client, "m2").await.ok();
    till.set_merchant(&till.scene.manager.client, "m1").await.ok();
    till.paid(json!({})).await;
    app.advance(chrono::Duration::hours(24));
    payments::reconcile(&app.app).await.unwrap();
    assert_eq!(number(&app, "SELECT COUNT(*) FROM reconciliation_difference").await, 1);
    assert_eq!(number(&app, "SELECT COUNT(*) FROM suspense_item").await, 1);
}

async fn an_account_is_not_erased_while_its_money_is_under_way(app: Arc<TestApp>) {
    const NAME: &str = "住户1-1";
    let till = Till::open(&app).await;
    let payment = till.paid(json!({})).await;
    let lift = till.charge("LIFT").await;
    let input = json!({
        "paymentId": payment, "amount": "7.40", "charges": [{ "chargeId": lift, "amount": "7.40" }],
        "reason": format!("{NAME}多付了"), "idempotencyKey": key(),
    });
    let asked = till.scene.finance.client.mutate("refundCreate", input, REFUND).await.ok()["refund"].clone();
    till.agree(&asked, true).await.ok();
    till.paid(json!({})).await;
    assert_eq!(owed(&till.owner).await, Vec::<String>::new());
    assert_eq!(erase(&app, &till.owner, "13900010001").await.refused(), "DEBTS_OPEN");
    assert_eq!(till.sent(&app, &asked["id"]).await["state"], "SETTLED");
    let held = holding(&app, NAME).await;
    assert!(held.contains(&"refund.reason".to_owned()) && held.contains(&"journal.words".to_owned()), "{held:?}");
    app.advance(chrono::Duration::minutes(2));
    erase(&app, &till.owner, "13900010001").await.ok();
    let held: Vec<String> = holding(&app, NAME).await;
    let of_refunds: Vec<&String> = held
        .iter()
        .filter(|column| ["refund.", "journal.", "history_event."].iter().any(|table| column.starts_with(table)))
        .collect();
    assert_eq!(of_refunds, Vec::<&String>::new(), "{held:?}");
    let seen: Value = till.refund(&asked["id"]).await;
    assert_eq!(seen["state"], "SETTLED", "the books stay");
}
