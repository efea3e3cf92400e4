//! Merchants: set, replaced, retired, and never shown with their secrets.

use std::sync::Arc;

use api::db::Sql;
use serde_json::{Value, json};
use support::{TestApp, both};

use super::shared::{SECRET, STARTED, Till, decide};
use crate::tickets::shared::key;

both!(a_merchant_is_replaced_and_its_payments_go_on, credentials_that_are_of_no_use_are_refused);

async fn a_merchant_is_replaced_and_its_payments_go_on(app: Arc<TestApp>) {
    let till = Till::open(&app).await;
    let (id, page) = till.begin(&till.owner, json!({})).await;
    let manager = &till.scene.manager.client;
    let list = "query($id: ID!) { merchants(communityId: $id) { id number method version } }";
    let before = manager.query(list, json!({ "id": till.scene.community() })).await;
    assert_eq!(before["merchants"][0]["number"], "m1");
    let made = till.set_merchant(manager, "m2").await.ok()["merchant"].clone();
    let after = manager.query(list, json!({ "id": till.scene.community() })).await;
    assert_eq!(after["merchants"], json!([made]));
    // What the first one took is still its own.
    decide(&page, "pay").await;
    till.until(&id, "SETTLED").await;
    let retire = json!({ "merchantId": made["id"], "idempotencyKey": key() });
    let retired = manager.mutate("merchantRetire", retire.clone(), "merchant { version }").await.ok();
    assert_eq!(retired["merchant"]["version"], 2);
    assert_eq!(manager.mutate("merchantRetire", retire, "merchant { version }").await.ok(), retired, "a repeat");
    let again = json!({ "merchantId": made["id"], "idempotencyKey": key() });
    assert_eq!(manager.mutate("merchantRetire", again, "merchant { version }").await.refused(), "STALE_VERSION");
    till.scene.bill(&app, "2026-04-01").await;
    let none = till.owner.mutate("paymentCreate", till.all(json!({})), STARTED).await;
    assert_eq!(none.refused(), "NO_MERCHANT");
    // Nothing that is stored holds the secret.
    let stored: Vec<Stored> = Sql::new("SELECT sealed FROM merchant").all(app.app.db.read()).await.unwrap();
    assert!(stored.len() == 2 && stored.iter().all(|row| !String::from_utf8_lossy(&row.sealed).contains(SECRET)));
}

#[derive(sea_orm::FromQueryResult)]
struct Stored {
    sealed: Vec<u8>,
}

async fn credentials_that_are_of_no_use_are_refused(app: Arc<TestApp>) {
    let till = Till::open(&app).await;
    let manager = &till.scene.manager.client;
    let send = async |credentials: Value| {
        let input =
            json!({ "communityId": till.scene.community(), "credentials": credentials, "idempotencyKey": key() });
        manager.mutate("merchantSet", input, "merchant { id }").await
    };
    let wechat = json!({
        "mchid": "1900000001", "appId": "wx1", "serial": "AB", "privateKey": "no key", "apiKey": "0".repeat(32),
    });
    let alipay = json!({ "appId": "2021", "privateKey": "no key", "publicKey": "no key" });
    for credentials in [
        json!({ "sandbox": { "merchant": "no name", "secret": "s", "url": "http://127.0.0.1:1" } }),
        json!({ "wechatPay": wechat }),
        json!({ "alipay": alipay }),
    ] {
        assert_eq!(send(credentials.clone()).await.refused(), "CREDENTIALS_INVALID", "{credentials}");
    }
    let input = json!({
        "communityId": till.scene.community(), "idempotencyKey": key(),
        "credentials": { "sandbox": { "merchant": "m3", "secret": "s", "url": "http://127.0.0.1:1" } },
    });
    let made = manager.mutate("merchantSet", input.clone(), "merchant { id }").await.ok();
    assert_eq!(manager.mutate("merchantSet", input.clone(), "merchant { id }").await.ok(), made, "a repeat");
    let mut other = input;
    other["credentials"]["sandbox"]["merchant"] = json!("m4");
    assert_eq!(manager.mutate("merchantSet", other, "merchant { id }").await.refused(), "KEY_REUSED");
}
