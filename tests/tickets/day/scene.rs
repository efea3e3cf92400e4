//! The people of the day, and what each line of the script makes them do.

use std::collections::HashMap;

use api::graphql::id::wire_id;
use chrono::{DateTime, Duration, Utc};
use entities::values::{ResidencyRole, Role, Trade};
use serde_json::{Value, json};
use support::{Client, TestApp, World};

use crate::tickets::assignment::scene::outsider;
use crate::tickets::offline::queue::{command, send};
use crate::tickets::shared::{key, merged};

/// Midnight at which the day begins, in Shanghai.
const MIDNIGHT: &str = "2026-03-02T16:00:00Z";

/// What is used of the day when it is over, and while it goes on.
pub struct Scene {
    world: World,
    people: HashMap<String, Client>,
    staff: HashMap<String, String>,
    /// Wire ids of tickets and contacts by their label.
    pub ids: HashMap<String, String>,
    /// Results of the phone that was offline.
    pub replayed: Vec<String>,
    /// The queue of the phone that is offline: the label and the command.
    queue: Option<Vec<(String, Value)>>,
}

/// A time of the day.
pub fn at(time: &str) -> DateTime<Utc> {
    let (hours, minutes) = time.split_once(':').unwrap();
    let minutes = hours.parse::<i64>().unwrap() * 60 + minutes.parse::<i64>().unwrap();
    MIDNIGHT.parse::<DateTime<Utc>>().unwrap() + Duration::minutes(minutes)
}

/// The time of the day as the script writes it.
pub fn told_at(time: &Value) -> String {
    let time: DateTime<Utc> = time.as_str().unwrap().parse().unwrap();
    (time + Duration::hours(8)).format("%H:%M").to_string()
}

impl Scene {
    /// Brings everybody together on the evening before.
    pub async fn set(app: &TestApp) -> Self {
        let world = World::build(app, 1).await;
        let (mut people, mut staff) = (HashMap::new(), HashMap::new());
        for (number, unit) in world.home.units.clone().into_iter().enumerate() {
            let resident = world.resident(app, number as u64 + 1, unit, ResidencyRole::Owner).await;
            people.insert(format!("10{}", number + 1), resident);
        }
        let zhao = [Trade::Plumbing, Trade::Masonry, Trade::Carpentry, Trade::Electrical, Trade::General];
        let qian = [Trade::Electrical, Trade::Heating, Trade::Appliance];
        for (number, name, role, trades) in [
            (1, "desk", Role::FrontDesk, &[][..]),
            (2, "dispatcher", Role::Dispatcher, &[]),
            (3, "supervisor", Role::Supervisor, &[]),
            (4, "steward", Role::Steward, &[]),
            (5, "zhao", Role::Technician, &zhao),
            (6, "qian", Role::Technician, &qian),
        ] {
            let worker = world.worker(app, number, role, trades).await;
            people.insert(name.to_owned(), worker.client);
            staff.insert(name.to_owned(), worker.wire);
        }
        let admin = world.admin(app).await;
        let company = json!({
            "name": "电梯公司", "phone": "0451-82310000", "trades": ["ELEVATOR", "GENERAL"],
            "communityIds": [wire_id(world.home.community).to_string()], "idempotencyKey": key(),
        });
        let company = admin.mutate("contractorCreate", company, "contractor { id }").await.ok();
        let sun = outsider(app, &admin, company["contractor"]["id"].as_str().unwrap(), 1).await;
        people.insert("sun".to_owned(), sun.client);
        staff.insert("sun".to_owned(), sun.wire);
        // A lift that stands still is to run again within two hours.
        let policy = json!({
            "communityId": wire_id(world.home.community).to_string(), "categoryId": world.category("ELEVATOR"),
            "urgency": "EMERGENCY", "respondMinutes": 30, "arriveMinutes": 30, "completeMinutes": 120,
            "callbackMinutes": 2880,
        });
        admin.mutate("servicePolicySet", policy, "policy { completeMinutes }").await.ok();
        people.insert("admin".to_owned(), admin);
        Self { world, people, staff, ids: HashMap::new(), replayed: Vec::new(), queue: None }
    }

    /// Somebody, by the name that the script uses.
    pub fn client(&self, name: &str) -> &Client {
        &self.people[name]
    }

    /// A member of staff's id on the wire.
    pub fn staff(&self, name: &str) -> &str {
        &self.staff[name]
    }

    fn unit(&self, number: &str) -> Value {
        let index = number.strip_prefix("10").unwrap().parse::<usize>().unwrap() - 1;
        json!(wire_id(self.world.home.units[index]).to_string())
    }

    /// Plays one line: who, what, and the rest of its words.
    pub async fn play(&mut self, app: &TestApp, line: &str) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (who, what, rest) = (words[0], words[1], &words[2..]);
        match what {
            "offline" => self.queue = Some(Vec::new()),
            "online" => self.replay(app, who).await,
            "hears" | "takes" | "joins" | "makes" | "says" | "answers" => self.contact(who, what, rest).await,
            "submits" | "finds" => self.submit(who, what, rest).await,
            "settles" => self.settle(who, rest[0]).await,
            "calls" if rest[0].starts_with('C') => {
                let input = merged(self.call(rest[1]), self.named("contactId", rest[0]));
                self.client(who).mutate("contactCallbackRecord", input, "contact { id }").await.ok();
            }
            _ => self.step(app, who, what, rest).await,
        }
    }

    fn named(&self, field: &str, label: &str) -> Value {
        json!({ field: self.ids[label], "idempotencyKey": key() })
    }

    fn call(&self, result: &str) -> Value {
        json!({ "method": "PHONE", "result": result, "words": "电话回访" })
    }

    /// What a ticket is like: its category and the words behind it.
    fn ticket(&self, unit: &str, category: &str, more: &[&str]) -> Value {
        let mut input = json!({ "kind": "HOME_REPAIR", "categoryId": self.world.category(category) });
        let building = json!(wire_id(self.world.home.building).to_string());
        for word in more {
            let change = match *word {
                "public" => json!({ "kind": "PUBLIC_REPAIR", "buildingId": building }),
                "handover" => json!({ "kind": "HANDOVER_DEFECT" }),
                "emergency" => json!({ "urgency": "EMERGENCY" }),
                slot => {
                    let (start, end) = slot.split_once('-').unwrap();
                    json!({ "slotStart": at(start), "slotEnd": at(end) })
                }
            };
            input = merged(input, change);
        }
        if input["kind"] == "PUBLIC_REPAIR" { input } else { merged(input, json!({ "unitId": self.unit(unit) })) }
    }

    async fn submit(&mut self, who: &str, what: &str, rest: &[&str]) {
        let input = if what == "finds" {
            let found = json!({ "kind": "PATROL_FINDING", "unitId": null });
            let building = json!({ "buildingId": wire_id(self.world.home.building).to_string() });
            merged(merged(self.ticket("101", rest[1], &[]), found), building)
        } else {
            self.ticket(who, rest[1], &rest[2..])
        };
        let input = merged(input, json!({ "description": "请来看看", "idempotencyKey": key() }));
        let id = self.client(who).submit(input).await;
        self.ids.insert(rest[0].to_owned(), id);
    }

    async fn contact(&mut self, who: &str, what: &str, rest: &[&str]) {
        let (mutation, label, more) = match (what, rest) {
            ("answers", [label]) => {
                ("contactAnswer", *label, merged(self.named("contactId", label), json!({ "words": "已答复" })))
            }
            ("makes", [ticket, contact, unit, category]) => {
                let made = json!({ "ticket": self.ticket(unit, category, &[]) });
                ("contactToTicket", *ticket, merged(self.named("contactId", contact), made))
            }
            ("takes", [ticket, unit, category, more @ ..]) => {
                let kind = if more.contains(&"public") { "PUBLIC_REPAIR" } else { "HOME_REPAIR" };
                let made = self.ticket(unit, category, more);
                let input = json!({ "kind": kind, "unitId": self.unit(unit), "ticket": made });
                ("contactRecord", *ticket, input)
            }
            ("joins", [contact, ticket, unit]) => {
                let input =
                    json!({ "kind": "PUBLIC_REPAIR", "unitId": self.unit(unit), "ticketId": self.ids[*ticket] });
                ("contactRecord", *contact, input)
            }
            ("says", [contact, kind]) => ("contactRecord", *contact, json!({ "kind": kind, "unitId": self.unit(who) })),
            (_, [label, kind, channel, more @ ..]) if label.starts_with('C') && label.len() == 3 => {
                ("contactRecord", *label, self.heard(kind, channel, more))
            }
            (_, [kind, channel, more @ ..]) => ("contactRecord", "", self.heard(kind, channel, more)),
            _ => panic!("not understood: {what} {rest:?}"),
        };
        let input = if mutation == "contactRecord" {
            let said = json!({ "words": "有事要说", "callerName": "业主", "callerPhone": "13900000001", "idempotencyKey": key() });
            merged(said, more)
        } else {
            more
        };
        let contact =
            self.client(who).mutate(mutation, input, "contact { id ticket { id } }").await.ok()["contact"].clone();
        let of = if label.starts_with('T') { &contact["ticket"] } else { &contact };
        self.ids.insert(label.to_owned(), of["id"].as_str().unwrap().to_owned());
    }

    fn heard(&self, kind: &str, channel: &str, more: &[&str]) -> Value {
        let answer = if more == ["answered"] { json!("已答复") } else { Value::Null };
        json!({ "kind": kind, "channel": channel, "unitId": self.unit("103"), "answer": answer })
    }

    async fn step(&mut self, app: &TestApp, who: &str, what: &str, rest: &[&str]) {
        let to = |scene: &Self, reason: &str| json!({ "assigneeId": scene.staff(rest[1]), "reason": reason });
        let (mutation, more) = match what {
            "gives" => ("ticketDispatch", json!({ "assigneeId": self.staff(rest[1]) })),
            "transfers" => ("ticketTransfer", to(self, "联系不上")),
            "claims" => ("ticketClaim", json!({})),
            "accepts" => ("ticketAccept", json!({})),
            "declines" => ("ticketDecline", json!({ "reason": "手上有活" })),
            "starts" => ("ticketStart", json!({})),
            "pauses" => ("ticketPause", json!({ "reason": "PARTS", "words": "等阀门" })),
            "completes" => {
                let tested = (rest[0] == "T08").then(|| app.clock.now() - Duration::minutes(15));
                ("ticketComplete", json!({ "outcome": "DONE", "words": "修好了", "waterTestEndedAt": tested }))
            }
            "gives_up" => ("ticketComplete", json!({ "outcome": "NOT_REPAIRABLE", "words": "主管道须开挖" })),
            "calls" => ("ticketCallbackRecord", self.call(rest[1])),
            "inspects" => ("ticketReinspect", json!({ "passed": true, "words": "合格" })),
            "reaccepts" => ("ticketReaccept", json!({ "accepted": true, "words": "同意" })),
            "cancels" => ("ticketCancel", json!({ "reason": "自己修好了" })),
            "rates" => {
                let stars: i64 = rest[1].parse().unwrap();
                let rating = json!({ "overall": stars, "speed": stars, "quality": stars, "attitude": 5 });
                ("ticketRate", rating)
            }
            other => panic!("not understood: {who} {other} {rest:?}"),
        };
        let ticket = self.ids[rest[0]].clone();
        match &mut self.queue {
            Some(queue) if who == "qian" => {
                let kind = what.strip_suffix('s').unwrap();
                let same = format!(" {}", rest[0]);
                let before = queue.iter().rev().find(|(label, _)| label.ends_with(&same));
                let before = before.map(|(_, given)| {
                    given[given.as_object().unwrap().keys().next().unwrap()]["idempotencyKey"].clone()
                });
                let given = merged(more, json!({ "occurredAt": app.clock.now() }));
                let command = command(kind, &ticket, before.as_ref().and_then(Value::as_str), given);
                queue.push((format!("{kind} {}", rest[0]), command));
            }
            _ => drop(self.client(who).step(mutation, &ticket, more).await.ok()),
        }
    }

    /// The phone has a signal again and sends what it kept.
    async fn replay(&mut self, app: &TestApp, who: &str) {
        let (labels, queue): (Vec<_>, Vec<_>) = self.queue.take().unwrap().into_iter().unzip();
        let results = crate::tickets::offline::queue::results(send(app, self.client(who), &queue).await);
        self.replayed = labels.iter().zip(results).map(|(label, result)| format!("{label} {result}")).collect();
    }

    /// Reads what came too late for a ticket, and notes how it was seen to.
    async fn settle(&mut self, who: &str, ticket: &str) {
        let list = "query($id: ID) { ticketLateCommands(ticketId: $id) { nodes { id mutation } } }";
        let late = self.client(who).query(list, json!({ "id": self.ids[ticket] })).await["ticketLateCommands"]["nodes"]
            .clone();
        let late = late.as_array().unwrap();
        assert_eq!(late.iter().map(|row| &row["mutation"]).collect::<Vec<_>>(), ["ticketStart", "ticketComplete"]);
        for row in late {
            let input = json!({ "lateCommandId": row["id"], "words": "已与赵师傅核实", "idempotencyKey": key() });
            self.client(who).mutate("ticketLateCommandResolve", input, "lateCommand { resolution }").await.ok();
        }
    }
}
