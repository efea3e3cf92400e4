//! Deposits go back once, less what is kept for damage.

use std::sync::Arc;

use serde_json::{Value, json};
use support::{TestApp, both};

use super::shared::REFUND;
use crate::billing::shared::owed;
use crate::payments::shared::{Till, money};
use crate::tickets::shared::{key, merged, number};

both!(a_deposit_goes_back_once, a_deposit_is_kept_as_a_whole, of_a_deposit_that_was_waived_in_part_the_rest_is_held);

/// A deposit of 2,000 yuan of unit 101.
async fn deposit(till: &Till) -> String {
    let item =
        json!({ "code": "DEP", "kind": "DEPOSIT", "nameZh": "装修押金", "nameEn": "Deposit", "timing": "ARREARS" });
    let item = till.scene.item(till.scene.area(item)).await;
    let input =
        json!({ "unitId": till.unit(), "feeItemId": item, "amount": "2000", "words": "装修", "idempotencyKey": key() });
    let made = till.scene.finance.client.mutate("chargeCreate", input, "charge { id }").await.ok();
    made["charge"]["id"].as_str().unwrap().to_owned()
}

async fn send(till: &Till, charge: &str, more: Value) -> support::client::Outcome {
    let input = json!({ "chargeId": charge, "reason": "装修验收", "idempotencyKey": key() });
    till.scene.finance.client.mutate("depositReturn", merged(input, more), REFUND).await
}

async fn a_deposit_goes_back_once(app: Arc<TestApp>) {
    let till = Till::open(&app).await;
    let charge = deposit(&till).await;
    let refused = async |charge: &str, more: Value| {
        let outcome = send(&till, charge, more).await;
        (outcome.refused(), outcome.field())
    };
    let fault = |code: &str, field: &str| (code.to_owned(), format!("input.{field}"));
    assert_eq!(refused(&charge, json!({})).await, fault("OVER_REFUNDABLE", "chargeId"), "it is not paid");
    let payment = till.paid(json!({ "payFor": { "chargeIds": [charge] } })).await;
    assert_eq!(refused(&till.charge("LIFT").await, json!({})).await, fault("NOT_A_DEPOSIT", "chargeId"));
    assert_eq!(refused(&charge, json!({ "deduction": "300" })).await, fault("REQUIRED", "evidence"));
    let damage = |deduction: &str| json!({ "deduction": deduction, "evidence": "墙面照片三张" });
    assert_eq!(refused(&charge, damage("2000.01")).await, fault("OVER_REFUNDABLE", "deduction"));
    let as_refund = till.ask(&payment, "1", json!({ "charges": [{ "chargeId": charge, "amount": "1" }] })).await;
    assert_eq!(as_refund.refused(), "NOT_A_DEPOSIT");
    let same = merged(damage("300"), json!({ "idempotencyKey": key() }));
    let asked = send(&till, &charge, same.clone()).await.ok()["refund"].clone();
    assert_eq!(send(&till, &charge, same).await.ok()["refund"], asked, "a repeat");
    assert_eq!((&asked["amount"]["amount"], &asked["kept"]["amount"]), (&json!("1700.00"), &json!("300.00")));
    assert_eq!(refused(&charge, json!({})).await, fault("DEPOSIT_OVER", "chargeId"));
    till.agree(&asked, true).await.ok();
    assert_eq!(till.sent(&app, &asked["id"]).await["state"], "SETTLED");
    assert_eq!(owed(&till.owner).await, ["101 134.25"], "it is not owed again");
    let after = till.payment(&payment).await;
    assert_eq!((money(&after)[1].as_str(), &after["refunded"]["amount"]), ("300.00", &json!("1700.00")));
    assert_eq!(refused(&charge, json!({})).await, fault("DEPOSIT_OVER", "chargeId"));
}

async fn a_deposit_is_kept_as_a_whole(app: Arc<TestApp>) {
    let till = Till::open(&app).await;
    let charge = deposit(&till).await;
    let payment = till.paid(json!({ "payFor": { "chargeIds": [charge] } })).await;
    let all = json!({ "deduction": "2000", "evidence": "承重墙拆改" });
    let asked = send(&till, &charge, all.clone()).await.ok()["refund"].clone();
    // Somebody does not agree; then it goes back, and the gateway fails it: nothing is kept either.
    till.agree(&asked, false).await.ok();
    till.refund_past_linli(&app, &payment, "OUTSIDE01", 200_000, 200_000).await;
    let some = json!({ "deduction": "100", "evidence": "照片" });
    let asked = send(&till, &charge, some).await.ok()["refund"].clone();
    till.agree(&asked, true).await.ok();
    assert_eq!(till.sent(&app, &asked["id"]).await["state"], "FAILED");
    let asked = send(&till, &charge, all).await.ok()["refund"].clone();
    let kept = till.agree(&asked, true).await.ok()["refund"].clone();
    assert_eq!(
        (&kept["state"], &kept["kept"]["amount"], &kept["amount"]["amount"]),
        (&json!("SETTLED"), &json!("2000.00"), &json!("0.00"))
    );
    assert_eq!(till.payment(&payment).await["refunded"]["amount"], "0.00");
}

async fn of_a_deposit_that_was_waived_in_part_the_rest_is_held(app: Arc<TestApp>) {
    let till = Till::open(&app).await;
    let charge = deposit(&till).await;
    let waive = json!({ "chargeId": charge, "amount": "500", "reason": "老业主", "idempotencyKey": key() });
    let waiver = till.scene.finance.client.mutate("chargeWaive", waive, "waiver { id }").await.ok()["waiver"].clone();
    let agree = json!({ "subjectId": waiver["id"], "approve": true, "idempotencyKey": key() });
    till.scene.manager.client.mutate("feeApprovalDecide", agree, "approved").await.ok();
    let sum = async |account: &str| {
        let sql =
            format!("SELECT CAST(COALESCE(SUM(amount), 0) AS bigint) FROM ledger_entry WHERE account = '{account}'");
        number(&app, &sql).await
    };
    assert_eq!((sum("DEPOSIT_HELD").await, sum("ALLOWANCE").await), (-150_000, 0), "it costs the company nothing");
    till.paid(json!({ "payFor": { "chargeIds": [charge] } })).await;
    let asked = send(&till, &charge, json!({})).await.ok()["refund"].clone();
    assert_eq!(asked["amount"]["amount"], "1500.00");
    till.agree(&asked, true).await.ok();
    assert_eq!(till.sent(&app, &asked["id"]).await["state"], "SETTLED");
    assert_eq!(sum("DEPOSIT_HELD").await, 0, "nothing is held any more");
}
