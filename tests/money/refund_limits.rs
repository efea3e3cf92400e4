//! Up to the community's limit one person suffices; the desk pays out with a voucher.

use std::sync::Arc;

use serde_json::{Value, json};
use support::{TestApp, both};

use super::shared::REFUND;
use crate::payments::shared::Till;
use crate::tickets::shared::{key, number};

both!(up_to_the_limit_one_person_suffices, the_desk_pays_out_with_a_voucher);

async fn up_to_the_limit_one_person_suffices(app: Arc<TestApp>) {
    let till = Till::open(&app).await;
    let payment = till.paid(json!({})).await;
    let lift = till.charge("LIFT").await;
    let set = async |limit: &str, version: i32| {
        let input = json!({
            "communityId": till.scene.community(), "refundLimit": limit, "expectedVersion": version,
            "idempotencyKey": key(),
        });
        let fields = "settings { refundLimit { amount } version }";
        till.scene.manager.client.mutate("communityRefundSettingsSet", input, fields).await
    };
    let made = set("20", 0).await.ok()["settings"].clone();
    assert_eq!(made, json!({ "refundLimit": { "amount": "20.00" }, "version": 1 }));
    let told = "SELECT COUNT(*) FROM history_event WHERE object_kind = 'COMMUNITY_REFUND_SETTINGS' AND payload LIKE '%[0,2000]%'";
    assert_eq!(number(&app, told).await, 1, "from which limit to which, and by whom");
    assert_eq!(set("30", 0).await.refused(), "STALE_VERSION");
    assert_eq!(set("-1", 1).await.refused(), "INVALID_VALUE");
    let query = "query($c: ID!) { communityRefundSettings(communityId: $c) { refundLimit { amount } version } }";
    let seen = till.scene.finance.client.query(query, json!({ "c": till.scene.community() })).await;
    assert_eq!(seen["communityRefundSettings"], made);
    let small = till.ask_charge(&payment, &lift, "20").await;
    assert_eq!((&small["state"], &small["secondPerson"]), (&json!("APPROVED"), &json!(false)));
    let large = till.ask_charge(&payment, &lift, "20.01").await;
    assert_eq!(large["state"], "PENDING");
    assert_eq!(till.sent(&app, &small["id"]).await["state"], "SETTLED");
    assert_eq!(set("0", 1).await.ok()["settings"]["refundLimit"]["amount"], "0.00");
    assert_eq!(till.ask_charge(&payment, &lift, "0.01").await["state"], "PENDING");
}

async fn the_desk_pays_out_with_a_voucher(app: Arc<TestApp>) {
    let till = Till::open(&app).await;
    let payment = till.paid(json!({})).await;
    let charge = json!([{ "chargeId": till.charge("MANAGEMENT").await, "amount": "26.85" }]);
    let asked = till.ask(&payment, "26.85", json!({ "charges": charge, "atDesk": true })).await.ok()["refund"].clone();
    let settle = async |voucher: &str, key: &str| {
        let input = json!({ "refundId": asked["id"], "method": "CASH", "voucher": voucher, "idempotencyKey": key });
        till.scene.finance.client.mutate("refundSettle", input, REFUND).await
    };
    assert_eq!(settle("PZ-1", &key()).await.refused(), "REFUND_STATE", "nobody has agreed");
    till.agree(&asked, true).await.ok();
    assert_eq!(settle(" ", &key()).await.refused(), "REQUIRED");
    // The money leaves a till for which somebody answers.
    assert_eq!(settle("PZ-1", &key()).await.refused(), "NO_SHIFT");
    let by = &till.scene.finance.client;
    let input = json!({ "communityId": till.scene.community(), "float": "100", "idempotencyKey": key() });
    let shift = by.mutate("shiftOpen", input, "shift { id }").await.ok()["shift"]["id"].clone();
    let same = key();
    let done: Value = settle("PZ-1", &same).await.ok()["refund"].clone();
    assert_eq!(
        (&done["state"], &done["deskMethod"], &done["voucher"]),
        (&json!("SETTLED"), &json!("CASH"), &json!("PZ-1"))
    );
    assert_eq!(settle("PZ-1", &same).await.ok()["refund"], done, "a repeat");
    assert_eq!(settle("PZ-2", &key()).await.refused(), "REFUND_STATE");
    let input = json!({ "shiftId": shift, "countedCash": "73.15", "idempotencyKey": key() });
    let selection = "shift { entryCount expectedCash { amount } totals { method taken { amount } takenCount
        returned { amount } returnedCount } }";
    let closed = by.mutate("shiftClose", input, selection).await.ok()["shift"].clone();
    let expected = json!({
        "entryCount": 1, "expectedCash": { "amount": "73.15" },
        "totals": [{ "method": "CASH", "taken": { "amount": "0.00" }, "takenCount": 0,
            "returned": { "amount": "26.85" }, "returnedCount": 1 }],
    });
    assert_eq!(closed, expected, "100 less 26.85");
    // Through a gateway the desk settles nothing.
    let lift = till.charge("LIFT").await;
    let through = till.ask_charge(&payment, &lift, "1").await;
    till.agree(&through, true).await.ok();
    let input = json!({ "refundId": through["id"], "method": "CASH", "voucher": "PZ-3", "idempotencyKey": key() });
    let refused = till.scene.finance.client.mutate("refundSettle", input, REFUND).await;
    assert_eq!(refused.refused(), "REFUND_STATE");
}
