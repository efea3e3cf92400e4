//! Who pays, discounts, vacancies, meters and readings.

use std::sync::Arc;

use chrono::Duration;
use entities::values::ResidencyRole;
use serde_json::{Value, json};
use support::{TestApp, both};

use super::shared::{Scene, charges, unit};
use crate::tickets::shared::{key, merged, number};

both!(
    payers_follow_each_other,
    discounts_above_the_limit_wait_for_a_second_person,
    a_vacant_unit_pays_its_share,
    readings_come_in_order_and_lower_ones_need_a_reason,
    what_a_voided_reading_said_is_taken_back_and_billed_once,
    a_meter_is_replaced
);

const FEES: &str = "query($u: ID!) { unitFees(unitId: $u) { payers { payerName feeItemId startedOn endedOn }
    discounts { share state } vacancies { startedOn endedOn } meters { serial removedOn readings { value kind } } } }";

async fn fees(scene: &Scene) -> Value {
    scene.finance.client.query(FEES, json!({ "u": unit(&scene.world, 0) })).await["unitFees"].clone()
}

async fn payers_follow_each_other(app: Arc<TestApp>) {
    let scene = Scene::build(&app).await;
    let area = scene.item_at(scene.area(json!({})), "0.3").await;
    let fixed = json!({ "code": "TV", "kind": "PASS_THROUGH", "nameZh": "有线电视", "nameEn": "Cable" });
    let cable = scene.item_at(scene.area(fixed), "22").await;
    let flat = unit(&scene.world, 0);
    scene.named(0, "甲").await;
    scene.send_payer(&flat, json!({ "name": "乙", "isCompany": true }), "2026-03-11").await.ok();
    // The tenant pays for television alone.
    scene
        .send_payer(&flat, json!({ "name": "丙", "phone": "13900001111", "feeItemId": cable }), "2026-03-01")
        .await
        .ok();
    let expected = json!([
        { "payerName": "甲", "feeItemId": null, "startedOn": "2020-01-01", "endedOn": "2026-03-11" },
        { "payerName": "丙", "feeItemId": cable, "startedOn": "2026-03-01", "endedOn": null },
        { "payerName": "乙", "feeItemId": null, "startedOn": "2026-03-11", "endedOn": null },
    ]);
    assert_eq!(fees(&scene).await["payers"], expected);
    scene.bill(&app, "2026-03-01").await;
    let mut found = charges(&scene.finance.client, json!({ "unitId": flat })).await;
    found.sort();
    // 10 and 21 of 31 days: 8.6613 and 18.1887.
    assert_eq!(found, ["MANAGEMENT 乙 2026-03-11 18.19", "MANAGEMENT 甲 2026-03-01 8.66", "TV 丙 2026-03-01 22.00"]);
    for (who, code, field) in [
        (json!({}), "REQUIRED", "payerId"),
        (json!({ "name": "丁", "payerId": area }), "INVALID_VALUE", "payerId"),
        (json!({ "name": "丁", "phone": "12" }), "INVALID_VALUE", "phone"),
        (json!({ "name": "丁", "endedOn": "2026-04-01" }), "INVALID_VALUE", "endedOn"),
    ] {
        let outcome = scene.send_payer(&flat, who.clone(), "2026-04-01").await;
        assert_eq!((outcome.refused(), outcome.field()), (code.into(), format!("input.{field}")), "{who}");
    }
}

async fn discounts_above_the_limit_wait_for_a_second_person(app: Arc<TestApp>) {
    let scene = Scene::build(&app).await;
    let item = scene.item_at(scene.area(json!({})), "0.3").await;
    scene.named(0, "甲").await;
    let give = async |share: &str| {
        let input = json!({
            "unitId": unit(&scene.world, 0), "feeItemId": item, "share": share, "startedOn": "2026-01-01",
            "reason": "员工优惠", "idempotencyKey": key(),
        });
        scene.finance.client.mutate("feeDiscountSet", input, "discount { id state }").await
    };
    assert_eq!(give("0.1").await.ok()["discount"]["state"], "APPROVED");
    assert_eq!(scene.bill(&app, "2026-03-01").await["charged"]["amount"], "24.17");
    let waiting = give("0.5").await.ok()["discount"].clone();
    assert_eq!(waiting["state"], "PENDING");
    assert_eq!(scene.bill(&app, "2026-03-01").await["creditCount"], 0, "it does not count yet");
    let decide = |approve: bool| json!({ "subjectId": waiting["id"], "approve": approve, "idempotencyKey": key() });
    let own = scene.finance.client.mutate("feeApprovalDecide", decide(true), "approved").await;
    assert_eq!(own.refused(), "SAME_PERSON");
    let listed = scene.manager.client.query("{ feeApprovals { subjectId share amount { amount } } }", json!({})).await;
    assert_eq!(listed["feeApprovals"], json!([{ "subjectId": waiting["id"], "share": "0.5", "amount": null }]));
    assert_eq!(scene.manager.client.mutate("feeApprovalDecide", decide(true), "approved").await.ok()["approved"], true);
    assert_eq!(
        scene.manager.client.mutate("feeApprovalDecide", decide(true), "approved").await.refused(),
        "ALREADY_DECIDED"
    );
    assert_eq!(scene.bill(&app, "2026-03-01").await["credited"]["amount"], "10.74", "24.17 - 13.43");
    assert_eq!(give("0").await.field(), "input.share");
}

async fn a_vacant_unit_pays_its_share(app: Arc<TestApp>) {
    let scene = Scene::build(&app).await;
    scene.item_at(scene.area(json!({ "vacantShare": "0.7" })), "0.3").await;
    scene.named(0, "甲").await;
    let vacant = async |from: &str, to: Value| {
        let input =
            json!({ "unitId": unit(&scene.world, 0), "startedOn": from, "endedOn": to, "idempotencyKey": key() });
        scene.finance.client.mutate("unitVacancySet", input, "unit { vacancies { startedOn endedOn } }").await
    };
    vacant("2026-02-01", Value::Null).await.ok();
    let ended = vacant("2026-02-01", json!("2026-03-01")).await.ok();
    assert_eq!(ended["unit"]["vacancies"], json!([{ "startedOn": "2026-02-01", "endedOn": "2026-03-01" }]));
    assert_eq!(scene.bill(&app, "2026-02-01").await["charged"]["amount"], "18.80", "18.795 half up");
    assert_eq!(scene.bill(&app, "2026-03-01").await["charged"]["amount"], "26.85");
    assert_eq!(vacant("2026-03-01", json!("2026-03-01")).await.field(), "input.endedOn");
}

async fn readings_come_in_order_and_lower_ones_need_a_reason(app: Arc<TestApp>) {
    let scene = Scene::build(&app).await;
    let water = scene.item_at(scene.water(json!({})), "2.0").await;
    let owner = scene.owner(&app, 1, 0, "2025-01-01").await;
    let meter = scene.meter(0, &water, "W-1", "99990").await;
    app.advance(Duration::days(31));
    // By the resident, of the own unit only.
    let read = scene.send_reading(&owner, &meter, "2026-03-20", "99998", "REGULAR").await.ok();
    assert_eq!(read["reading"]["byResident"], true);
    let neighbour = scene.world.resident(&app, 2, scene.world.home.units[1], ResidencyRole::Owner).await;
    assert_eq!(scene.send_reading(&neighbour, &meter, "2026-03-21", "99999", "REGULAR").await.refused(), "NOT_FOUND");
    for (on, value, kind, code, field) in [
        ("2026-03-21", "3", "REGULAR", "READING_LOWER", "value"),
        ("2026-03-20", "99999", "REGULAR", "READING_ORDER", "readOn"),
        ("2026-03-21", "100000", "REGULAR", "INVALID_VALUE", "value"),
        ("2026-03-21", "3", "ROLLOVER", "REQUIRED", "reason"),
        ("2026-03-21", "3", "FINAL", "INVALID_VALUE", "kind"),
        ("2026-04-03", "99999", "REGULAR", "TIME_IN_FUTURE", "readOn"),
    ] {
        let outcome = scene.send_reading(&scene.finance.client, &meter, on, value, kind).await;
        assert_eq!(
            (outcome.refused(), outcome.field()),
            (code.into(), format!("input.{field}")),
            "{on} {value} {kind}"
        );
    }
    let anew = json!({ "meterId": meter, "readOn": "2026-04-01", "value": "3", "kind": "ROLLOVER", "reason": "归零", "idempotencyKey": key() });
    let anew = scene.finance.client.mutate("meterReadingRecord", anew, "reading { id }").await.ok()["reading"].clone();
    // 8 t, and 5 more over the turn.
    assert_eq!(scene.bill(&app, "2026-04-01").await["charged"]["amount"], "26.00");
    let void = json!({ "readingId": anew["id"], "reason": "抄错", "idempotencyKey": key() });
    scene.finance.client.mutate("meterReadingVoid", void.clone(), "reading { voidedAt }").await.ok();
    assert_eq!(
        scene
            .finance
            .client
            .mutate("meterReadingVoid", merged(void, json!({ "idempotencyKey": key() })), "reading { id }")
            .await
            .refused(),
        "READING_ORDER"
    );
    assert_eq!(scene.bill(&app, "2026-04-01").await["credited"]["amount"], "10.00");
}

async fn what_a_voided_reading_said_is_taken_back_and_billed_once(app: Arc<TestApp>) {
    let scene = Scene::build(&app).await;
    let water = scene.item_at(scene.water(json!({})), "2.0").await;
    scene.named(0, "甲").await;
    let meter = scene.meter(0, &water, "W-1", "100").await;
    app.advance(Duration::days(30));
    let read = json!({ "meterId": meter, "readOn": "2026-03-31", "value": "110", "reason": "住户自报", "idempotencyKey": key() });
    let read = scene.finance.client.mutate("meterReadingRecord", read, "reading { id }").await.ok()["reading"].clone();
    assert_eq!(scene.bill(&app, "2026-04-01").await["charged"]["amount"], "20.00", "10 t");
    // It was wrong; what the meter shows on the 10th of April is known, and nothing of March.
    app.advance(Duration::days(9));
    let void = json!({ "readingId": read["id"], "reason": "抄错", "idempotencyKey": key() });
    scene.finance.client.mutate("meterReadingVoid", void, "reading { voidedAt }").await.ok();
    let told = "SELECT COUNT(*) FROM history_event WHERE object_kind = 'UNIT' AND kind = 'READING_VOIDED'
        AND payload LIKE '%抄错%' AND payload LIKE '%住户自报%' AND payload LIKE '%110000%'";
    assert_eq!(number(&app, told).await, 1, "with the reason that the row no longer has");
    scene.send_reading(&scene.finance.client, &meter, "2026-04-10", "108", "REGULAR").await.ok();
    let again = scene.bill(&app, "2026-04-01").await;
    assert_eq!((&again["credited"]["amount"], &again["chargeCount"]), (&json!("20.00"), &json!(0)));
    assert_eq!(again["problems"]["nodes"][0]["code"], "NO_READING");
    assert_eq!(scene.bill(&app, "2026-04-01").await["creditCount"], 0);
    app.advance(Duration::days(21));
    assert_eq!(scene.bill(&app, "2026-05-01").await["charged"]["amount"], "16.00", "8 t, once");
    let found = charges(&scene.finance.client, json!({ "unitId": unit(&scene.world, 0) })).await;
    assert_eq!(found, ["WATER 甲 2026-03-01 20.00-20.00", "WATER 甲 2026-03-01 16.00"]);
}

async fn a_meter_is_replaced(app: Arc<TestApp>) {
    let scene = Scene::build(&app).await;
    let water = scene.item_at(scene.water(json!({})), "2.0").await;
    scene.named(0, "甲").await;
    let old = scene.meter(0, &water, "W-1", "100").await;
    app.advance(Duration::days(31));
    let new = |serial: &str| {
        json!({
            "unitId": unit(&scene.world, 0), "feeItemId": water, "serial": serial, "installedOn": "2026-03-15",
            "initialValue": "0", "idempotencyKey": key(),
            "replaces": { "meterId": old, "finalValue": "105", "reason": "表坏" },
        })
    };
    let set = async |input: Value| scene.finance.client.mutate("meterSet", input, "meter { id serial }").await;
    assert_eq!(set(new("W-1")).await.refused(), "ALREADY_EXISTS");
    let made = set(new("W-2")).await.ok()["meter"]["id"].as_str().unwrap().to_owned();
    assert_eq!(set(new("W-3")).await.refused(), "READING_ORDER", "it was replaced that day already");
    scene.send_reading(&scene.finance.client, &made, "2026-04-01", "7", "REGULAR").await.ok();
    assert_eq!(
        scene.send_reading(&scene.finance.client, &old, "2026-04-01", "200", "REGULAR").await.refused(),
        "NOT_FOUND"
    );
    let run = scene.bill(&app, "2026-04-01").await;
    assert_eq!(run["charged"]["amount"], "24.00", "5 t and 7 t");
    let shown = fees(&scene).await["meters"].clone();
    assert_eq!(shown[0]["removedOn"], "2026-03-15");
    assert_eq!(shown[0]["readings"][0], json!({ "value": "105", "kind": "FINAL" }));
}
