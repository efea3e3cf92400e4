//! The gateway does not answer: nothing is lost, and the same key goes on.

use std::sync::Arc;

use serde_json::json;
use support::{TestApp, both};

use super::shared::{STARTED, Till, ask_after, decide, sandbox};

both!(the_same_key_goes_on_when_the_gateway_is_back);

async fn the_same_key_goes_on_when_the_gateway_is_back(app: Arc<TestApp>) {
    let mut till = Till::open(&app).await;
    let address = till.sandbox.address.to_string();
    let stand_in = sandbox(&app, "127.0.0.1:0").await;
    std::mem::replace(&mut till.sandbox, stand_in).stop().await;
    let input = till.all(json!({}));
    let away = till.owner.mutate("paymentCreate", input.clone(), STARTED).await;
    assert_eq!(away.refused(), "GATEWAY_AWAY");
    let list = till.owner.query("{ payments { nodes { id state } } }", json!({})).await;
    assert_eq!(list["payments"]["nodes"][0]["state"], "CREATED");
    assert_eq!(ask_after(&app, 15).await, 1, "asked in vain, and asked again later");
    std::mem::replace(&mut till.sandbox, sandbox(&app, &address).await).stop().await;
    let begun = till.owner.mutate("paymentCreate", input, STARTED).await.ok();
    assert_eq!(begun["payment"]["state"], "PENDING");
    assert_eq!(begun["payment"]["id"], list["payments"]["nodes"][0]["id"]);
    decide(begun["payWith"]["url"].as_str().unwrap(), "pay").await;
    till.until(begun["payment"]["id"].as_str().unwrap(), "SETTLED").await;
    // A payment whose order the gateway never saw is closed when its time is over.
    till.scene.bill(&app, "2026-04-01").await;
    let stand_in = sandbox(&app, "127.0.0.1:0").await;
    std::mem::replace(&mut till.sandbox, stand_in).stop().await;
    let away = till.owner.mutate("paymentCreate", till.all(json!({})), STARTED).await;
    assert_eq!(away.refused(), "GATEWAY_AWAY");
    std::mem::replace(&mut till.sandbox, sandbox(&app, &address).await).stop().await;
    assert_eq!(ask_after(&app, 1_800 + 180).await, 1);
    let list = till.owner.query("{ payments(first: 1) { nodes { state closedReason } } }", json!({})).await;
    assert_eq!(list["payments"]["nodes"], json!([{ "state": "CLOSED", "closedReason": "EXPIRED" }]));
}
