//! Charges by themselves, waivers with a second person, and the figures of what is collected.

use std::sync::Arc;

use chrono::Duration;
use serde_json::{Value, json};
use support::{TestApp, both};

use super::shared::{Scene, charges, owed, unit};
use crate::tickets::shared::{key, merged};

both!(deposits_and_fees_by_themselves, a_waiver_above_the_limit_waits, the_report_adds_up_what_the_charges_say);

async fn deposits_and_fees_by_themselves(app: Arc<TestApp>) {
    let scene = Scene::build(&app).await;
    let owner = scene.owner(&app, 1, 0, "2025-01-01").await;
    let deposit =
        json!({ "code": "DEP", "kind": "DEPOSIT", "nameZh": "装修押金", "nameEn": "Deposit", "timing": "ARREARS" });
    let deposit = scene.item(scene.area(deposit)).await;
    let area = scene.item_at(scene.area(json!({})), "0.3").await;
    let input = json!({ "unitId": unit(&scene.world, 0), "feeItemId": deposit, "amount": "2000", "words": "装修", "idempotencyKey": key() });
    let send = async |input: Value| {
        scene.finance.client.mutate("chargeCreate", input, "charge { id amount { amount } dueOn billNumber }").await
    };
    let made = send(input.clone()).await.ok();
    assert_eq!(made["charge"]["billNumber"], "202603-00000001");
    assert_eq!(send(input.clone()).await.ok(), made, "a repeat");
    assert_eq!(owed(&owner).await, ["101 2000.00"]);
    let other = |more: Value| merged(merged(input.clone(), json!({ "idempotencyKey": key() })), more);
    for (more, code, field) in [
        (json!({ "feeItemId": area }), "CANNOT_COMPUTE", "feeItemId"),
        (json!({ "amount": "0" }), "INVALID_VALUE", "amount"),
        (json!({ "amount": "0.001" }), "INVALID_VALUE", "amount"),
        (json!({ "words": "" }), "REQUIRED", "words"),
        (json!({ "dueOn": "2026-03-01" }), "INVALID_VALUE", "dueOn"),
        (json!({ "unitId": unit(&scene.world, 1) }), "NO_PAYER", "payerId"),
    ] {
        let outcome = send(other(more.clone())).await;
        assert_eq!((outcome.refused(), outcome.field()), (code.into(), format!("input.{field}")), "{more}");
    }
}

async fn a_waiver_above_the_limit_waits(app: Arc<TestApp>) {
    let scene = Scene::build(&app).await;
    scene.item_at(scene.area(json!({})), "3").await;
    let owner = scene.owner(&app, 1, 0, "2025-01-01").await;
    scene.bill(&app, "2026-03-01").await;
    let list = scene.finance.client.query("{ charges { nodes { id } } }", json!({})).await;
    let charge = list["charges"]["nodes"][0]["id"].clone();
    let waive = async |amount: &str| {
        let input = json!({ "chargeId": charge, "amount": amount, "reason": "漏水补偿", "idempotencyKey": key() });
        scene.finance.client.mutate("chargeWaive", input, "waiver { id state }").await
    };
    assert_eq!(waive("268.51").await.refused(), "OVER_OPEN");
    assert_eq!(waive("100").await.ok()["waiver"]["state"], "APPROVED");
    assert_eq!(owed(&owner).await, ["101 168.50"]);
    let waiting = waive("100.01").await.ok()["waiver"].clone();
    let second = waive("100.02").await.ok()["waiver"].clone();
    assert_eq!((&waiting["state"], owed(&owner).await), (&json!("PENDING"), vec!["101 168.50".to_owned()]));
    let decide = |id: &Value, approve: bool| json!({ "subjectId": id, "approve": approve, "idempotencyKey": key() });
    let by = async |input: Value| scene.manager.client.mutate("feeApprovalDecide", input, "approved").await;
    assert_eq!(
        scene.finance.client.mutate("feeApprovalDecide", decide(&waiting["id"], true), "approved").await.refused(),
        "SAME_PERSON"
    );
    by(decide(&waiting["id"], true)).await.ok();
    assert_eq!(owed(&owner).await, ["101 68.49"]);
    // Together they are more than is open.
    assert_eq!(by(decide(&second["id"], true)).await.refused(), "OVER_OPEN");
    by(decide(&second["id"], false)).await.ok();
    assert_eq!(by(decide(&second["id"], true)).await.refused(), "ALREADY_DECIDED");
    let settings =
        json!({ "communityId": scene.community(), "waiverLimit": "10", "expectedVersion": 0, "idempotencyKey": key() });
    let set = scene
        .manager
        .client
        .mutate("communityFeeSettingsSet", settings, "settings { waiverLimit { amount } discountLimit version }")
        .await
        .ok();
    assert_eq!(set["settings"], json!({ "waiverLimit": { "amount": "10.00" }, "discountLimit": "0.1", "version": 1 }));
    assert_eq!(waive("10.01").await.ok()["waiver"]["state"], "PENDING");
}

const REPORT: &str = "query($i: CollectionReportInput) { collectionReport(input: $i) { itemCode periodStart
    billed { amount } billedUnitMonths waived { amount } collected { amount } collectedUnitMonths
    outstanding { amount } outstandingUnitMonths collectionRate unitMonthRate recovered { amount } } }";

async fn the_report_adds_up_what_the_charges_say(app: Arc<TestApp>) {
    let scene = Scene::build(&app).await;
    scene.item_at(scene.area(json!({})), "0.3").await;
    for index in 0..4 {
        scene.named(index, &format!("甲{index}")).await;
    }
    // A sale in mid-month is still one unit-month.
    scene.send_payer(&unit(&scene.world, 3), json!({ "name": "乙" }), "2026-02-11").await.ok();
    scene.bill(&app, "2026-02-01").await;
    crate::prove::billing::pay_everything(&app.app.db).await;
    scene.bill(&app, "2026-03-01").await;
    let report = async |input: Value| {
        scene.finance.client.query(REPORT, json!({ "i": input })).await["collectionReport"].clone()
    };
    let whole = report(json!({ "groupBy": ["ITEM"] })).await;
    let expected = json!([{
        "itemCode": "MANAGEMENT", "periodStart": null, "billed": { "amount": "214.80" }, "billedUnitMonths": 8,
        "waived": { "amount": "0.00" }, "collected": { "amount": "107.40" }, "collectedUnitMonths": 4,
        "outstanding": { "amount": "107.40" }, "outstandingUnitMonths": 4, "collectionRate": "0.5",
        "unitMonthRate": "0.5", "recovered": { "amount": "0.00" },
    }]);
    assert_eq!(whole, expected);
    let months = report(json!({ "groupBy": ["PERIOD"] })).await;
    let months: Vec<_> = months
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["periodStart"].clone(), row["collectionRate"].clone()))
        .collect();
    assert_eq!(months, [(json!("2026-02-01"), json!("1")), (json!("2026-03-01"), json!("0"))]);
    // The charges behind a row, by the same filter.
    let behind = charges(&scene.finance.client, json!({ "from": "2026-03-01", "to": "2026-03-01" })).await;
    assert_eq!(behind.len(), 4);
    assert_eq!(report(json!({ "charges": { "from": "2027-01-01" } })).await, json!([]));
    app.advance(Duration::days(60));
    let arrears = "{ arrears(first: 2) { totalCount nodes { payerName unitNumber chargeCount total { amount }
        month { amount } quarter { amount } older { amount } } pageInfo { hasNextPage endCursor } } }";
    let (statements, seen) = app.statements(scene.finance.client.query(arrears, json!({}))).await;
    assert_eq!(statements, 3, "viewer, page, count");
    assert_eq!(
        (&seen["arrears"]["totalCount"], &seen["arrears"]["pageInfo"]["hasNextPage"]),
        (&json!(4), &json!(true))
    );
    let node = json!({ "payerName": "甲0", "unitNumber": "101", "chargeCount": 1, "total": { "amount": "26.85" },
        "month": { "amount": "0.00" }, "quarter": { "amount": "26.85" }, "older": { "amount": "0.00" } });
    assert_eq!(seen["arrears"]["nodes"][0], node, "due on the 16th of March, 46 days ago");
    let next = json!({ "a": seen["arrears"]["pageInfo"]["endCursor"] });
    let rest = "query($a: String) { arrears(after: $a) { nodes { payerName } pageInfo { hasNextPage } } }";
    let rest = scene.finance.client.query(rest, next).await;
    assert_eq!(rest["arrears"]["nodes"], json!([{ "payerName": "甲2" }, { "payerName": "乙" }]));
    // Both as files.
    let export = async |list: &str| {
        let input = json!({ "list": list, "idempotencyKey": key() });
        scene.manager.client.mutate("exportCreate", input, "export { id state }").await.ok()["export"]["id"].clone()
    };
    for (list, lines) in [("COLLECTION_REPORT", 1), ("ARREARS", 4)] {
        let id = export(list).await;
        api::domains::office::make_exports(&app.app).await.unwrap();
        let done = scene
            .manager
            .client
            .query("query($id: ID!) { export(id: $id) { state rowCount } }", json!({ "id": id }))
            .await;
        assert_eq!((&done["export"]["state"], &done["export"]["rowCount"]), (&json!("DONE"), &json!(lines)), "{list}");
    }
}
