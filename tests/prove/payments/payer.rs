//! A resident who pays again and again, and repeats with the same key whatever got no answer.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use serde_json::{Value, json};
use support::client::mutation;
use support::{Client, Dice};
use tokio::sync::watch;
use uuid::Uuid;

use crate::payments::shared::{STARTED, decide};

/// A payment whose money the gateway has.
#[derive(Clone, Debug)]
pub struct Paid {
    pub id: String,
    /// In fen.
    pub amount: i64,
}

/// What payers remember.
#[derive(Default)]
pub struct Kept {
    /// What they paid, and the gateway acknowledged.
    pub paid: Vec<Paid>,
    /// Of these, what the server said is settled.
    pub settled: usize,
    /// Requests that were sent and got no answer.
    pub unanswered: usize,
}

/// The payers' common memory.
#[derive(Clone, Default)]
pub struct Memory(Arc<Mutex<Kept>>);

impl Memory {
    pub fn read(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap()
    }
}

/// One payer with a unit of their own.
pub struct Payer {
    pub client: Client,
    pub finance: Client,
    /// The unit and the one-off item, on the wire.
    pub unit: String,
    pub item: String,
    pub server: watch::Receiver<Option<String>>,
    pub stopped: watch::Receiver<bool>,
    pub memory: Memory,
    pub dice: Dice,
}

impl Payer {
    /// Pays until told to stop; what is under way then is followed to its end.
    pub async fn run(mut self) {
        while !*self.stopped.borrow() {
            let fen = 1 + self.dice.below(50_000) as i64;
            let amount = format!("{}.{:02}", fen / 100, fen % 100);
            let pay_for = if self.dice.below(2) == 0 {
                let charge = json!({
                    "unitId": self.unit, "feeItemId": self.item, "amount": amount, "words": "门禁卡",
                    "idempotencyKey": Uuid::new_v4().to_string(),
                });
                let finance = self.finance.clone();
                self.send(&finance, "chargeCreate", &charge, "charge { id }").await;
                json!({ "payFor": { "unitId": self.unit } })
            } else {
                json!({ "payFor": { "prepaid": { "unitId": self.unit } }, "amount": amount })
            };
            self.pay(pay_for, fen).await;
        }
    }

    async fn pay(&mut self, mut input: Value, fen: i64) {
        input["method"] = json!("SANDBOX");
        input["channel"] = json!("PAGE");
        input["idempotencyKey"] = json!(Uuid::new_v4().to_string());
        let payer = self.client.clone();
        let begun = self.send(&payer, "paymentCreate", &input, STARTED).await;
        let id = begun["payment"]["id"].as_str().unwrap().to_owned();
        decide(begun["payWith"]["url"].as_str().unwrap(), "pay").await;
        self.memory.read().paid.push(Paid { id: id.clone(), amount: fen });
        let query = "query($id: ID!) { payment(id: $id) { state received { amount } } }";
        for _ in 0..3_000 {
            let url = self.url().await;
            if let Ok(answer) = payer.at(url).send(query, json!({ "id": id })).await
                && answer.body["data"]["payment"]["state"] == "SETTLED"
            {
                let received = answer.body["data"]["payment"]["received"]["amount"].as_str().unwrap().replace('.', "");
                assert_eq!(received.parse::<i64>().unwrap(), fen);
                self.memory.read().settled += 1;
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("{id} was paid and is not settled");
    }

    async fn url(&mut self) -> String {
        self.server.wait_for(Option::is_some).await.unwrap().clone().unwrap()
    }

    /// Sends a command until it is answered; the payload.
    async fn send(&mut self, who: &Client, name: &str, input: &Value, selection: &str) -> Value {
        let document = mutation(name, selection);
        loop {
            let url = self.url().await;
            match who.at(url).send(&document, json!({ "input": input })).await {
                Ok(answer) => {
                    assert!(answer.body.get("errors").is_none(), "{name}: {:#}", answer.body);
                    let payload = answer.body["data"][name].clone();
                    assert_eq!(payload["userErrors"], json!([]), "{name}: {payload:#}");
                    return payload;
                }
                // Nobody listens: the command did not get out.
                Err(error) if error.is_connect() => {}
                Err(_) => self.memory.read().unanswered += 1,
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
}
