//! Clients that submit tickets and walk them to their end, repeating with the same key whatever got no answer.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use api::graphql::id::try_parse_id;
use chrono::{DateTime, Utc};
use entities::values::TicketId;
use serde_json::{Value, json};
use support::client::{Answer, mutation};
use support::world::Worker;
use support::{Client, Dice, World};
use tokio::sync::watch;
use uuid::Uuid;

/// The people whose tokens the walkers use.
pub struct Crew {
    pub world: World,
    pub owner: Client,
    pub dispatcher: Client,
    pub desk: Client,
    pub technicians: Vec<Worker>,
}

/// A command that was answered: the event it makes and its key.
#[derive(Clone, Debug)]
pub struct Acknowledged {
    pub event: &'static str,
    pub mutation: &'static str,
    pub key: String,
}

/// A command that was answered at its second try or later.
#[derive(Clone, Copy, Debug)]
pub struct Repeated {
    pub ticket: Uuid,
    pub seq: usize,
    /// When it was sent again first.
    pub at: DateTime<Utc>,
}

/// What the server has acknowledged, as the clients remember it.
#[derive(Default)]
pub struct Kept {
    /// Each ticket's commands in order: the first made event 1, and so on.
    pub tickets: HashMap<Uuid, Vec<Acknowledged>>,
    pub repeated: Vec<Repeated>,
    /// Requests that were sent and got no answer.
    pub unanswered: usize,
}

/// The clients' common memory.
#[derive(Clone, Default)]
pub struct Ledger(Arc<Mutex<Kept>>);

impl Ledger {
    pub fn read(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap()
    }
}

/// One client.
pub struct Walker {
    pub number: usize,
    pub crew: Arc<Crew>,
    pub server: watch::Receiver<Option<String>>,
    pub stopped: watch::Receiver<bool>,
    pub ledger: Ledger,
    pub dice: Dice,
}

struct Step<'c> {
    who: &'c Client,
    mutation: &'static str,
    event: &'static str,
    more: Value,
}

impl Walker {
    /// Walks one ticket after the other until it is told to stop.
    pub async fn run(mut self) {
        let crew = Arc::clone(&self.crew);
        while !*self.stopped.borrow() {
            let ticket = self.submit(&crew).await;
            let (wire, path) = (ticket, self.path(&crew));
            for (step, version) in path.into_iter().zip(2..) {
                if *self.stopped.borrow() {
                    return;
                }
                self.step(&wire, step, version).await;
            }
        }
    }

    async fn submit(&mut self, crew: &Crew) -> String {
        let key = Uuid::new_v4().to_string();
        let mut input = crew.world.repair(&key);
        input["description"] = json!(format!("水管漏水 {key}"));
        let (payload, repeated_at) = self.send(&crew.owner, "ticketSubmit", &input).await;
        let wire = payload["ticket"]["id"].as_str().unwrap().to_owned();
        assert_eq!(payload["ticket"]["version"], 1, "{payload}");
        self.acknowledge(&wire, Acknowledged { event: "SUBMITTED", mutation: "ticketSubmit", key }, repeated_at);
        wire
    }

    async fn step(&mut self, wire: &str, step: Step<'_>, version: usize) {
        let key = Uuid::new_v4().to_string();
        let mut input = step.more;
        input["ticketId"] = json!(wire);
        input["idempotencyKey"] = json!(key);
        if self.dice.below(2) == 0 {
            input["expectedVersion"] = json!(version - 1);
        }
        let (payload, repeated_at) = self.send(step.who, step.mutation, &input).await;
        // Nobody else touches this ticket: whether this was the first try or a repeat, it moved by exactly one.
        assert_eq!(payload["ticket"]["version"], version, "{}: {payload}", step.mutation);
        self.acknowledge(wire, Acknowledged { event: step.event, mutation: step.mutation, key }, repeated_at);
    }

    fn acknowledge(&self, wire: &str, command: Acknowledged, repeated_at: Option<DateTime<Utc>>) {
        let TicketId(ticket) = try_parse_id(&wire.to_owned().into()).unwrap();
        let mut kept = self.ledger.read();
        let commands = kept.tickets.entry(ticket).or_default();
        commands.push(command);
        let seq = commands.len();
        kept.repeated.extend(repeated_at.map(|at| Repeated { ticket, seq, at }));
    }

    /// Sends a command until it is answered; the payload, and when it was first repeated.
    async fn send(&mut self, who: &Client, name: &str, input: &Value) -> (Value, Option<DateTime<Utc>>) {
        let document = mutation(name, "ticket { id version }");
        let mut repeated_at = None;
        let mut sent = false;
        loop {
            let url = self.server.wait_for(Option::is_some).await.unwrap().clone().unwrap();
            if sent && repeated_at.is_none() {
                repeated_at = Some(Utc::now());
            }
            match who.at(url).send(&document, json!({ "input": input })).await {
                Ok(answer) => return (accepted(name, &answer), repeated_at),
                // Nobody listens: the command did not get out.
                Err(error) if error.is_connect() => {}
                Err(_) => {
                    sent = true;
                    self.ledger.read().unanswered += 1;
                }
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// What happens to a ticket after its submission.
    fn path<'c>(&mut self, crew: &'c Crew) -> Vec<Step<'c>> {
        let technician = &crew.technicians[self.number];
        let works = |mutation, event, more| Step { who: &technician.client, mutation, event, more };
        let called = |result| Step {
            who: &crew.desk,
            mutation: "ticketCallbackRecord",
            event: "CALLED_BACK",
            more: json!({ "method": "PHONE", "result": result, "words": "问过业主" }),
        };
        let done = || works("ticketComplete", "COMPLETED", json!({ "outcome": "DONE", "words": "换了垫圈" }));
        let mut path = Vec::new();
        if self.dice.below(2) == 0 {
            path.push(works("ticketClaim", "CLAIMED", json!({})));
        } else {
            let more = json!({ "assigneeId": technician.wire });
            path.push(Step { who: &crew.dispatcher, mutation: "ticketDispatch", event: "DISPATCHED", more });
            path.push(works("ticketAccept", "ACCEPTED", json!({})));
        }
        path.push(works("ticketStart", "STARTED", json!({})));
        for _ in 0..self.dice.below(3) {
            path.push(works("ticketPause", "PAUSED", json!({ "reason": "PARTS" })));
            path.push(works("ticketResume", "RESUMED", json!({})));
        }
        path.push(done());
        if self.dice.below(3) == 0 {
            path.push(called("NOT_SOLVED"));
            path.push(works("ticketAccept", "ACCEPTED", json!({})));
            path.push(works("ticketStart", "STARTED", json!({})));
            path.push(done());
        }
        path.push(called("SOLVED"));
        let more = json!({ "overall": 5, "speed": 4, "quality": 5, "attitude": 5 });
        path.push(Step { who: &crew.owner, mutation: "ticketRate", event: "RATED", more });
        path
    }
}

/// The payload of a command that happened; every command of a walker is a right one.
fn accepted(name: &str, answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{name}: {:#}", answer.body);
    assert!(answer.body.get("errors").is_none(), "{name}: {:#}", answer.body);
    let payload = answer.body["data"][name].clone();
    assert_eq!(payload["userErrors"], json!([]), "{name}: {payload:#}");
    payload
}
