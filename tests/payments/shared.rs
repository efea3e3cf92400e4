//! What the tests of payments share: a community with bills, a merchant at a sandbox gateway, and a payer.

use api::domains::payments;
use api::infra::gateways::Secret;
use api::infra::gateways::sandbox::{SandboxServer, Settings, Switches};
use serde_json::{Value, json};
use support::client::Outcome;
use support::{Client, TestApp};

use crate::billing::shared::{Scene, unit};
use crate::tickets::shared::{key, merged};

/// The secret that the sandbox of a test was started with.
pub const SECRET: &str = "a secret of the test";
/// Everything of a payment that a test looks at.
pub const PAYMENT: &str =
    "payment { id method state closedReason own amount { amount } received { amount } allocated { amount }
    prepaid { amount } suspense { amount } refunded { amount } paidAt settledAt version
    parts { itemNameZh wanted { amount } paid { amount } } }";
/// A payment with what the phone needs.
pub const STARTED: &str = "payment { id state amount { amount } own } payWith { __typename ... on PagePay { url } }";

/// A community whose residents pay at a sandbox.
pub struct Till {
    /// Bills and people.
    pub scene: Scene,
    /// The owner of unit 101, who owes two items of March: 26.85 and 107.40.
    pub owner: Client,
    /// The gateway.
    pub sandbox: SandboxServer,
}

/// A sandbox gateway on the test's clock.
pub async fn sandbox(app: &TestApp, listen: &str) -> SandboxServer {
    let settings = Settings {
        listen: listen.to_owned(),
        public_url: String::new(),
        secret: Secret::new(SECRET),
        switches: Switches::default(),
    };
    SandboxServer::start(settings, app.clock.clone()).await.unwrap()
}

impl Till {
    /// Brings them together and bills March.
    pub async fn open(app: &TestApp) -> Self {
        let scene = Scene::build(app).await;
        scene.item_at(scene.area(json!({})), "0.3").await;
        let second = json!({ "code": "LIFT", "nameZh": "电梯费", "nameEn": "Lift", "inParts": false, "dueDays": 20 });
        scene.item_at(scene.area(second), "1.2").await;
        let owner = scene.owner(app, 1, 0, "2025-01-01").await;
        scene.bill(app, "2026-03-01").await;
        let sandbox = sandbox(app, "127.0.0.1:0").await;
        let till = Self { scene, owner, sandbox };
        till.set_merchant(&till.scene.manager.client, "m1").await.ok();
        till
    }

    /// Sends a merchant at the sandbox.
    pub async fn set_merchant(&self, by: &Client, merchant: &str) -> Outcome {
        let credentials = json!({ "sandbox": { "merchant": merchant, "secret": SECRET, "url": self.sandbox.url() } });
        let input =
            json!({ "communityId": self.scene.community(), "credentials": credentials, "idempotencyKey": key() });
        by.mutate("merchantSet", input, "merchant { id number method version }").await
    }

    /// A payment of all that is owed, changed by `more`.
    pub fn all(&self, more: Value) -> Value {
        let input = json!({
            "payFor": { "everything": true }, "method": "SANDBOX", "channel": "PAGE", "idempotencyKey": key(),
        });
        merged(input, more)
    }

    /// Begins a payment; the payment's id and the page on which it is paid.
    pub async fn begin(&self, by: &Client, more: Value) -> (String, String) {
        let begun = by.mutate("paymentCreate", self.all(more), STARTED).await.ok();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        (text(&begun["payment"]["id"]), text(&begun["payWith"]["url"]))
    }

    /// The payment as its payer sees it.
    pub async fn payment(&self, id: &str) -> Value {
        payment(&self.owner, id).await
    }

    /// Waits until a payment stands as it should, as a phone does that polls.
    pub async fn until(&self, id: &str, state: &str) -> Value {
        for _ in 0..500 {
            let found = self.payment(id).await;
            if found["state"] == state {
                return found;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        panic!("{} is not {state}", self.payment(id).await);
    }

    /// Misbehaves from now on.
    pub fn switch(&self, switches: Switches) {
        self.sandbox.switch(switches);
    }

    /// The unit whose owner pays.
    pub fn unit(&self) -> String {
        unit(&self.scene.world, 0)
    }
}

/// A payment as somebody sees it; null when they do not.
pub async fn payment(by: &Client, id: &str) -> Value {
    let query = format!("query($id: ID!) {{ {} }}", PAYMENT.replacen("payment", "payment(id: $id)", 1));
    by.query(&query, json!({ "id": id })).await["payment"].clone()
}

/// Pays, or fails to, on the sandbox's page.
pub async fn decide(page: &str, outcome: &'static str) {
    let body = if outcome == "pay" { "outcome=pay" } else { "outcome=fail" };
    let answer = reqwest::Client::new().post(page).body(body).send().await.unwrap();
    assert!(answer.status().is_success(), "{}", answer.status());
}

/// Where the money of a payment is: received, allocated, prepaid, suspense.
pub fn money(payment: &Value) -> [String; 4] {
    ["received", "allocated", "prepaid", "suspense"].map(|it| payment[it]["amount"].as_str().unwrap().to_owned())
}

/// What somebody has paid ahead.
pub async fn prepaid(by: &Client) -> Vec<String> {
    let data = by.query("{ prepaidBalances { amount { amount } } }", json!({})).await;
    let rows = data["prepaidBalances"].as_array().unwrap();
    rows.iter().map(|row| row["amount"]["amount"].as_str().unwrap().to_owned()).collect()
}

/// Has the worker ask gateways, as if so many seconds had passed.
pub async fn ask_after(app: &TestApp, seconds: i64) -> u64 {
    app.clock.advance(chrono::Duration::seconds(seconds));
    payments::ask_gateways(&app.app).await.unwrap()
}
