//! How much may be paid of what, and what is refused before anything is written.

use std::sync::Arc;

use serde_json::{Value, json};
use support::{TestApp, both};

use super::shared::{STARTED, Till, decide, money};
use crate::billing::shared::{owed, unit};
use crate::tickets::shared::key;

both!(parts_are_paid_where_items_allow_it, what_cannot_be_paid_is_refused);

async fn parts_are_paid_where_items_allow_it(app: Arc<TestApp>) {
    let till = Till::open(&app).await;
    // 20.00 of the management fee: it was due first, and may be paid in part.
    let (id, page) = till.begin(&till.owner, json!({ "amount": "20" })).await;
    decide(&page, "pay").await;
    assert_eq!(money(&till.until(&id, "SETTLED").await), ["20.00", "20.00", "0.00", "0.00"]);
    assert_eq!(owed(&till.owner).await, ["101 114.25"]);
    let data = till.owner.query("{ bills { nodes { id open { amount } } } }", json!({})).await;
    let bill = data["bills"]["nodes"][0]["id"].clone();
    let (id, page) = till.begin(&till.owner, json!({ "payFor": { "billIds": [bill] } })).await;
    decide(&page, "pay").await;
    assert_eq!(money(&till.until(&id, "SETTLED").await)[1], "114.25");
    assert_eq!(owed(&till.owner).await, Vec::<String>::new());
}

async fn what_cannot_be_paid_is_refused(app: Arc<TestApp>) {
    let till = Till::open(&app).await;
    let charges = till.owner.query("{ charges { nodes { id itemCode } } }", json!({})).await;
    let of = |code: &str| {
        let nodes = charges["charges"]["nodes"].as_array().unwrap();
        nodes.iter().find(|node| node["itemCode"] == code).unwrap()["id"].clone()
    };
    let many: Vec<Value> = (0..201).map(|_| of("LIFT")).collect();
    let for_charges = |ids: Value| json!({ "payFor": { "chargeIds": ids } });
    for (more, code, field) in [
        (json!({ "amount": "134.26" }), "AMOUNT_DIFFERS", "amount"),
        (json!({ "amount": "0" }), "INVALID_VALUE", "amount"),
        (json!({ "amount": "1.001" }), "INVALID_VALUE", "amount"),
        (json!({ "amount": "-5" }), "INVALID_VALUE", "amount"),
        (json!({ "payFor": { "chargeIds": [of("LIFT")] }, "amount": "107.39" }), "AMOUNT_DIFFERS", "amount"),
        (json!({ "payFor": { "everything": false } }), "INVALID_VALUE", "payFor"),
        (for_charges(json!([])), "REQUIRED", "chargeIds"),
        (for_charges(json!(many)), "TOO_MANY", "chargeIds"),
        (for_charges(json!(["charge_01h455vb4pex5vsknk084sn02q"])), "NOT_FOUND", "chargeIds"),
        (for_charges(json!(["nonsense"])), "INVALID_ID", "chargeIds"),
        (json!({ "payFor": { "unitId": unit(&till.scene.world, 1) } }), "ALREADY_PAID", ""),
        (json!({ "method": "WECHAT_PAY", "channel": "CODE" }), "NO_MERCHANT", "method"),
        (json!({ "method": "CASH" }), "INVALID_VALUE", "method"),
        (json!({ "channel": "JSAPI" }), "REQUIRED", "openid"),
        (json!({ "channel": "JSAPI", "openid": "a b" }), "INVALID_VALUE", "openid"),
        (json!({ "openid": "o1" }), "INVALID_VALUE", "openid"),
        (json!({ "idempotencyKey": "" }), "REQUIRED", "idempotencyKey"),
    ] {
        let outcome = till.owner.mutate("paymentCreate", till.all(more.clone()), STARTED).await;
        let expected = if field.is_empty() { String::new() } else { format!("input.{field}") };
        assert_eq!((outcome.refused(), outcome.field()), (code.into(), expected), "{more}");
    }
    let none = till.owner.query("{ payments { totalCount } }", json!({})).await;
    assert_eq!(none["payments"]["totalCount"], 0);
    // A channel that this gateway does not have is found out by asking its client; the payment is closed.
    let fixture = |name: &str| std::fs::read_to_string(format!("fixtures/gateways/{name}")).unwrap();
    let wechat = json!({
        "mchid": "1900000001", "appId": "wx1", "serial": "AB", "privateKey": fixture("merchant.key.pem"),
        "apiKey": "0".repeat(32), "publicKeyId": "PUB_KEY_ID_1", "publicKey": fixture("platform_2.pub.pem"),
        "url": "http://127.0.0.1:9",
    });
    let input = json!({
        "communityId": till.scene.community(), "credentials": { "wechatPay": wechat }, "idempotencyKey": key(),
    });
    till.scene.manager.client.mutate("merchantSet", input, "merchant { id }").await.ok();
    let page = till.all(json!({ "method": "WECHAT_PAY" }));
    let outcome = till.owner.mutate("paymentCreate", page, STARTED).await;
    assert_eq!((outcome.refused(), outcome.field()), ("METHOD_UNSUPPORTED".into(), "input.channel".into()));
    let closed = till.owner.query("{ payments { nodes { state closedReason } } }", json!({})).await;
    assert_eq!(closed["payments"]["nodes"], json!([{ "state": "CLOSED", "closedReason": "FAILED" }]));
}
