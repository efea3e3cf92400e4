//! Receipts: made void with a reason, another in their place, and no number ever lost.

use std::sync::Arc;

use entities::values::Role;
use serde_json::json;
use support::{TestApp, both};

use super::shared::{Desk, RECEIPT, receipts, rows};
use crate::tickets::shared::{key, number};

both!(a_void_receipt_stays_and_another_takes_its_place, a_new_series_begins_at_one);

async fn a_void_receipt_stays_and_another_takes_its_place(app: Arc<TestApp>) {
    let desk = Desk::open(&app).await;
    let by = &desk.clerk.client;
    let first = desk.record(json!({})).await.ok()["recorded"]["receipt"]["id"].clone();
    let before = rows(&app).await;
    for (more, code, field) in [
        (json!({ "reason": " " }), "REQUIRED", "reason"),
        (json!({ "reason": "因".repeat(201) }), "TOO_LONG", "reason"),
        (json!({ "reissue": false }), "RECEIPT_NEEDED", "reissue"),
        (json!({ "receiptId": "receipt_00000000000000000000000000" }), "NOT_FOUND", "receiptId"),
    ] {
        let outcome = desk.void(by, &first, more.clone()).await;
        assert_eq!((outcome.refused(), outcome.field()), (code.into(), format!("input.{field}")), "{more}");
    }
    assert_eq!(rows(&app).await, before);
    let input = json!({ "receiptId": first, "reason": "打印错误", "idempotencyKey": key() });
    let void = by.mutate("receiptVoid", input.clone(), RECEIPT).await.ok();
    assert_eq!(by.mutate("receiptVoid", input, RECEIPT).await.ok(), void, "a repeat");
    let it = &void["receipt"];
    assert_eq!((&it["state"], &it["number"], &it["version"]), (&json!("VOID"), &json!("D-00000001"), &json!(2)));
    assert_eq!(receipts(&desk.owner).await, ["D-00000001 VOID 134.25", "D-00000002 VALID 134.25"]);
    assert_eq!(desk.void(by, &first, json!({})).await.refused(), "RECEIPT_VOID");
    let second = it["replacedById"].clone();
    let node =
        "query($id: ID!) { node(id: $id) { ... on Receipt { replacesId state lines { nameZh amount { amount } } } } }";
    let found = desk.owner.query(node, json!({ "id": second })).await["node"].clone();
    assert_eq!((&found["replacesId"], found["lines"].as_array().unwrap().len()), (&first, 2));
    // A colleague did not issue it; finance may.
    let colleague = desk.scene.world.worker(&app, 34, Role::Collector, &[]).await.client;
    assert_eq!(desk.void(&colleague, &second, json!({})).await.refused(), "FORBIDDEN");
    desk.void(&desk.scene.finance.client, &second, json!({})).await.ok();
    let third = "D-00000003 VALID 134.25";
    assert_eq!(receipts(&desk.owner).await, ["D-00000001 VOID 134.25", "D-00000002 VOID 134.25", third]);
    // Two at once void it once.
    let valid = "query { receipts(filter: { state: VALID, number: \"D-00000003\" }) { nodes { id } } }";
    let third = by.query(valid, json!({})).await["receipts"]["nodes"][0]["id"].clone();
    let (one, two) = tokio::join!(
        desk.void(&desk.scene.finance.client, &third, json!({})),
        desk.void(&desk.scene.manager.client, &third, json!({})),
    );
    assert_eq!([one.codes(), two.codes()].concat(), ["RECEIPT_VOID"]);
    assert_eq!(number(&app, "SELECT COUNT(*) FROM receipt WHERE state = 'VALID'").await, 1);
}

async fn a_new_series_begins_at_one(app: Arc<TestApp>) {
    let desk = Desk::open(&app).await;
    desk.record(json!({ "amount": "1" })).await.ok();
    let set = desk.series("sh26", false).await.ok();
    let expected = json!({
        "id": set["series"]["id"], "code": "SH26", "name": "收据", "books": false, "active": true, "lastNumber": 0, "version": 1,
    });
    assert_eq!(set["series"], expected);
    desk.record(json!({ "amount": "2" })).await.ok();
    assert_eq!(desk.series("D", false).await.ok()["series"]["lastNumber"], 1, "back to the first");
    desk.record(json!({ "amount": "3" })).await.ok();
    assert_eq!(
        receipts(&desk.owner).await,
        ["D-00000001 VALID 1.00", "SH26-00000001 VALID 2.00", "D-00000002 VALID 3.00"]
    );
    assert_eq!(desk.series("SH26", true).await.refused(), "INVALID_VALUE", "no paper among ours");
    assert_eq!(desk.series("e", false).await.refused(), "ALREADY_EXISTS");
    assert_eq!(desk.series("收", false).await.refused(), "INVALID_VALUE");
    assert_eq!(desk.series("", false).await.refused(), "REQUIRED");
    assert_eq!(desk.series("ABCDEFGHIJKLM", false).await.refused(), "TOO_LONG");
    let query = "query($c: ID!) { receiptSeries(communityId: $c) { code kind active lastNumber } }";
    let list = desk.clerk.client.query(query, json!({ "c": desk.scene.community() })).await;
    let row = |code: &str, active: bool, last: i32| json!({ "code": code, "kind": "DESK", "active": active, "lastNumber": last });
    assert_eq!(list["receiptSeries"], json!([row("D", true, 2), row("SH26", false, 1)]));
}
