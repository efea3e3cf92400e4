//! Who may not: each role and the other organization, with the exact code, and nothing changed.

use std::sync::Arc;

use entities::values::Role;
use serde_json::{Value, json};
use support::{Client, TestApp, World, both};

use super::shared::{SECRET, STARTED, Till, payment};
use crate::tickets::shared::{gained, key, rows};

both!(who_has_no_right_is_told_so, what_belongs_to_others_is_as_good_as_missing);

const MERCHANT: &str = "merchant { id }";

fn merchant_of(till: &Till) -> Value {
    let credentials = json!({ "sandbox": { "merchant": "m9", "secret": SECRET, "url": till.sandbox.url() } });
    json!({ "communityId": till.scene.community(), "credentials": credentials, "idempotencyKey": key() })
}

async fn who_has_no_right_is_told_so(app: Arc<TestApp>) {
    let till = Till::open(&app).await;
    let (id, _) = till.begin(&till.owner, json!({})).await;
    let before = rows(&app).await;
    let list = "query($id: ID!) { merchants(communityId: $id) { id } }";
    for (number, role) in (41_u64..).zip([Role::Technician, Role::FrontDesk, Role::Finance, Role::Collector]) {
        let by: Client = till.scene.world.worker(&app, number, role, &[]).await.client;
        assert_eq!(by.mutate("merchantSet", merchant_of(&till), MERCHANT).await.answer.code(), "FORBIDDEN", "{role}");
        let asked = by.post(list, json!({ "id": till.scene.community() })).await;
        assert_eq!(asked.code(), "FORBIDDEN", "{role}");
        assert_eq!(by.mutate("paymentCreate", till.all(json!({})), STARTED).await.answer.code(), "FORBIDDEN", "{role}");
        let close = by.mutate("paymentClose", json!({ "paymentId": id }), "payment { id }").await;
        // Who sees fees sees the payment, and gives up nobody's.
        assert_eq!(close.answer.code(), "FORBIDDEN", "{role}");
    }
    let resident = till.owner.mutate("merchantSet", merchant_of(&till), MERCHANT).await;
    assert_eq!(resident.answer.code(), "FORBIDDEN");
    let stranger = app.anonymous().mutate("paymentCreate", till.all(json!({})), STARTED).await;
    assert_eq!(stranger.answer.code(), "UNAUTHENTICATED");
    assert_eq!(gained(&app, &before).await, []);
}

async fn what_belongs_to_others_is_as_good_as_missing(app: Arc<TestApp>) {
    let till = Till::open(&app).await;
    let (id, _) = till.begin(&till.owner, json!({})).await;
    let other = World::build(&app, 2).await;
    let manager = other.worker(&app, 51, Role::Manager, &[]).await.client;
    assert_eq!(manager.mutate("merchantSet", merchant_of(&till), MERCHANT).await.refused(), "NOT_FOUND");
    let neighbour = till.scene.owner(&app, 2, 1, "2025-01-01").await;
    for by in [&manager, &neighbour] {
        assert_eq!(payment(by, &id).await, Value::Null);
        for command in ["paymentClose", "paymentRefresh"] {
            let outcome = by.mutate(command, json!({ "paymentId": id }), "payment { id }").await;
            assert_eq!((outcome.refused(), outcome.field()), ("NOT_FOUND".into(), "input.paymentId".into()));
        }
        let list = by.query("{ payments { totalCount nodes { id } } }", json!({})).await;
        assert_eq!(list["payments"], json!({ "totalCount": 0, "nodes": [] }));
    }
    let methods = "query($id: ID!) { paymentMethods(communityId: $id) }";
    assert_eq!(manager.post(methods, json!({ "id": till.scene.community() })).await.code(), "MALFORMED");
    let charges = till.owner.query("{ charges { nodes { id } } }", json!({})).await;
    let foreign = json!({ "payFor": { "chargeIds": [charges["charges"]["nodes"][0]["id"]] } });
    let outcome = neighbour.mutate("paymentCreate", till.all(foreign), STARTED).await;
    assert_eq!((outcome.refused(), outcome.field()), ("NOT_FOUND".into(), "input.chargeIds".into()));
    // Finance sees it, and whose it is not.
    let seen = payment(&till.scene.finance.client, &id).await;
    assert_eq!((&seen["state"], &seen["own"]), (&json!("PENDING"), &json!(false)));
}
