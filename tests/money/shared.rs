//! What these tests share: refunds asked for and decided, the gateway without Linli, and money of which Linli knows nothing.

use api::domains::payments;
use api::graphql::id::try_parse_id;
use api::infra::gateways::sandbox::{Sandbox, SandboxMerchant};
use api::infra::gateways::{Channel, Gateway as _, NewOrder, NewRefund, OrderNo, Patience, PayWith, RefundNo, Secret};
use entities::values::{MerchantId, Money, PaymentId, TypedId as _};
use serde_json::{Value, json};
use support::client::Outcome;
use support::{Client, TestApp};

use crate::payments::shared::{SECRET, Till, decide};
use crate::tickets::shared::{key, merged};

/// Everything of a refund that a test looks at.
pub const REFUND: &str =
    "refund { id state amount { amount } kept { amount } secondPerson throughGateway deskMethod voucher
    gatewayNumber failedCode version parts { chargeId amount { amount } } }";

impl Till {
    /// The charge of an item of unit 101, by the item's code.
    pub async fn charge(&self, code: &str) -> String {
        let data = self.scene.finance.client.query("{ charges { nodes { id itemCode } } }", json!({})).await;
        let rows = data["charges"]["nodes"].as_array().unwrap();
        rows.iter().find(|row| row["itemCode"] == code).unwrap()["id"].as_str().unwrap().to_owned()
    }

    /// A payment of all that is owed, changed by `more`, that was paid.
    pub async fn paid(&self, more: Value) -> String {
        let (id, page) = self.begin(&self.owner, more).await;
        decide(&page, "pay").await;
        self.until(&id, "SETTLED").await;
        id
    }

    /// Asks for a refund.
    pub async fn ask(&self, payment: &str, amount: &str, more: Value) -> Outcome {
        let input = json!({ "paymentId": payment, "amount": amount, "reason": "多收", "idempotencyKey": key() });
        self.scene.finance.client.mutate("refundCreate", merged(input, more), REFUND).await
    }

    /// Asks for a refund of part of a charge; the refund.
    pub async fn ask_charge(&self, payment: &str, charge: &str, amount: &str) -> Value {
        let more = json!({ "charges": [{ "chargeId": charge, "amount": amount }] });
        self.ask(payment, amount, more).await.ok()["refund"].clone()
    }

    /// The manager decides on a refund.
    pub async fn agree(&self, refund: &Value, approve: bool) -> Outcome {
        let input = json!({ "refundId": refund["id"], "approve": approve, "idempotencyKey": key() });
        self.scene.manager.client.mutate("refundDecide", input, REFUND).await
    }

    /// A refund as finance sees it.
    pub async fn refund(&self, id: &Value) -> Value {
        let query = format!("query($id: ID!) {{ node(id: $id) {{ ... on Refund {} }} }}", &REFUND["refund ".len()..]);
        self.scene.finance.client.query(&query, json!({ "id": id })).await["node"].clone()
    }

    /// Has the gateway pay out what was approved, and the refund as it is then.
    pub async fn sent(&self, app: &TestApp, id: &Value) -> Value {
        payments::send_refunds(&app.app).await.unwrap();
        self.refund(id).await
    }

    /// The merchant's id.
    pub async fn merchant(&self) -> MerchantId {
        let query = "query($c: ID!) { merchants(communityId: $c) { id } }";
        let data = self.scene.manager.client.query(query, json!({ "c": self.scene.community() })).await;
        try_parse_id(&data["merchants"][0]["id"].as_str().unwrap().into()).unwrap()
    }

    /// The gateway, past Linli.
    pub fn past_linli(&self, app: &TestApp) -> Sandbox {
        let merchant =
            SandboxMerchant { merchant: "m1".to_owned(), secret: Secret::new(SECRET), url: self.sandbox.url() };
        Sandbox::new(merchant, app.clock.clone(), Patience::default()).unwrap()
    }

    /// The gateway gives money of a payment back that Linli did not ask for.
    pub async fn refund_past_linli(&self, app: &TestApp, payment: &str, number: &str, amount: i64, total: i64) {
        let id: PaymentId = try_parse_id(&payment.into()).unwrap();
        let refund = NewRefund {
            order: OrderNo::from_uuid(id.uuid()),
            refund: RefundNo::parse(number).unwrap(),
            amount: Money(amount),
            total: Money(total),
            currency: "CNY".to_owned(),
            reason: "-".to_owned(),
            notify_url: self.notify_url(app).await,
        };
        self.past_linli(app).refund(&refund).await.unwrap();
    }

    async fn notify_url(&self, app: &TestApp) -> String {
        app.url(&format!("/gateways/sandbox/notify/{}", self.merchant().await.uuid().simple()))
    }

    /// Somebody pays an order of this merchant that Linli knows nothing of.
    pub async fn strange_money(&self, app: &TestApp, number: &str, amount: i64) {
        let order = NewOrder {
            order: OrderNo::parse(number).unwrap(),
            amount: Money(amount),
            currency: "CNY".to_owned(),
            description: "-".to_owned(),
            channel: Channel::Page,
            expires_at: app.clock.now() + chrono::Duration::hours(1),
            notify_url: self.notify_url(app).await,
        };
        let PayWith::Page { url } = self.past_linli(app).create(&order).await.unwrap() else { panic!("a page") };
        decide(&url, "pay").await;
    }

    /// Waits until so many items lie in suspense; they, as finance sees them.
    pub async fn suspense(&self, count: usize) -> Vec<Value> {
        for _ in 0..500 {
            let found = suspense(&self.scene.finance.client).await;
            if found.len() == count {
                return found;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        panic!("{:?}", suspense(&self.scene.finance.client).await);
    }

    /// Sees to an item.
    pub async fn resolve(&self, item: &Value, more: Value) -> Outcome {
        let input = json!({ "suspenseItemId": item["id"], "words": "已核实", "idempotencyKey": key() });
        let input = merged(input, more);
        let fields = "suspenseItem { id state resolution words refundId }";
        self.scene.finance.client.mutate("suspenseResolve", input, fields).await
    }
}

/// What lies in suspense, as somebody sees it.
pub async fn suspense(by: &Client) -> Vec<Value> {
    let query = "{ suspenseItems { nodes { id reason state ageDays orderNumber refundId amount { amount } } } }";
    by.query(query, json!({})).await["suspenseItems"]["nodes"].as_array().unwrap().clone()
}
