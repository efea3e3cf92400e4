//! What the tests of tickets share: the people around a ticket, a ticket in any state, and a count of what changed.

use api::db::Sql;
use api::domains::identity::{self, NewAssignment, NewStaff};
use api::graphql::id::wire_id;
use entities::values::{CommunityId, ResidencyRole, Role, Trade};
use serde_json::{Value, json};
use support::world::{PASSWORD, Worker, phone};
use support::{Client, TestApp, World};

/// Every table that a command on tickets may write.
const TABLES: [&str; 34] = [
    "ticket",
    "history_event",
    "outbox",
    "idempotency_key",
    "ticket_comment",
    "callback_attempt",
    "ticket_rating",
    "service_policy",
    "ticket_helper",
    "contractor",
    "community_ticket_setting",
    "contact",
    "contact_callback",
    "warranty_term",
    "service_plan",
    "service_occurrence",
    "price_item",
    "quote",
    "quote_line",
    "ticket_material",
    "merchant",
    "payment",
    "payment_line",
    "gateway_notice",
    "suspense_item",
    "bill",
    "charge",
    "credit_note",
    "journal",
    "ledger_entry",
    "allocation",
    "waiver",
    "prepaid_balance",
    "billing_run",
];

/// The people who take part in every ticket.
pub struct Crew {
    /// Where they work and live.
    pub world: World,
    /// Owner of unit 101.
    pub owner: Client,
    /// Front desk.
    pub desk: Worker,
    /// Dispatcher.
    pub dispatcher: Worker,
    /// The technician who gets the tickets: plumbing, masonry, lifts.
    pub plumber: Worker,
    /// Another technician, plumbing only.
    pub second: Worker,
}

impl Crew {
    /// Brings them together. Members of staff 1 to 9 and resident 1 are taken.
    pub async fn assemble(app: &TestApp) -> Self {
        let world = World::build(app, 1).await;
        Self {
            owner: world.resident(app, 1, world.home.units[0], ResidencyRole::Owner).await,
            desk: world.worker(app, 1, Role::FrontDesk, &[]).await,
            dispatcher: world.worker(app, 2, Role::Dispatcher, &[]).await,
            plumber: world.worker(app, 3, Role::Technician, &[Trade::Plumbing, Trade::Masonry, Trade::Elevator]).await,
            second: world.worker(app, 4, Role::Technician, &[Trade::Plumbing]).await,
            world,
        }
    }

    /// An ordinary plumbing repair in unit 101, changed by `more`.
    pub fn repair(&self, more: Value) -> Value {
        merged(self.world.repair(&key()), more)
    }

    /// Submits for the owner; a patrol finding comes from the front desk.
    pub async fn submitted(&self, more: Value) -> String {
        let input = self.repair(more);
        let by = if input["kind"] == "PATROL_FINDING" { &self.desk.client } else { &self.owner };
        by.submit(input).await
    }

    /// A new ticket, changed by `more`, brought to `state` the usual way; the plumber has it.
    pub async fn brought(&self, more: Value, state: &str) -> String {
        let ticket = self.submitted(more).await;
        self.bring(&ticket, state).await;
        ticket
    }

    /// Brings a submitted ticket to `state` the usual way.
    pub async fn bring(&self, ticket: &str, state: &str) {
        if state == "SUBMITTED" {
            return;
        }
        let assignee = json!({ "assigneeId": self.plumber.wire });
        self.dispatcher.client.step("ticketDispatch", ticket, assignee).await.ok();
        let way: &[&str] = match state {
            "DISPATCHED" | "CANCELLED" => &[],
            "ACCEPTED" => &["ticketAccept"],
            "IN_PROGRESS" => &["ticketAccept", "ticketStart"],
            "PAUSED" => &["ticketAccept", "ticketStart", "ticketPause"],
            "COMPLETED" | "CLOSED" => &["ticketAccept", "ticketStart", "ticketComplete"],
            other => panic!("no such state: {other}"),
        };
        for mutation in way {
            let more = if *mutation == "ticketPause" { json!({ "reason": "PARTS" }) } else { self.words_for(mutation) };
            self.plumber.client.step(mutation, ticket, more).await.ok();
        }
        match state {
            "CLOSED" => drop(self.called_back(ticket, "SOLVED").await),
            "CANCELLED" => {
                self.desk.client.step("ticketCancel", ticket, json!({ "reason": "重复报修" })).await.ok();
            }
            _ => {}
        }
    }

    /// Adds a member of staff with several roles and signs in.
    pub async fn worker_with(
        &self,
        app: &TestApp,
        number: u64,
        roles: &[(Role, CommunityId)],
        trades: &[Trade],
    ) -> Worker {
        let phone = phone(1, number);
        let assignments =
            roles.iter().map(|(role, community)| NewAssignment { role: *role, community_id: Some(*community) });
        let new = NewStaff {
            name: format!("员工1-{number}"),
            phone: phone.clone(),
            assignments: assignments.collect(),
            trades: trades.to_vec(),
        };
        let made =
            identity::create_admin(&app.app, &self.world.org_name, new, Some(PASSWORD.to_owned())).await.unwrap();
        let client = app.staff(&phone, PASSWORD).await;
        Worker { client, id: made.staff_id, wire: wire_id(made.staff_id).to_string(), phone }
    }

    /// Works on a dispatched ticket until it is completed.
    pub async fn work_done(&self, ticket: &str) {
        for mutation in ["ticketAccept", "ticketStart", "ticketComplete"] {
            self.plumber.client.step(mutation, ticket, self.words_for(mutation)).await.ok();
        }
    }

    /// The front desk records a callback; the payload.
    pub async fn called_back(&self, ticket: &str, result: &str) -> Value {
        let note = merged(self.words_for("ticketCallbackRecord"), json!({ "result": result }));
        self.desk.client.step("ticketCallbackRecord", ticket, note).await.ok()
    }

    /// What a command needs beside ticket and key, so that nothing but state and person can refuse it.
    pub fn words_for(&self, mutation: &str) -> Value {
        match mutation {
            "ticketDispatch" => json!({ "assigneeId": self.plumber.wire }),
            "ticketTransfer" => json!({ "assigneeId": self.second.wire, "reason": "请帮忙" }),
            "ticketDecline" | "ticketReportUnsolved" | "ticketReopen" | "ticketCancel" => json!({ "reason": "有原因" }),
            "ticketPause" => json!({ "reason": "PARTS", "words": "等配件" }),
            "ticketComplete" => json!({ "outcome": "DONE", "words": "换了垫圈" }),
            "ticketCallbackRecord" => json!({ "method": "PHONE", "result": "SOLVED", "words": "业主满意" }),
            "ticketReinspect" => json!({ "passed": true, "words": "合格" }),
            "ticketReaccept" => json!({ "accepted": true, "words": "同意" }),
            "ticketRate" => json!({ "overall": 5, "speed": 4, "quality": 5, "attitude": 5, "words": "谢谢" }),
            "ticketCommentAdd" => json!({ "words": "在家等", "visibility": "PUBLIC" }),
            // Far ahead, wherever a test has moved the clock.
            "ticketReschedule" => json!({
                "slotStart": "2030-01-07T01:00:00Z", "slotEnd": "2030-01-07T03:00:00Z", "reason": "业主出差",
            }),
            "ticketUrge" => json!({ "words": "请快一点" }),
            "ticketHelperAdd" | "ticketHelperRemove" => json!({ "staffId": self.second.wire }),
            "ticketPayerSet" => json!({ "payer": "WARRANTY", "liableParty": "DEVELOPER", "reason": "在保修期内" }),
            _ => json!({}),
        }
    }
}

/// Every command on an existing ticket, with the action that the schema calls it.
pub const COMMANDS: [(&str, &str); 22] = [
    ("ticketDispatch", "DISPATCH"),
    ("ticketClaim", "CLAIM"),
    ("ticketAccept", "ACCEPT"),
    ("ticketDecline", "DECLINE"),
    ("ticketTransfer", "TRANSFER"),
    ("ticketStart", "START"),
    ("ticketPause", "PAUSE"),
    ("ticketResume", "RESUME"),
    ("ticketComplete", "COMPLETE"),
    ("ticketCallbackRecord", "RECORD_CALLBACK"),
    ("ticketReinspect", "REINSPECT"),
    ("ticketReaccept", "REACCEPT"),
    ("ticketReportUnsolved", "REPORT_UNSOLVED"),
    ("ticketReopen", "REOPEN"),
    ("ticketCancel", "CANCEL"),
    ("ticketCommentAdd", "COMMENT"),
    ("ticketRate", "RATE"),
    ("ticketReschedule", "RESCHEDULE"),
    ("ticketUrge", "URGE"),
    ("ticketHelperAdd", "ADD_HELPER"),
    ("ticketHelperRemove", "REMOVE_HELPER"),
    ("ticketPayerSet", "SET_PAYER"),
];

/// Every state, in the order of a ticket's life.
pub const STATES: [&str; 8] =
    ["SUBMITTED", "DISPATCHED", "ACCEPTED", "IN_PROGRESS", "PAUSED", "COMPLETED", "CLOSED", "CANCELLED"];

/// A fresh idempotency key.
pub fn key() -> String {
    uuid::Uuid::new_v4().to_string()
}

/// `base` with the fields of `more`; a null takes a field away.
pub fn merged(mut base: Value, more: Value) -> Value {
    let fields = base.as_object_mut().unwrap();
    for (name, value) in more.as_object().unwrap() {
        if value.is_null() {
            fields.remove(name);
        } else {
            fields.insert(name.clone(), value.clone());
        }
    }
    base
}

/// How many rows each table has, and the sum of all tickets' versions: equal before and after what changed nothing.
pub async fn rows(app: &TestApp) -> Vec<(&'static str, i64)> {
    let mut found = Vec::new();
    for table in TABLES {
        found.push((table, number(app, &format!("SELECT COUNT(*) FROM {table}")).await));
    }
    found.push(("versions", number(app, "SELECT CAST(COALESCE(SUM(version), 0) AS bigint) FROM ticket").await));
    found
}

/// How many rows each of the tables that changed has gained since `before`.
pub async fn gained(app: &TestApp, before: &[(&'static str, i64)]) -> Vec<(&'static str, i64)> {
    let after = rows(app).await;
    let gains = after.iter().zip(before).map(|((name, after), (_, before))| (*name, after - before));
    gains.filter(|(_, gain)| *gain != 0).collect()
}

/// A number from the database.
pub async fn number(app: &TestApp, sql: &str) -> i64 {
    Sql::new(sql).number(app.app.db.read()).await.unwrap()
}

/// Changes the database behind the API's back, for what no mutation does yet.
pub async fn execute(app: &TestApp, sql: &Sql) {
    let sql = sql.clone();
    let changed = app.app.db.write(move |tx| {
        let sql = sql.clone();
        Box::pin(async move { Ok(sql.run(tx).await?) })
    });
    assert!(changed.await.unwrap() > 0, "nothing was changed");
}

/// A ticket as `client` sees it; null when it does not.
pub async fn look(client: &Client, ticket: &str, selection: &str) -> Value {
    let query = format!("query($id: ID!) {{ node(id: $id) {{ ... on Ticket {{ {selection} }} }} }}");
    client.query(&query, json!({ "id": ticket })).await["node"].clone()
}

/// The ids that a list field gives, in its order.
pub async fn listed(client: &Client, list: &str) -> Vec<String> {
    let data = client.query(&format!("{{ list: {list} {{ nodes {{ id }} }} }}"), json!({})).await;
    ids(&data["list"]["nodes"])
}

/// The ids of some nodes.
pub fn ids(nodes: &Value) -> Vec<String> {
    nodes.as_array().unwrap().iter().map(|node| node["id"].as_str().unwrap().to_owned()).collect()
}
