//! Money that is not taken, and why; nothing is left behind.

use std::sync::Arc;

use entities::values::Role;
use serde_json::json;
use support::{TestApp, both};

use super::shared::{Desk, rows};

both!(what_is_entered_must_be_right, without_a_shift_there_is_no_money);

async fn what_is_entered_must_be_right(app: Arc<TestApp>) {
    let desk = Desk::open(&app).await;
    let charges = desk.charges(0).await;
    let far = "charge_00000000000000000000000000";
    let before = rows(&app).await;
    for (more, code, field) in [
        (json!({ "voucher": "1" }), "INVALID_VALUE", "voucher"),
        (json!({ "method": "TRANSFER" }), "REQUIRED", "voucher"),
        (json!({ "method": "POS", "voucher": " " }), "REQUIRED", "voucher"),
        (json!({ "method": "POS", "voucher": "a;b" }), "INVALID_VALUE", "voucher"),
        (json!({ "amount": "0" }), "INVALID_VALUE", "amount"),
        (json!({ "amount": "-1" }), "INVALID_VALUE", "amount"),
        (json!({ "amount": "0.001" }), "INVALID_VALUE", "amount"),
        (json!({ "paidOn": "2026-03-03" }), "TIME_IN_FUTURE", "paidOn"),
        (json!({ "paidOn": "2025-02-28" }), "TIME_TOO_OLD", "paidOn"),
        (json!({ "payerName": "名".repeat(61) }), "TOO_LONG", "payerName"),
        (json!({ "unitId": null }), "REQUIRED", "chargeIds"),
        (json!({ "chargeIds": [charges[0]] }), "INVALID_VALUE", "chargeIds"),
        (json!({ "unitId": null, "chargeIds": [charges[0], far] }), "NOT_FOUND", "chargeIds"),
        (json!({ "unitId": null, "chargeIds": vec![far; 501] }), "TOO_MANY", "chargeIds"),
        (json!({ "unitId": null, "prepaidUnitId": desk.unit(0) }), "REQUIRED", "amount"),
        (json!({ "prepaidFeeItemId": desk.items[0] }), "REQUIRED", "prepaidUnitId"),
        (json!({ "idempotencyKey": "" }), "REQUIRED", "idempotencyKey"),
    ] {
        let outcome = desk.record(more.clone()).await;
        assert_eq!((outcome.refused(), outcome.field()), (code.into(), format!("input.{field}")), "{more}");
    }
    let nobody = json!({ "unitId": null, "prepaidUnitId": desk.unit(2), "amount": "1" });
    assert_eq!(desk.record(nobody).await.refused(), "NO_PAYER");
    assert_eq!(rows(&app).await, before);
    let english = desk
        .clerk
        .client
        .mutate("paymentRecord", desk.cash(json!({ "paidOn": "2026-03-03" })), "recorded { paymentId }")
        .await;
    let chinese = desk.clerk.client.speaking("zh-CN");
    let chinese =
        chinese.mutate("paymentRecord", desk.cash(json!({ "amount": "1000" })), "recorded { paymentId }").await;
    assert_eq!(english.payload["userErrors"][0]["message"], "The time lies in the future");
    assert_eq!(chinese.payload["userErrors"][0]["message"], "金额与应缴 134.25 不符");
}

async fn without_a_shift_there_is_no_money(app: Arc<TestApp>) {
    let desk = Desk::set_up(&app).await;
    let before = rows(&app).await;
    assert_eq!(desk.record(json!({})).await.refused(), "NO_SHIFT");
    assert_eq!(rows(&app).await, before);
    // A shift elsewhere, or somebody else's, is none.
    let both = desk.scene.world.worker_at(&app, 34, Role::Collector, None, &[]).await.client;
    let elsewhere = api::graphql::id::wire_id(desk.scene.world.elsewhere.community).to_string();
    let input = json!({ "communityId": elsewhere, "float": "0", "idempotencyKey": "there" });
    both.mutate("shiftOpen", input, "shift { id }").await.ok();
    assert_eq!(desk.record_by(&both, desk.cash(json!({}))).await.refused(), "NO_SHIFT");
    let shift = desk.shift(&desk.clerk.client, "0").await.ok()["shift"]["id"].clone();
    assert_eq!(desk.record_by(&both, desk.cash(json!({}))).await.refused(), "NO_SHIFT");
    desk.close(&desk.clerk.client, &shift, "0", None).await.ok();
    let before = rows(&app).await;
    assert_eq!(desk.record(json!({})).await.refused(), "NO_SHIFT", "a closed one takes nothing any more");
    assert_eq!(rows(&app).await, before);
}
