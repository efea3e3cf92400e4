//! A household at random: charged, paying by phone and at the desk, forgiven, given back, and repeating itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use support::client::mutation;
use support::{Client, Dice};
use tokio::sync::{Mutex, RwLock, watch};
use uuid::Uuid;

use super::model::Model;
use super::scene::{Place, fen, yuan};
use crate::payments::shared::{STARTED, decide};

/// Payments whose money may go back.
const REMEMBERED: usize = 20;
/// Operations after which the household is compared with what the server says.
const COMPARED: usize = 100;

/// How often each operation was done.
#[derive(Clone, Default)]
pub struct Counts(Arc<[AtomicUsize; 7]>);

/// Their names, in order.
const NAMES: [&str; 7] = ["charged", "paid at the desk", "paid by phone", "waived", "refunded", "repeated", "refused"];

impl Counts {
    fn add(&self, what: usize) {
        self.0[what].fetch_add(1, Ordering::Relaxed);
    }

    /// All of them.
    pub fn all(&self) -> usize {
        self.0.iter().map(|count| count.load(Ordering::Relaxed)).sum()
    }

    /// Each by name.
    pub fn told(&self) -> String {
        let one = |(name, count): (&&str, &AtomicUsize)| format!("{} {name}", count.load(Ordering::Relaxed));
        NAMES.iter().zip(self.0.iter()).map(one).collect::<Vec<_>>().join(", ")
    }
}

/// A command that was answered, to be sent again.
pub struct Sent {
    who: Client,
    name: &'static str,
    input: Value,
    selection: &'static str,
    answer: Value,
}

/// A payment whose money may go back: what each charge got, in fen.
pub struct Bought {
    id: String,
    parts: Vec<(String, i64)>,
}

pub struct Walker {
    pub owner: Client,
    pub finance: Client,
    pub manager: Client,
    pub place: Place,
    /// On the wire.
    pub unit: String,
    pub model: Arc<Mutex<Model>>,
    pub server: watch::Receiver<Option<String>>,
    pub alone: Arc<RwLock<()>>,
    pub counts: Counts,
    pub dice: Dice,
    pub last: Option<Sent>,
    pub payments: Vec<Bought>,
}

impl Walker {
    /// Does so many operations.
    pub async fn walk(mut self, operations: usize) {
        for done in 1..=operations {
            let alone = Arc::clone(&self.alone);
            let _together = alone.read().await;
            match self.dice.below(100) {
                0..30 => self.charge().await,
                30..58 => self.at_the_desk().await,
                58..66 => self.by_phone().await,
                66..76 => self.waive().await,
                76..84 => self.refund().await,
                _ => self.repeat().await,
            }
            if done % COMPARED == 0 || done == operations {
                self.compare().await;
            }
        }
    }

    async fn charge(&mut self) {
        let amount = 1 + self.dice.below(30_000) as i64;
        let input = json!({
            "unitId": self.unit, "feeItemId": self.place.card, "amount": yuan(amount), "words": "门禁卡",
        });
        let finance = self.finance.clone();
        let made = self.send(&finance, "chargeCreate", input, "charge { id dueOn amount { amount } }").await.unwrap();
        let text = |field: &str| made["charge"][field].as_str().unwrap().to_owned();
        assert_eq!(fen(&made["charge"]["amount"]), amount);
        self.model.lock().await.charge(text("id"), text("dueOn"), false, amount);
        self.counts.add(0);
    }

    async fn at_the_desk(&mut self) {
        let open = self.model.lock().await.open();
        let amount = 1 + self.dice.below(open.max(100) as usize * 3 / 2) as i64;
        let mut input = json!({ "method": "CASH", "amount": yuan(amount) });
        if open == 0 {
            input["prepaidUnitId"] = json!(self.unit);
        } else {
            input["unitId"] = json!(self.unit);
            input["restToPrepaid"] = json!(true);
        }
        let selection = "recorded { paymentId allocated { amount } prepaid { amount } }";
        let finance = self.finance.clone();
        let made = self.send(&finance, "paymentRecord", input, selection).await.unwrap();
        let (parts, left) = self.model.lock().await.pay(amount);
        let recorded = &made["recorded"];
        assert_eq!((fen(&recorded["allocated"]), fen(&recorded["prepaid"])), (amount - left, left));
        self.remember(recorded["paymentId"].as_str().unwrap(), parts);
        self.counts.add(1);
    }

    async fn by_phone(&mut self) {
        let open = self.model.lock().await.open();
        let amount = if open > 0 { open } else { 1 + self.dice.below(20_000) as i64 };
        let mut input = json!({ "method": "SANDBOX", "channel": "PAGE" });
        if open == 0 {
            input["payFor"] = json!({ "prepaid": { "unitId": self.unit } });
            input["amount"] = json!(yuan(amount));
        } else {
            input["payFor"] = json!({ "unitId": self.unit });
        }
        let owner = self.owner.clone();
        let begun = self.send(&owner, "paymentCreate", input, STARTED).await.unwrap();
        let id = begun["payment"]["id"].as_str().unwrap().to_owned();
        decide(begun["payWith"]["url"].as_str().unwrap(), "pay").await;
        let query = "query($id: ID!) { payment(id: $id) { state received { amount } prepaid { amount } } }";
        for tries in 0.. {
            let payment = self.ask(&owner, query, json!({ "id": id })).await["payment"].clone();
            if payment["state"] == "SETTLED" {
                let (parts, left) = self.model.lock().await.pay(amount);
                assert_eq!((fen(&payment["received"]), fen(&payment["prepaid"])), (amount, left));
                self.remember(&id, parts);
                break;
            }
            assert!(tries < 3_000, "{id} was paid and is not settled");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        self.counts.add(2);
    }

    async fn waive(&mut self) {
        let model = self.model.lock().await.clone();
        let open: Vec<usize> = (0..model.lines.len()).filter(|at| model.lines[*at].open() > 0).collect();
        if open.is_empty() {
            return self.charge().await;
        }
        let at = open[self.dice.below(open.len())];
        let most = model.lines[at].open();
        let amount = 1 + self.dice.below(most as usize + most as usize / 10 + 1) as i64;
        let input = json!({ "chargeId": model.lines[at].id, "amount": yuan(amount), "reason": "漏水补偿" });
        let finance = self.finance.clone();
        match self.send(&finance, "chargeWaive", input, "waiver { state }").await {
            Ok(made) => {
                assert_eq!((&made["waiver"]["state"], amount <= most), (&json!("APPROVED"), true));
                self.model.lock().await.waive(at, amount);
                self.counts.add(3);
            }
            Err(code) => {
                assert_eq!((code.as_str(), amount > most), ("OVER_OPEN", true));
                self.counts.add(6);
            }
        }
    }

    async fn refund(&mut self) {
        self.payments.retain(|it| !it.parts.is_empty());
        if self.payments.is_empty() {
            return self.charge().await;
        }
        let at = self.dice.below(self.payments.len());
        let (payment, (charge, paid)) = {
            let bought = &mut self.payments[at];
            let part = self.dice.below(bought.parts.len());
            (bought.id.clone(), bought.parts.swap_remove(part))
        };
        let still = self.model.lock().await.lines.iter().find(|line| line.id == charge).map_or(0, |line| line.paid);
        let amount = 1 + self.dice.below(paid as usize) as i64;
        let input = json!({
            "paymentId": payment, "amount": yuan(amount), "charges": [{ "chargeId": charge, "amount": yuan(amount) }],
            "reason": "退款", "atDesk": true,
        });
        let finance = self.finance.clone();
        let made = match self.send(&finance, "refundCreate", input, "refund { id state }").await {
            Ok(made) => made,
            Err(_) => {
                // A correction has taken back what the payment had paid: it is prepaid now.
                assert!(amount > still, "{amount} of {still}");
                return self.counts.add(6);
            }
        };
        let decide = json!({ "refundId": made["refund"]["id"], "approve": true });
        let manager = self.manager.clone();
        let decided = self.send(&manager, "refundDecide", decide, "refund { state fromCharges { amount } }").await;
        match decided {
            Ok(decided) => {
                assert_eq!(fen(&decided["refund"]["fromCharges"]), amount);
                self.model.lock().await.reopen(&charge, amount);
                self.counts.add(4);
            }
            Err(_) => {
                assert!(amount > still, "{amount} of {still}");
                self.counts.add(6);
            }
        }
    }

    /// Sends the last command once more: it has no other effect, and the same answer.
    async fn repeat(&mut self) {
        let Some(Sent { who, name, input, selection, answer }) = self.last.take() else { return self.charge().await };
        let again = self.post(&who, name, &input, selection).await;
        assert_eq!(ids(&again), ids(&answer), "{name}");
        self.last = Some(Sent { who, name, input, selection, answer });
        self.counts.add(5);
    }

    fn remember(&mut self, id: &str, parts: Vec<(String, i64)>) {
        if self.payments.len() == REMEMBERED {
            self.payments.remove(0);
        }
        self.payments.push(Bought { id: id.to_owned(), parts });
    }

    /// What the server says of the household is what the model says.
    async fn compare(&mut self) {
        let finance = self.finance.clone();
        let query = "query($unit: ID!, $after: String) {
            charges(filter: { unitId: $unit, open: true }, first: 100, after: $after) {
                nodes { id open { amount } } pageInfo { hasNextPage endCursor } } }";
        let (mut open, mut after) = (Vec::new(), Value::Null);
        loop {
            let page = self.ask(&finance, query, json!({ "unit": self.unit, "after": after })).await["charges"].clone();
            for node in page["nodes"].as_array().unwrap() {
                open.push((node["id"].as_str().unwrap().to_owned(), fen(&node["open"])));
            }
            if page["pageInfo"]["hasNextPage"] == false {
                break;
            }
            after = page["pageInfo"]["endCursor"].clone();
        }
        let owner = self.owner.clone();
        let ahead = self.ask(&owner, "{ prepaidBalances { amount { amount } } }", json!({})).await;
        let ahead: i64 = ahead["prepaidBalances"].as_array().unwrap().iter().map(|it| fen(&it["amount"])).sum();
        let model = self.model.lock().await;
        let mut expected: Vec<(String, i64)> =
            model.lines.iter().filter(|line| line.open() > 0).map(|line| (line.id.clone(), line.open())).collect();
        expected.sort();
        open.sort();
        assert_eq!((open, ahead), (expected, model.prepaid));
    }

    async fn url(&mut self) -> String {
        self.server.wait_for(Option::is_some).await.unwrap().clone().unwrap()
    }

    /// Asks until it is answered.
    async fn ask(&mut self, who: &Client, query: &str, variables: Value) -> Value {
        loop {
            let url = self.url().await;
            if let Ok(answer) = who.at(url).send(query, variables.clone()).await {
                assert!(answer.body.get("errors").is_none(), "{:#}", answer.body);
                return answer.body["data"].clone();
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// Sends a command under a new key until it is answered; what it did, or the code of its refusal.
    async fn send(
        &mut self,
        who: &Client,
        name: &'static str,
        mut input: Value,
        selection: &'static str,
    ) -> Result<Value, String> {
        input["idempotencyKey"] = json!(Uuid::new_v4().to_string());
        let answer = self.post(who, name, &input, selection).await;
        match answer["userErrors"].as_array().unwrap().first() {
            Some(error) => Err(error["code"].as_str().unwrap().to_owned()),
            None => {
                self.last = Some(Sent { who: who.clone(), name, input, selection, answer: answer.clone() });
                Ok(answer)
            }
        }
    }

    async fn post(&mut self, who: &Client, name: &str, input: &Value, selection: &str) -> Value {
        let document = mutation(name, selection);
        self.ask(who, &document, json!({ "input": input })).await[name].clone()
    }
}

/// The ids in a payload: what a repeat names is what was done, however it stands by now.
fn ids(payload: &Value) -> Vec<&str> {
    let objects = payload.as_object().unwrap().values().filter(|value| value.is_object());
    objects.flat_map(|it| [it["id"].as_str(), it["paymentId"].as_str()]).flatten().collect()
}
