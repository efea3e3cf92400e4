//! Fee items and rates: what can be set, and what is refused because nothing could be computed.

use std::sync::Arc;

use serde_json::{Value, json};
use support::{TestApp, both};

use super::shared::{ITEM, Scene};
use crate::tickets::shared::{gained, key, merged, rows};

both!(
    an_item_is_added_changed_and_retired,
    what_cannot_be_computed_is_refused,
    a_rate_of_its_usage_goes_before_the_general_one,
    what_was_billed_keeps_its_kind
);

async fn an_item_is_added_changed_and_retired(app: Arc<TestApp>) {
    let scene = Scene::build(&app).await;
    let set = async |input: Value| scene.finance.client.mutate("feeItemSet", input, ITEM).await;
    let before = rows(&app).await;
    let input =
        scene.area(json!({ "code": "mgmt", "lateFee": { "dailyRate": "0.0005", "graceDays": 3, "cap": "0.1" } }));
    let made = set(input.clone()).await.ok()["feeItem"].clone();
    let expected = json!({
        "id": made["id"], "code": "MGMT", "kind": "AREA", "timing": "ADVANCE", "cycleMonths": 1, "rounding": "FEN",
        "dueDays": 15, "inParts": true, "vacantShare": "1", "active": true, "version": 1, "rates": [],
        "lateFee": { "dailyRate": "0.0005", "graceDays": 3, "cap": "0.1" },
    });
    assert_eq!(made, expected);
    assert_eq!(set(input.clone()).await.ok()["feeItem"], expected, "a repeat");
    assert_eq!(set(merged(input, json!({ "nameZh": "别的" }))).await.refused(), "KEY_REUSED");
    assert_eq!(gained(&app, &before).await, [("history_event", 1), ("idempotency_key", 1)]);
    let changed = scene.area(json!({ "code": "MGMT", "cycleMonths": 3, "rounding": "JIAO", "expectedVersion": 1 }));
    let changed = set(changed).await.ok()["feeItem"].clone();
    assert_eq!((&changed["id"], &changed["version"], &changed["lateFee"]), (&made["id"], &json!(2), &Value::Null));
    let stale = set(scene.area(json!({ "code": "MGMT", "expectedVersion": 1 }))).await;
    assert_eq!((stale.refused(), stale.field()), ("STALE_VERSION".into(), "input.expectedVersion".into()));
    let retire = json!({ "feeItemId": made["id"], "expectedVersion": 2, "idempotencyKey": key() });
    let retired = scene.finance.client.mutate("feeItemRetire", retire.clone(), ITEM).await.ok();
    assert_eq!((&retired["feeItem"]["active"], &retired["feeItem"]["version"]), (&json!(false), &json!(3)));
    assert_eq!(scene.finance.client.mutate("feeItemRetire", retire, ITEM).await.ok(), retired, "a repeat");
    let again = json!({ "feeItemId": made["id"], "idempotencyKey": key() });
    assert_eq!(scene.finance.client.mutate("feeItemRetire", again, ITEM).await.refused(), "FEE_ITEM_RETIRED");
    assert_eq!(scene.send_rate(made["id"].as_str().unwrap(), "2026-01-01", "1").await.refused(), "FEE_ITEM_RETIRED");
}

async fn what_cannot_be_computed_is_refused(app: Arc<TestApp>) {
    let scene = Scene::build(&app).await;
    let before = rows(&app).await;
    let late = |daily: &str, cap: &str| json!({ "lateFee": { "dailyRate": daily, "graceDays": 0, "cap": cap } });
    for (more, code, field) in [
        (json!({ "cycleMonths": 2 }), "CANNOT_COMPUTE", "cycleMonths"),
        (json!({ "kind": "METERED" }), "CANNOT_COMPUTE", "timing"),
        (json!({ "kind": "SHARED" }), "CANNOT_COMPUTE", "timing"),
        (json!({ "kind": "SHARED", "timing": "ARREARS", "rounding": "JIAO" }), "CANNOT_COMPUTE", "rounding"),
        (json!({ "kind": "SHARED", "timing": "ARREARS", "rounding": "YUAN" }), "CANNOT_COMPUTE", "rounding"),
        (json!({ "code": "paid_work" }), "CANNOT_COMPUTE", "kind"),
        (json!({ "code": "PAID_WORK", "kind": "DEPOSIT" }), "CANNOT_COMPUTE", "kind"),
        (json!({ "kind": "DEPOSIT", "cycleMonths": 3 }), "CANNOT_COMPUTE", "cycleMonths"),
        (merged(json!({ "kind": "DEPOSIT" }), late("0.0005", "0.1")), "CANNOT_COMPUTE", "lateFee"),
        (json!({ "vacantShare": "1.1" }), "CANNOT_COMPUTE", "vacantShare"),
        (json!({ "vacantShare": "0.33333" }), "CANNOT_COMPUTE", "vacantShare"),
        (late("0.02", "0.1"), "CANNOT_COMPUTE", "lateFee"),
        (late("0", "0.1"), "CANNOT_COMPUTE", "lateFee"),
        (late("0.0005", "0"), "CANNOT_COMPUTE", "lateFee"),
        (json!({ "dueDays": -1 }), "INVALID_VALUE", "dueDays"),
        (json!({ "code": "水" }), "INVALID_VALUE", "code"),
        (json!({ "nameZh": " " }), "REQUIRED", "nameZh"),
        (json!({ "nameEn": "x".repeat(61) }), "TOO_LONG", "nameEn"),
    ] {
        let outcome = scene.finance.client.mutate("feeItemSet", scene.area(more.clone()), ITEM).await;
        assert_eq!((outcome.refused(), outcome.field()), (code.into(), format!("input.{field}")), "{more}");
    }
    assert_eq!(gained(&app, &before).await, []);
    let item = scene.item(scene.area(json!({}))).await;
    for rate in ["-0.1", "0.00001", "1000001"] {
        let outcome = scene.send_rate(&item, "2026-01-01", rate).await;
        assert_eq!((outcome.refused(), outcome.field()), ("CANNOT_COMPUTE".into(), "input.rate".into()), "{rate}");
    }
    let deposit = json!({ "code": "DEP", "kind": "DEPOSIT", "nameZh": "装修押金", "nameEn": "Deposit" });
    let deposit = scene.item(scene.area(deposit)).await;
    assert_eq!(scene.send_rate(&deposit, "2026-01-01", "1").await.field(), "input.feeItemId");
    let once = scene.item(scene.area(json!({ "code": "PAID_WORK", "kind": "ONE_OFF" }))).await;
    for item in [&deposit, &once] {
        let discount = json!({ "unitId": super::shared::unit(&scene.world, 0), "feeItemId": item, "share": "0.05",
            "startedOn": "2026-03-01", "reason": "员工优惠", "idempotencyKey": key() });
        let outcome = scene.finance.client.mutate("feeDiscountSet", discount, "discount { id }").await;
        assert_eq!((outcome.refused(), outcome.field()), ("CANNOT_COMPUTE".into(), "input.feeItemId".into()));
    }
}

async fn a_rate_of_its_usage_goes_before_the_general_one(app: Arc<TestApp>) {
    let scene = Scene::build(&app).await;
    let item = scene.item_at(scene.area(json!({})), "0.3").await;
    scene.named(0, "甲").await;
    let flats = json!({ "feeItemId": item, "usage": "FLAT", "effectiveOn": "2026-03-01", "rate": "0.5", "idempotencyKey": key() });
    let set = scene.finance.client.mutate("feeRateSet", flats, ITEM).await.ok();
    let rates = json!([
        { "usage": null, "effectiveOn": "2020-01-01", "rate": "0.3" },
        { "usage": "FLAT", "effectiveOn": "2026-03-01", "rate": "0.5" },
    ]);
    assert_eq!(set["feeItem"]["rates"], rates);
    scene.send_rate(&item, "2026-03-02", "0.9").await.ok();
    assert_eq!(scene.bill(&app, "2026-02-01").await["charged"]["amount"], "26.85");
    assert_eq!(scene.bill(&app, "2026-03-01").await["charged"]["amount"], "44.75");
}

async fn what_was_billed_keeps_its_kind(app: Arc<TestApp>) {
    let scene = Scene::build(&app).await;
    let quarterly = json!({ "cycleMonths": 3, "rounding": "YUAN" });
    scene.item_at(scene.area(quarterly.clone()), "0.3").await;
    scene.named(0, "甲").await;
    assert_eq!(scene.bill(&app, "2026-03-01").await["chargeCount"], 0, "the quarter began in January");
    let run = scene.bill(&app, "2026-01-01").await;
    assert_eq!(run["charged"]["amount"], "81.00", "80.55 to the yuan");
    for (more, field) in [
        (json!({ "kind": "FIXED" }), "kind"),
        (json!({ "timing": "ARREARS" }), "timing"),
        (json!({ "cycleMonths": 1 }), "cycleMonths"),
    ] {
        let input = scene.area(merged(quarterly.clone(), more));
        let outcome = scene.finance.client.mutate("feeItemSet", input, ITEM).await;
        assert_eq!((outcome.refused(), outcome.field()), ("FEE_ITEM_BILLED".into(), format!("input.{field}")));
    }
    let input = scene.area(merged(quarterly, json!({ "dueDays": 30 })));
    scene.finance.client.mutate("feeItemSet", input, ITEM).await.ok();
}
