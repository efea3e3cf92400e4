//! A community full of canaries: every text in it can be told from every other community's.

mod fees;
mod filters;
mod payments;
mod residents;

use std::collections::BTreeMap;

use api::db::Sql;
use api::domains::{office, tickets};
use api::graphql::id::wire_id;
use api::infra::gateways::sandbox::SandboxServer;
use chrono::Duration;
use entities::values::{ResidencyRole, Role, Trade};
use serde_json::{Value, json};
use support::world;
use support::{Client, TestApp, World};
use uuid::Uuid;

use super::means::{happened, rename, step, strangers};
use super::people::{Kind, Person};
use crate::payments::shared::sandbox;
use crate::tickets::offline::queue::{command, send};
use crate::tickets::shared::{key, merged};
use crate::uploads::media::pictures::jpeg_of;
use crate::uploads::phone::Phone;

/// Where the target of a request lies, seen from the viewers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Tenancy {
    /// In the viewers' own community, and for residents in the own unit.
    Own,
    /// In another community of the same organization.
    Elsewhere,
    /// In another organization.
    Foreign,
}

impl Tenancy {
    /// All of them, with their names in the table.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::Own, "own"), (Self::Elsewhere, "elsewhere"), (Self::Foreign, "foreign")];

    /// The name in the table.
    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    /// What stands in every text there.
    pub const fn canary(self) -> &'static str {
        match self {
            Self::Own => "canaryown",
            Self::Elsewhere => "canaryelse",
            Self::Foreign => "canaryfar",
        }
    }

    /// How every phone there begins that is nobody's of ours.
    pub const fn phone(self) -> &'static str {
        match self {
            Self::Own => "1361111",
            Self::Elsewhere => "1362222",
            Self::Foreign => "1363333",
        }
    }
}

/// A community with its rows.
pub struct Site {
    /// Wire ids and words by the names that routes and inputs use, such as `ticket` and `unit`.
    pub names: BTreeMap<&'static str, String>,
    /// Gives tickets out here, calls back, decides.
    admin: Client,
    /// Lives here.
    owner: Client,
    /// Works here; at home it is the viewer.
    worker: (Client, String),
    /// One of a contractor's people, at home.
    outsider: Option<(Client, String)>,
    /// Where people pay by phone.
    sandbox: SandboxServer,
}

impl Site {
    /// Fills a community of `world`. At home the viewers are its people.
    pub async fn fill(app: &TestApp, world: &World, tenancy: Tenancy, people: &[Person]) -> Self {
        let place = if tenancy == Tenancy::Elsewhere { &world.elsewhere } else { &world.home };
        let canary = tenancy.canary();
        let of = |kind: Kind| people.iter().find(|person| person.kind == kind);
        let admin = match of(Kind::Admin) {
            Some(person) => person.client.clone(),
            None => world.admin(app).await,
        };
        let (owner, worker) = match (of(Kind::Owner), of(Kind::Technician)) {
            (Some(owner), Some(worker)) => (owner.client.clone(), (worker.client.clone(), worker.staff.clone())),
            _ => strangers(app, world, place, tenancy).await,
        };
        let outsider = of(Kind::Contractor).map(|person| (person.client.clone(), person.staff.clone()));
        rename(app, world.org, place, canary).await;
        let sandbox = sandbox(app, "127.0.0.1:0").await;
        let mut site = Self { names: BTreeMap::new(), admin, owner, worker, outsider, sandbox };
        site.name("community", wire_id(place.community));
        site.name("building", wire_id(place.building));
        site.name("unit", wire_id(place.units[0]));
        site.names.insert("canary", canary.to_owned());
        site.names.insert("phone", format!("{}0001", tenancy.phone()));
        site.names.insert("worker", site.worker.1.clone());
        for code in ["PLUMBING", "ELEVATOR", "CLEANING"] {
            let name = match code {
                "PLUMBING" => "category",
                "ELEVATOR" => "elevator",
                _ => "cleaning",
            };
            site.names.insert(name, world.category(code));
        }
        // Somebody who can be named, changed and sent away.
        for (name, number) in [("victim", 1), ("helper", 2), ("leaver", 3)] {
            let number = 700 + number + 10 * tenancy as u64;
            let person =
                world.worker_at(app, number, Role::Technician, Some(place.community), &[Trade::Plumbing]).await;
            if name == "victim" {
                let data = person.client.query("{ viewer { sessions { nodes { id } } } }", json!({})).await;
                let session = &data["viewer"]["sessions"]["nodes"][0]["id"];
                site.names.insert("session", session.as_str().unwrap().to_owned());
            }
            site.names.insert(name, person.wire);
        }
        world::register(
            app,
            world.org,
            place.units[0],
            &format!("{canary}登记人"),
            &format!("{}0009", tenancy.phone()),
            ResidencyRole::Tenant,
        )
        .await;
        site.fees(app, place).await;
        site.payments(app, world, place, tenancy).await;
        site.furnish(app).await;
        site.charged().await;
        let mark = Sql::new(format!(
            "UPDATE staff_member SET name = name || '{canary}' WHERE name NOT LIKE '%canary%' AND org_id IN (SELECT org_id FROM community WHERE name LIKE '%{canary}%')"
        ));
        if tenancy != Tenancy::Elsewhere {
            app.change(&mark).await;
        }
        site
    }

    fn name(&mut self, name: &'static str, id: async_graphql::ID) {
        self.names.insert(name, id.to_string());
    }

    /// A text with `$name` replaced by what the name stands for here, and `$key` by a fresh key.
    pub fn told(&self, text: &str) -> String {
        let digits = Uuid::new_v4().as_u128() % 100_000_000;
        let mut told = text.replace("$key", &key()).replace("$fresh", &format!("137{digits:08}"));
        for (name, value) in self.names.iter().rev() {
            told = told.replace(&format!("${name}"), value);
        }
        told
    }

    /// Mutates as the administrator.
    async fn done(&self, by: &Client, mutation: &str, input: &str, selection: &str) -> Value {
        let input: Value = serde_json::from_str(&self.told(input)).unwrap();
        happened(mutation, by.mutate(mutation, input, selection).await)
    }

    /// Everything that is no ticket in a state.
    async fn furnish(&mut self, app: &TestApp) {
        let admin = self.admin.clone();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        self.done(
            &admin,
            "calendarDaySet",
            r#"{"communityId":"$community","day":"2026-05-01","name":"$canary劳动节"}"#,
            "calendarDay { id }",
        )
        .await;
        let item = self.done(&admin, "priceItemSet", r#"{"communityId":"$community","categoryId":"$category","code":"PIPE","nameZh":"$canary换管","nameEn":"$canary pipe","kind":"LABOUR","unit":"次","low":"10","high":"500","idempotencyKey":"$key"}"#, "priceItem { id }").await;
        self.names.insert("price", text(&item["priceItem"]["id"]));
        self.done(&admin, "servicePolicySet", r#"{"communityId":"$community","categoryId":"$category","urgency":"ORDINARY","respondMinutes":30,"arriveMinutes":60,"completeMinutes":600,"callbackMinutes":2880}"#, "policy { id }").await;
        self.done(&admin, "warrantyTermSet", r#"{"communityId":"$community","categoryId":"$category","part":"UNIT","years":5,"effectiveOn":null,"liableWithin":"DEVELOPER","liableAfter":"OWNER","basis":"$canary条例"}"#, "term { basis }").await;
        let made = self.done(&admin, "contractorCreate", r#"{"name":"$canary电梯公司","phone":"$phone","trades":["ELEVATOR"],"communityIds":["$community"],"idempotencyKey":"$key"}"#, "contractor { id version }").await;
        self.names.insert("contractor", text(&made["contractor"]["id"]));
        // A paid ticket from quote to rating, with everything on it.
        let ticket = self.submitted(r#"{"unitId":"$unit","kind":"HOME_REPAIR","categoryId":"$category","description":"$canary漏水","accessNote":"$canary门","contactName":"$canary王","contactPhone":"$phone","slotStart":"2026-03-02T06:00:00Z","slotEnd":"2026-03-02T08:00:00Z","payer":"PAID","idempotencyKey":"$key"}"#, &admin).await;
        self.names.insert("ticket", ticket.clone());
        let photo = Phone::of(app, &self.owner).send(&jpeg_of(40, 30), "image/jpeg").await;
        let uploads = json!([{ "uploadId": photo.to_string(), "role": "REQUEST" }]);
        step(&self.owner, "ticketAttach", &ticket, json!({ "uploads": uploads })).await;
        step(&self.owner, "ticketUrge", &ticket, json!({ "words": self.told("$canary快点") })).await;
        app.advance(Duration::minutes(40));
        tickets::escalate(&app.app).await.unwrap();
        self.given(&ticket, false).await;
        self.act(&ticket, "ticketAccept", r"{}", false).await;
        self.act(
            &ticket,
            "ticketQuoteSubmit",
            r#"{"words":"$canary报价","lines":[{"priceItemId":"$price","quantity":"1","unitPrice":"20"}]}"#,
            false,
        )
        .await;
        let quote = self.quote(&ticket).await;
        step(
            &self.owner,
            "ticketQuoteApprove",
            &ticket,
            json!({ "quoteId": quote, "words": self.told("$canary同意") }),
        )
        .await;
        self.act(&ticket, "ticketStart", r"{}", false).await;
        step(&self.admin, "ticketHelperAdd", &ticket, json!({ "staffId": self.names["helper"] })).await;
        self.act(&ticket, "ticketCommentAdd", r#"{"words":"$canary内部","visibility":"INTERNAL"}"#, false).await;
        step(
            &self.owner,
            "ticketCommentAdd",
            &ticket,
            json!({ "words": self.told("$canary在家"), "visibility": "PUBLIC" }),
        )
        .await;
        self.act(
            &ticket,
            "ticketComplete",
            r#"{"outcome":"DONE","words":"$canary修好","materials":[{"priceItemId":"$price","quantity":"1"}]}"#,
            false,
        )
        .await;
        self.call_back(&ticket).await;
        let marks = self.told(r#"{"overall":5,"speed":4,"quality":5,"attitude":5,"words":"$canary谢谢"}"#);
        step(&self.owner, "ticketRate", &ticket, serde_json::from_str(&marks).unwrap()).await;
        // A public fault with contacts and a notice, which waits.
        let fault = self.done(&admin, "contactRecord", r#"{"unitId":"$unit","kind":"PUBLIC_REPAIR","words":"$canary电梯坏了","callerName":"$canary李","callerPhone":"$phone","idempotencyKey":"$key"}"#, "contact { id }").await;
        self.names.insert("contact", text(&fault["contact"]["id"]));
        let made = self.done(&admin, "contactToTicket", r#"{"contactId":"$contact","ticket":{"kind":"PUBLIC_REPAIR","categoryId":"$elevator","buildingId":"$building","place":"$canary大堂"},"idempotencyKey":"$key"}"#, "contact { ticket { id } }").await;
        self.names.insert("public", text(&made["contact"]["ticket"]["id"]));
        self.done(
            &admin,
            "ticketNoticeLinkCreate",
            r#"{"ticketId":"$public","words":"$canary维修中","idempotencyKey":"$key"}"#,
            "ticket { id }",
        )
        .await;
        let answered = self.done(&admin, "contactRecord", r#"{"unitId":"$unit","kind":"ENQUIRY","words":"$canary问费用","callerName":"$canary李","callerPhone":"$phone","answer":"$canary答复","idempotencyKey":"$key"}"#, "contact { id }").await;
        self.names.insert("answered", text(&answered["contact"]["id"]));
        // A ticket that waits for somebody, one that pauses, and one that is called off.
        let waiting = self.brought("SUBMITTED", false).await;
        self.names.insert("waiting", waiting.clone());
        let paused = self.brought("PAUSED", false).await;
        self.names.insert("paused", paused);
        let called_off = self.brought("CANCELLED", false).await;
        self.names.insert("cancelled", called_off);
        if self.outsider.is_some() {
            let given = self.brought("COMPLETED", true).await;
            self.names.insert("contracted", given);
        }
        // A phone that came too late.
        let late = command("start", &waiting, None, json!({ "occurredAt": app.clock.now() }));
        send(app, &self.worker.0, &[late]).await.ok();
        let data = admin
            .query("query($id: ID) { ticketLateCommands(ticketId: $id) { nodes { id } } }", json!({ "id": waiting }))
            .await;
        self.names.insert("late", text(&data["ticketLateCommands"]["nodes"][0]["id"]));
        // Recurring work, of which the first date has its ticket.
        let plan = self.done(&admin, "servicePlanCreate", r#"{"unitId":"$unit","categoryId":"$cleaning","words":"$canary保洁","cadence":"WEEKLY","weekday":"TUESDAY","slotFrom":"09:00","slotTo":"11:00","contactName":"$canary赵","contactPhone":"$phone","accessNote":"$canary密码","priceWords":"$canary八十","fee":"80","lastOn":"2027-01-01","times":30,"idempotencyKey":"$key"}"#, "plan { id }").await;
        self.names.insert("plan", text(&plan["plan"]["id"]));
        tickets::make_services(&app.app).await.unwrap();
        let query = "query($id: ID!) { node(id: $id) { ... on ServicePlan { occurrences { ticket { id } } } } }";
        let data = admin.query(query, json!({ "id": self.names["plan"] })).await;
        self.names.insert("planned", text(&data["node"]["occurrences"][0]["ticket"]["id"]));
        let resting = self.done(&admin, "servicePlanCreate", r#"{"unitId":"$unit","categoryId":"$cleaning","words":"$canary月度","cadence":"MONTHLY","monthDay":5,"slotFrom":"09:00","slotTo":"11:00","idempotencyKey":"$key"}"#, "plan { id }").await;
        self.names.insert("resting", text(&resting["plan"]["id"]));
        self.done(
            &admin,
            "servicePlanSuspend",
            r#"{"servicePlanId":"$resting","reason":"$canary出差","idempotencyKey":"$key"}"#,
            "plan { id }",
        )
        .await;
        let gone = self.done(&admin, "staffCreate", r#"{"name":"$canary离职","phone":"$phone","assignments":[{"role":"STEWARD","communityId":"$community"}],"idempotencyKey":"$key"}"#, "staff { id }").await;
        self.names.insert("gone", text(&gone["staff"]["id"]));
        self.done(&admin, "staffLeave", r#"{"staffId":"$gone"}"#, "staff { id }").await;
        self.people(app, &admin).await;
        self.filters(&admin).await;
        self.export(app, &admin).await;
        const FEES: &str = r#""FEE_READ","FEE_COLLECT","METER_READ""#;
        for more in [r#","STAFF_READ""#, ""] {
            let rights = format!(r#"["ESTATE_READ","CONTACT_READ",{FEES}{more}]"#);
            let data = admin.query("{ roles { role version } }", json!({})).await;
            let roles = data["roles"].as_array().unwrap();
            let version = &roles.iter().find(|role| role["role"] == "COLLECTOR").unwrap()["version"];
            let input = format!(
                r#"{{"role":"COLLECTOR","rights":{rights},"expectedVersion":{version},"reason":"理由","idempotencyKey":"$key"}}"#
            );
            self.done(&admin, "roleRightsSet", &input, "role { version }").await;
        }
    }

    /// A list that was taken out of the house.
    async fn export(&mut self, app: &TestApp, by: &Client) {
        let made = self
            .done(
                by,
                "exportCreate",
                r#"{"list":"UNITS","filter":{"units":{"communityId":"$community"}},"idempotencyKey":"$key"}"#,
                "export { id }",
            )
            .await;
        self.names.insert("export", made["export"]["id"].as_str().unwrap().to_owned());
        office::make_exports(&app.app).await.unwrap();
    }

    async fn submitted(&self, input: &str, by: &Client) -> String {
        by.submit(serde_json::from_str(&self.told(input)).unwrap()).await
    }

    async fn given(&self, ticket: &str, outside: bool) {
        let to = if outside { self.outsider.as_ref().unwrap() } else { &self.worker };
        step(&self.admin, "ticketDispatch", ticket, json!({ "assigneeId": to.1 })).await;
    }

    async fn act(&self, ticket: &str, mutation: &str, more: &str, outside: bool) {
        let by = if outside { self.outsider.as_ref().unwrap() } else { &self.worker };
        step(&by.0, mutation, ticket, serde_json::from_str(&self.told(more)).unwrap()).await;
    }

    async fn call_back(&self, ticket: &str) {
        let said = self.told(r#"{"method":"PHONE","result":"SOLVED","words":"$canary满意"}"#);
        step(&self.admin, "ticketCallbackRecord", ticket, serde_json::from_str(&said).unwrap()).await;
    }

    /// The latest quote of a ticket.
    pub async fn quote(&self, ticket: &str) -> String {
        let query = "query($id: ID!) { node(id: $id) { ... on Ticket { quotes { id } } } }";
        let data = self.admin.query(query, json!({ "id": ticket })).await;
        let quotes = data["node"]["quotes"].as_array().unwrap();
        quotes.last().map(|quote| quote["id"].as_str().unwrap().to_owned()).unwrap_or_default()
    }

    /// A new ticket in a state, such as `PAUSED`, `PAID ACCEPTED` or `FINDING COMPLETED`; whoever works here has it.
    pub async fn brought(&self, setup: &str, outside: bool) -> String {
        let (kind, state) = setup.split_once(' ').unwrap_or(("HOME", setup));
        let more = match kind {
            "PAID" | "QUOTED" => json!({ "payer": "PAID" }),
            "FINDING" => json!({ "kind": "PATROL_FINDING" }),
            "DEFECT" => json!({ "kind": "HANDOVER_DEFECT" }),
            "PUBLIC" => {
                json!({ "kind": "PUBLIC_REPAIR", "categoryId": "$elevator", "unitId": null, "buildingId": "$building" })
            }
            _ => json!({}),
        };
        let base = json!({ "unitId": "$unit", "kind": "HOME_REPAIR", "categoryId": "$category",
            "description": "$canary报修", "idempotencyKey": "$key" });
        let by = if kind == "HOME" { &self.owner } else { &self.admin };
        let ticket = self.submitted(&merged(base, more).to_string(), by).await;
        let way: &[&str] = match state {
            "SUBMITTED" | "CANCELLED" => &[],
            "DISPATCHED" => &["given"],
            "ACCEPTED" => &["given", "ticketAccept"],
            "IN_PROGRESS" => &["given", "ticketAccept", "ticketStart"],
            "PAUSED" => &["given", "ticketAccept", "ticketStart", "ticketPause"],
            "COMPLETED" | "CLOSED" => &["given", "ticketAccept", "ticketStart", "ticketComplete"],
            other => panic!("no such state: {other}"),
        };
        for step in way {
            match *step {
                "given" => self.given(&ticket, outside).await,
                "ticketPause" => self.act(&ticket, step, r#"{"reason":"PARTS","words":"$canary等件"}"#, outside).await,
                "ticketComplete" => {
                    self.act(&ticket, step, r#"{"outcome":"DONE","words":"$canary好了"}"#, outside).await
                }
                _ => self.act(&ticket, step, "{}", outside).await,
            }
        }
        match (kind, state) {
            (_, "CANCELLED") => {
                step(&self.admin, "ticketCancel", &ticket, json!({ "reason": self.told("$canary重复") })).await;
            }
            (_, "CLOSED") => self.call_back(&ticket).await,
            ("QUOTED", _) => {
                let lines = r#"{"lines":[{"words":"阀","kind":"LABOUR","unit":"个","quantity":"1","unitPrice":"20"}]}"#;
                self.act(&ticket, "ticketQuoteSubmit", lines, outside).await;
            }
            _ => {}
        }
        ticket
    }

    /// Puts the day into the calendar that is there from the beginning.
    pub async fn day(&self) {
        let input = r#"{"communityId":"$community","day":"2026-05-01","name":"$canary劳动节"}"#;
        self.done(&self.admin, "calendarDaySet", input, "calendarDay { id }").await;
    }

    /// Makes a notice of a ticket.
    pub async fn noticed(&self, ticket: &str) {
        let input = r#"{"ticketId":"$it","words":"$canary维修中","idempotencyKey":"$key"}"#.replace("$it", ticket);
        self.done(&self.admin, "ticketNoticeLinkCreate", &input, "ticket { id }").await;
    }

    /// Lets somebody help with a ticket.
    pub async fn helped(&self, ticket: &str) {
        step(&self.admin, "ticketHelperAdd", ticket, json!({ "staffId": self.names["helper"] })).await;
    }

    /// A new contact that waits for an answer.
    pub async fn contact(&self) -> String {
        let input = r#"{"unitId":"$unit","kind":"PUBLIC_REPAIR","words":"$canary来电","callerPhone":"$phone","idempotencyKey":"$key"}"#;
        let made = self.done(&self.admin, "contactRecord", input, "contact { id }").await;
        made["contact"]["id"].as_str().unwrap().to_owned()
    }

    /// A photo that somebody sent and nobody has used.
    pub async fn upload(&self, app: &TestApp, by: &Client) -> String {
        match by.token() {
            Some(_) => Phone::of(app, by).send(&jpeg_of(8, 8), "image/jpeg").await.to_string(),
            None => Uuid::now_v7().to_string(),
        }
    }
}
