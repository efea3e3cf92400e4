//! Shifts: opened once, closed with what was counted, and then never changed.

use std::sync::Arc;

use entities::values::Role;
use serde_json::{Value, json};
use support::{TestApp, both};

use super::shared::{Desk, SHIFT, rows};
use crate::tickets::shared::key;

both!(a_shift_closes_with_its_totals, a_clerk_has_one_shift_at_a_desk, who_sees_and_closes_whose);

async fn a_shift_closes_with_its_totals(app: Arc<TestApp>) {
    let desk = Desk::set_up(&app).await;
    let input = json!({ "communityId": desk.scene.community(), "float": "100", "idempotencyKey": key() });
    let by = &desk.clerk.client;
    let opened = by.mutate("shiftOpen", input.clone(), SHIFT).await.ok();
    assert_eq!(by.mutate("shiftOpen", input, SHIFT).await.ok(), opened, "a repeat");
    assert_eq!(opened["shift"]["float"]["amount"], "100.00");
    let shift = opened["shift"]["id"].clone();
    let charges = desk.charges(0).await;
    desk.record(json!({ "unitId": null, "chargeIds": [charges[0]] })).await.ok();
    desk.record(json!({ "method": "POS", "voucher": "1" })).await.ok();
    desk.record(json!({ "unitId": desk.unit(1), "amount": "20", "method": "TRANSFER", "voucher": "2" })).await.ok();
    desk.record(json!({ "unitId": desk.unit(1), "amount": "6.85" })).await.ok();
    let before = rows(&app).await;
    // 100 and 26.85 and 6.85 must lie there.
    let wrong = desk.close(by, &shift, "133.60", None).await;
    assert_eq!((wrong.refused(), wrong.field()), ("DIFFERENCE_UNEXPLAINED".into(), "input.reason".into()));
    assert_eq!(desk.close(by, &shift, "-1", None).await.refused(), "INVALID_VALUE");
    assert_eq!(desk.close(by, &shift, "133.60", Some(&"因".repeat(201))).await.refused(), "TOO_LONG");
    assert_eq!(rows(&app).await, before);
    let input = json!({ "shiftId": shift, "countedCash": "133.60", "reason": "少找一角", "idempotencyKey": key() });
    let closed = by.mutate("shiftClose", input.clone(), SHIFT).await.ok();
    let totals = |method: &str, taken: &str, count: i32| json!({ "method": method, "taken": { "amount": taken }, "takenCount": count, "returned": { "amount": "0.00" }, "returnedCount": 0 });
    let expected = json!({
        "id": shift, "state": "CLOSED", "version": 2, "staffName": "员工1-33", "float": { "amount": "100.00" },
        "entryCount": 4, "expectedCash": { "amount": "133.70" }, "countedCash": { "amount": "133.60" },
        "difference": { "amount": "-0.10" }, "reason": "少找一角", "closedAt": "2026-03-02T01:00:00Z",
        "totals": [totals("CASH", "33.70", 2), totals("POS", "107.40", 1), totals("TRANSFER", "20.00", 1)],
    });
    assert_eq!(closed["shift"], expected);
    assert_eq!(by.mutate("shiftClose", input, SHIFT).await.ok(), closed, "a repeat");
    assert_eq!(desk.close(by, &shift, "133.70", None).await.refused(), "SHIFT_CLOSED");
    // The next begins anew.
    let next = desk.shift(by, "133.60").await.ok();
    assert_eq!((&next["shift"]["totals"], &next["shift"]["entryCount"]), (&json!([]), &json!(0)));
    desk.close(by, &next["shift"]["id"], "133.60", None).await.ok();
}

async fn a_clerk_has_one_shift_at_a_desk(app: Arc<TestApp>) {
    let desk = Desk::open(&app).await;
    let before = rows(&app).await;
    assert_eq!(desk.shift(&desk.clerk.client, "0").await.refused(), "SHIFT_OPEN");
    assert_eq!(desk.shift(&desk.clerk.client, "-1").await.refused(), "INVALID_VALUE");
    assert_eq!(rows(&app).await, before);
    let (one, two) =
        tokio::join!(desk.shift(&desk.scene.finance.client, "0"), desk.shift(&desk.scene.finance.client, "1"),);
    let codes = [one.codes(), two.codes()].concat();
    assert_eq!(codes, ["SHIFT_OPEN"], "of two at once one opens");
}

async fn who_sees_and_closes_whose(app: Arc<TestApp>) {
    let desk = Desk::open(&app).await;
    let world = &desk.scene.world;
    let other = world.worker(&app, 34, Role::Collector, &[]).await.client;
    let own = desk.shift(&other, "5").await.ok()["shift"]["id"].clone();
    let list = "{ shifts { totalCount nodes { id staffName } } }";
    let seen = other.query(list, json!({})).await["shifts"].clone();
    assert_eq!(seen["nodes"], json!([{ "id": own, "staffName": "员工1-34" }]), "a clerk sees the own");
    let all = desk.scene.finance.client.query(list, json!({})).await["shifts"].clone();
    assert_eq!(all["totalCount"], 2);
    let elsewhere = world.worker_at(&app, 35, Role::Finance, Some(world.elsewhere.community), &[]).await.client;
    assert_eq!(elsewhere.query(list, json!({})).await["shifts"]["totalCount"], 0);
    let one = "query($id: ID!) { node(id: $id) { __typename ... on Shift { state } } }";
    let filter = "query($f: ShiftFilterInput) { shifts(filter: $f) { nodes { id } } }";
    for (by, sees) in
        [(&other, true), (&desk.scene.finance.client, true), (&desk.clerk.client, false), (&elsewhere, false)]
    {
        let found = by.query(one, json!({ "id": own })).await;
        assert_eq!(found["node"].is_null(), !sees);
    }
    let f = json!({ "communityId": desk.scene.community(), "state": "OPEN", "from": "2026-03-02T00:00:00Z", "before": "2027-01-01T00:00:00Z" });
    let found = desk.scene.finance.client.query(filter, json!({ "f": f })).await;
    assert_eq!(found["shifts"]["nodes"].as_array().unwrap().len(), 2);
    let none = json!({ "staffId": desk.scene.finance.wire });
    assert_eq!(desk.scene.finance.client.query(filter, json!({ "f": none })).await["shifts"]["nodes"], json!([]));
    assert_eq!(desk.close(&desk.clerk.client, &own, "5", None).await.refused(), "NOT_FOUND");
    assert_eq!(desk.close(&elsewhere, &own, "5", None).await.refused(), "NOT_FOUND");
    // Whoever manages fees closes the shift of somebody who has gone home.
    let closed = desk.close(&desk.scene.finance.client, &own, "5", None).await.ok();
    assert_eq!((&closed["shift"]["state"], &closed["shift"]["reason"]), (&json!("CLOSED"), &Value::Null));
}
