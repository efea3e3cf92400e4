//! Money through a gateway has its receipt, too: of the community's electronic series, in the settlement's transaction.

use std::sync::Arc;

use api::db::Sql;
use api::domains::payments::{self, NewMerchant};
use api::infra::gateways::sandbox::{SandboxMerchant, SandboxServer, Settings, Switches};
use api::infra::gateways::{Channel, Merchant, NewOrder, OrderNo, Patience, PayWith, Secret};
use chrono::Duration;
use entities::values::{Money, PaymentId, TypedId};
use serde_json::json;
use support::{TestApp, both};

use super::shared::{Desk, receipts};
use crate::tickets::shared::{execute, number};

both!(money_of_a_gateway_has_its_receipt);

/// A payment of all that unit 101 owes, under way at the gateway as a phone would have begun it.
async fn begun(app: &TestApp, merchant: &Merchant) -> PaymentId {
    let id: PaymentId = app.clock.new_id();
    let now = app.clock.now();
    let mut sql = Sql::new(
        "INSERT INTO payment (id, org_id, community_id, method, merchant_id, channel, state, payer_id, unit_id, account_id,
    amount, received, allocated, prepaid, suspense, refunded, check_at, checks, expires_at, version, created_at, updated_at)
SELECT ",
    );
    sql.bind(id).push(", c.org_id, c.community_id, 'SANDBOX', m.id, 'PAGE', 'PENDING', c.payer_id, c.unit_id, NULL,");
    sql.push(" 13425, 0, 0, 0, 0, 0").with(", ", now).push(", 0").with(", ", now + Duration::hours(1)).push(", 0");
    sql.with(", ", now).with(", ", now);
    sql.push(" FROM charge c JOIN merchant m ON m.community_id = c.community_id JOIN unit u ON u.id = c.unit_id");
    sql.push(" WHERE u.number = '101' AND c.amount = 2685");
    execute(app, &sql).await;
    let mut sql = Sql::new("INSERT INTO payment_line (payment_id, charge_id, org_id, position, amount) SELECT ");
    sql.bind(id).push(", c.id, c.org_id, CASE WHEN c.amount = 2685 THEN 0 ELSE 1 END, c.amount FROM charge c");
    execute(app, sql.push(" JOIN unit u ON u.id = c.unit_id WHERE u.number = '101'")).await;
    let gateway = merchant.open(&app.clock, Patience::default()).unwrap();
    let order = NewOrder {
        order: OrderNo::from_uuid(id.uuid()),
        amount: Money(13_425),
        currency: "CNY".to_owned(),
        description: "邻里花园".to_owned(),
        channel: Channel::Page,
        expires_at: now + Duration::hours(1),
        notify_url: String::new(),
    };
    let PayWith::Page { url, .. } = gateway.create(&order).await.unwrap() else { panic!("no page") };
    let answer = reqwest::Client::new().post(url).body("outcome=pay").send().await.unwrap();
    assert!(answer.status().is_success());
    id
}

async fn money_of_a_gateway_has_its_receipt(app: Arc<TestApp>) {
    let desk = Desk::open(&app).await;
    let settings = Settings {
        listen: "127.0.0.1:0".to_owned(),
        public_url: String::new(),
        secret: Secret::new("s"),
        switches: Switches::default(),
    };
    let server = SandboxServer::start(settings, app.clock.clone()).await.unwrap();
    let credentials = SandboxMerchant { merchant: "m1".to_owned(), secret: Secret::new("s"), url: server.url() };
    let merchant = Merchant::Sandbox(credentials);
    let new = NewMerchant { community_id: desk.scene.world.home.community, merchant: merchant.clone() };
    let world = &desk.scene.world;
    let by = api::domains::identity::viewer_of_staff(&app.app, desk.scene.manager.id).await.unwrap().unwrap();
    payments::seed_merchant(&app.app, world.org, by.account_id, new).await.unwrap();
    begun(&app, &merchant).await;
    app.clock.advance(Duration::seconds(30));
    assert_eq!(payments::ask_gateways(&app.app).await.unwrap(), 1);
    assert_eq!(receipts(&desk.owner).await, ["E-00000001 VALID 134.25"]);
    let query = "{ receipts { nodes { payerName issuedById lines { nameZh amount { amount } } } } }";
    let found = desk.owner.query(query, json!({})).await["receipts"]["nodes"][0].clone();
    let expected = json!({ "payerName": "住户1-1", "issuedById": null, "lines": [
        { "nameZh": "物业费", "amount": { "amount": "26.85" } }, { "nameZh": "电梯费", "amount": { "amount": "107.40" } },
    ] });
    assert_eq!(found, expected);
    payments::ask_gateways(&app.app).await.unwrap();
    assert_eq!(number(&app, "SELECT COUNT(*) FROM receipt").await, 1, "asked again, it has its receipt already");
    // The desk's numbers go on by themselves, whatever books it uses.
    desk.series("P", true).await.ok();
    let query = "{ receipts { nodes { id } } }";
    let receipt = desk.owner.query(query, json!({})).await["receipts"]["nodes"][0]["id"].clone();
    assert_eq!(
        desk.void(&desk.clerk.client, &receipt, json!({})).await.refused(),
        "FORBIDDEN",
        "nobody at the desk gave it"
    );
    desk.void(&desk.scene.finance.client, &receipt, json!({})).await.ok();
    assert_eq!(receipts(&desk.owner).await, ["E-00000001 VOID 134.25", "E-00000002 VALID 134.25"]);
    server.stop().await;
}
