//! Executes every cell and compares it with the table.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use futures_util::{StreamExt as _, stream};
use serde_json::{Value, json};
use support::socket::Heard;
use support::{Socket, TestApp};

use super::ask::{Reply, ask, best, reach, told};
use super::digest::{self, Digest};
use super::inputs::{ENDING, Input, inputs};
use super::people::{Kind, Person};
use super::routes::{Route, arguments, queries, routes};
use super::schema::{Field, Gives, Schema};
use super::site::{Site, Tenancy};
use super::table::{Place, Table};

/// Outcomes that say that somebody may not.
pub const DENIALS: [&str; 8] = [
    "ABSENT",
    "UNAUTHENTICATED",
    "FORBIDDEN",
    "NOT_FOUND",
    "NOT_ALLOWED",
    "NOT_ASSIGNEE",
    "PASSWORD_CHANGE_REQUIRED",
    "NONE",
];
/// Requests that are under way at a time.
const AT_ONCE: usize = 6;

/// What the run has found so far.
#[derive(Default)]
pub struct Found {
    /// Every cell with its outcome.
    pub cells: BTreeMap<(String, String), BTreeMap<Place, String>>,
    /// What leaked, and where.
    pub leaks: Vec<String>,
    /// Denied commands that changed something.
    pub changes: Vec<String>,
    /// Mutations that happened for somebody, or were refused for no reason of authority only, with the codes.
    pub happened: BTreeMap<String, BTreeSet<String>>,
    /// Requests that were sent.
    pub requests: usize,
}

/// The world and the table.
pub struct Matrix<'m> {
    pub app: &'m TestApp,
    pub schema: &'m Schema,
    pub table: &'m Table,
    pub people: &'m [Person],
    pub sites: &'m [Site],
    pub found: Mutex<Found>,
}

impl Matrix<'_> {
    /// Notes the outcome of a cell.
    fn note(&self, of: &str, field: &str, place: Place, outcome: &str) {
        let mut found = self.found.lock().unwrap();
        let cells = found.cells.entry((of.to_owned(), field.to_owned())).or_default();
        // What one of several ways shows is shown.
        let cell = cells.entry(place).or_insert_with(|| outcome.to_owned());
        if of != "Mutation" {
            *cell = best(cell, outcome).to_owned();
        }
    }

    /// Looks for what must not stand in an answer.
    fn sniff(&self, what: &str, (kind, tenancy): Place, reply: &Reply, denied: bool) {
        let mut canaries = vec![Tenancy::Foreign];
        // Some things are the whole organization's, such as filters that colleagues share.
        let shared = self.table.decides(what, "*", (kind, Tenancy::Elsewhere)) == Some("VALUE");
        if kind != Kind::Admin && !shared {
            canaries.push(Tenancy::Elsewhere);
        }
        if denied {
            canaries.push(tenancy);
        }
        let mut found = self.found.lock().unwrap();
        found.requests += 1;
        for of in canaries {
            for canary in [of.canary(), of.phone()] {
                if reply.whole.contains(canary) {
                    found.leaks.push(format!("{what}: {} asks {}: {canary}", kind.name(), tenancy.name()));
                }
            }
        }
        let codes = reply.body["errors"].as_array().into_iter().flatten().map(|error| &error["extensions"]);
        let mut codes =
            codes.filter(|said| said["reason"].is_null()).map(|said| said["code"].as_str().unwrap_or_default());
        if codes.any(|code| matches!(code, "" | "INTERNAL" | "MALFORMED" | "TOO_COMPLEX" | "OVERLOADED" | "TIMEOUT")) {
            let text: String = reply.whole.chars().take(1500).collect();
            found.leaks.push(format!("{what}: {} asks {}: not answered: {text}", kind.name(), tenancy.name()));
        }
    }

    fn site(&self, tenancy: Tenancy) -> &Site {
        &self.sites[tenancy as usize]
    }

    fn places(&self) -> impl Iterator<Item = (&Person, Tenancy)> {
        self.people.iter().flat_map(|person| Tenancy::ALL.iter().map(move |(tenancy, _)| (person, *tenancy)))
    }

    /// Every field of every type that is reached by a query.
    pub async fn read_types(&self) {
        let routes = routes();
        let jobs = routes.iter().flat_map(|route| self.places().map(move |(person, tenancy)| (route, person, tenancy)));
        stream::iter(jobs)
            .for_each_concurrent(AT_ONCE, |(route, person, tenancy)| self.read_type(route, person, tenancy))
            .await;
    }

    async fn read_type(&self, route: &Route, person: &Person, tenancy: Tenancy) {
        let (fields, place) = (self.schema.fields(route.of), (person.kind, tenancy));
        let mut seen: BTreeMap<&str, String> =
            fields.iter().map(|field| (field.name.as_str(), "ABSENT".to_owned())).collect();
        let selection: Vec<String> = fields.iter().map(|field| select(route.of, field)).collect();
        let all_denied = fields.iter().all(|field| self.denied(route.of, &field.name, place));
        for seed in route.seeds_for(person.kind, tenancy) {
            let site = self.site(tenancy);
            let it = if seed.is_empty() { Some(String::new()) } else { site.names.get(seed).cloned() };
            let Some(it) = it else { continue };
            let mut query = selection.join(" ");
            for (depth, step) in route.path.iter().enumerate().rev() {
                let pick = route.pick.filter(|(at, ..)| *at == depth);
                let pick = pick.map_or(String::new(), |(_, field, _)| format!("pick: {field} "));
                query = format!("{step} {{ {pick}{query} }}");
            }
            let query = site.told(&format!("{{ {query} }}").replace("$it", &it));
            let reply = ask(self.app, &person.client, &query, json!({})).await;
            self.sniff(route.of, place, &reply, all_denied);
            let wanted = route.pick.map(|(at, _, wanted)| (at, site.told(wanted)));
            let pick = wanted.as_ref().map(|(at, wanted)| (*at, wanted.as_str()));
            for object in reach(&reply.body["data"], &route.path, pick, 0) {
                for field in fields {
                    let code = if object[&field.name].is_null() { reply.code_of_field(&field.name) } else { None };
                    let now = code.unwrap_or_else(|| told(&object[&field.name]).to_owned());
                    let before = &seen[field.name.as_str()];
                    let better = best(before, &now).to_owned();
                    seen.insert(field.name.as_str(), better);
                }
            }
        }
        for (field, outcome) in seen {
            self.note(route.of, field, place, &outcome);
        }
    }

    fn denied(&self, of: &str, field: &str, place: Place) -> bool {
        self.table.decides(of, field, place).is_some_and(|outcome| DENIALS.contains(&outcome))
    }

    /// Every query, with the connection that it gives.
    pub async fn read_queries(&self) {
        let jobs = queries().flat_map(|query| self.places().map(move |(person, tenancy)| (query, person, tenancy)));
        stream::iter(jobs)
            .for_each_concurrent(AT_ONCE, |(query, person, tenancy)| self.read_query(*query, person, tenancy))
            .await;
    }

    async fn read_query(&self, (name, arguments): (&str, &str), person: &Person, tenancy: Tenancy) {
        let place = (person.kind, tenancy);
        let field = self.schema.fields("Query").iter().find(|field| field.name == name);
        let field = field.unwrap_or_else(|| panic!("there is no query {name}"));
        let selection = match field.gives {
            Gives::Leaf => "",
            Gives::Object => "{ __typename }",
            Gives::Connection => {
                "{ edges { cursor node { __typename } } nodes { __typename } totalCount
                pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }"
            }
        };
        let query = self.site(tenancy).told(&format!("{{ {name}{arguments} {selection} }}"));
        let reply = ask(self.app, &person.client, &query, json!({})).await;
        self.sniff(name, place, &reply, self.denied("Query", name, place));
        let value = &reply.body["data"][name];
        let outcome = reply.code(&[name]).unwrap_or_else(|| told(value).to_owned());
        self.note("Query", name, place, &outcome);
        if field.gives == Gives::Connection {
            self.follow(&field.of, place, &outcome);
            let edge = field.of.replace("Connection", "Edge");
            self.follow(&edge, place, &outcome);
        }
    }

    /// Notes the fields of a type that follow what leads to it.
    fn follow(&self, of: &str, place: Place, outcome: &str) {
        for field in self.schema.fields(of) {
            let key = format!("{of}.{}", field.name);
            self.note("(follows)", &key, place, outcome);
        }
    }

    /// What is told over a socket.
    pub async fn subscribe(&self) {
        for (person, tenancy) in self.places() {
            let site = self.site(tenancy);
            let given = person.kind == Kind::Contractor && tenancy == Tenancy::Own;
            let ticket = &site.names[if given { "contracted" } else { "ticket" }];
            let place = (person.kind, tenancy);
            let mut socket = Socket::open(&self.app.url("/graphql")).await;
            let payload = json!({ "token": person.client.token(), "language": "zh-CN" });
            socket.say(json!({ "type": "connection_init", "payload": payload })).await;
            if let Heard::Closed(4403, _) = socket.hear().await {
                self.note("Subscription", "ticketUpdated", place, "UNAUTHENTICATED");
                continue;
            }
            let document = "subscription($id: ID!) { ticketUpdated(id: $id) { id description contactPhone } }";
            socket.subscribe("w", document, json!({ "id": ticket })).await;
            let message = socket.message().await;
            let body = if message["type"] == "error" {
                json!({ "errors": message["payload"] })
            } else {
                message["payload"].clone()
            };
            let reply = Reply { whole: message.to_string(), body };
            self.sniff("ticketUpdated", place, &reply, self.denied("Subscription", "ticketUpdated", place));
            let value = &reply.body["data"]["ticketUpdated"];
            let outcome = reply.code(&["ticketUpdated"]).unwrap_or_else(|| told(value).to_owned());
            self.note("Subscription", "ticketUpdated", place, &outcome);
        }
    }

    /// Every mutation: first whoever is denied, then whoever is not.
    pub async fn mutate(&self) {
        let digest = Digest::prepare(self.app).await;
        for input in inputs() {
            let mut prepared = BTreeMap::new();
            for (tenancy, _) in Tenancy::ALL {
                prepared.insert((tenancy, false), self.prepare(input, tenancy, false).await);
            }
            prepared.insert((Tenancy::Own, true), self.prepare(input, Tenancy::Own, true).await);
            let expected = |place| self.table.decides("Mutation", input.mutation, place).unwrap_or("FORBIDDEN");
            let before = digest.take(self.app).await;
            for (person, tenancy) in self.places() {
                if expected((person.kind, tenancy)) != "OK" {
                    let outside = person.kind == Kind::Contractor && tenancy == Tenancy::Own;
                    let told = &prepared[&(tenancy, outside)];
                    self.command(input, person, tenancy, told, true).await;
                }
            }
            let changed = digest::changed(&before, &digest.take(self.app).await);
            // A queue takes the key of what it refuses for good, and what is attached was sent before.
            let beside: &[&str] = match input.mutation {
                "ticketCommandsReplay" => &["idempotency_key", "late_command"],
                "ticketAttach" => &["upload", "upload_part"],
                _ => &[],
            };
            let changed: Vec<_> = changed.into_iter().filter(|table| !beside.contains(&table.as_str())).collect();
            if !changed.is_empty() {
                self.found.lock().unwrap().changes.push(format!("{}: {changed:?}", input.mutation));
            }
            for (person, tenancy) in self.places() {
                if expected((person.kind, tenancy)) == "OK" {
                    let outside = person.kind == Kind::Contractor && tenancy == Tenancy::Own;
                    let told = self.prepare(input, tenancy, outside).await;
                    self.command(input, person, tenancy, &told, false).await;
                }
            }
        }
    }

    /// The input with a row of its own, if it needs one.
    async fn prepare(&self, input: &Input, tenancy: Tenancy, outside: bool) -> String {
        let site = self.site(tenancy);
        match input.setup {
            "" => input.input.to_owned(),
            "contact" => input.input.replace("$it", &site.contact().await),
            "request" => input.input.replace("$it", &site.asked(self.app, false).await),
            "own request" => input.input.replace("$it", &site.asked(self.app, true).await),
            "resident" => input.input.replace("$it", &site.admitted().await),
            "day" => {
                site.day().await;
                input.input.to_owned()
            }
            setup => {
                // A contractor's people offer no prices: that is the organization's.
                let outside = outside && !setup.starts_with("QUOTED");
                let it = site.brought(setup, outside).await;
                let quote = if setup.starts_with("QUOTED") { site.quote(&it).await } else { String::new() };
                match input.mutation {
                    "ticketHelperRemove" => site.helped(&it).await,
                    "ticketNoticeLinkRevoke" => site.noticed(&it).await,
                    _ => {}
                }
                input.input.replace("$it", &it).replace("$quote", &quote)
            }
        }
    }

    async fn command(&self, input: &Input, person: &Person, tenancy: Tenancy, prepared: &str, denied: bool) {
        let (name, place, site) = (input.mutation, (person.kind, tenancy), self.site(tenancy));
        let mut text = site.told(prepared);
        if text.contains("$upload") {
            let upload = site.upload(self.app, &person.client).await;
            text = text.replace("$upload", &upload);
        }
        let client = if ENDING.contains(&name) { person.again(self.app).await } else { person.client.clone() };
        let field = self.schema.fields("Mutation").iter().find(|field| field.name == name);
        let field = field.unwrap_or_else(|| panic!("there is no mutation {name}"));
        let payload = self.schema.fields(&field.of);
        let selection: Vec<String> = payload
            .iter()
            .map(|field| match (field.name.as_str(), field.gives) {
                ("userErrors", _) => "userErrors { code message }".to_owned(),
                ("results", _) => "results { status error { code message } ticket { id description } }".to_owned(),
                (_, Gives::Leaf) => field.name.clone(),
                (_, Gives::Object | Gives::Connection) => format!("{} {{ __typename }}", field.name),
            })
            .collect();
        let (document, variables) = match &field.input {
            Some(of) => {
                let document =
                    format!("mutation($input: {of}!) {{ {name}(input: $input) {{ {} }} }}", selection.join(" "));
                (
                    document,
                    json!({ "input": serde_json::from_str::<Value>(&text).unwrap_or_else(|_| panic!("{name}: {text}")) }),
                )
            }
            None => (format!("mutation {{ {name} {{ {} }} }}", selection.join(" ")), json!({})),
        };
        let reply = ask(self.app, &client, &document, variables).await;
        let payload_seen = &reply.body["data"][name];
        let error = payload_seen["userErrors"][0]["code"]
            .as_str()
            .or_else(|| payload_seen["results"][0]["error"]["code"].as_str());
        let code = reply.code(&[name]).or_else(|| error.map(str::to_owned)).unwrap_or_else(|| "OK".to_owned());
        let outcome = if DENIALS.contains(&code.as_str()) { code.clone() } else { "OK".to_owned() };
        // A queue answers with the tickets as they now are, to whoever sees them.
        let hidden = name != "ticketCommandsReplay" || self.denied("Ticket", "description", place);
        self.sniff(name, place, &reply, denied && hidden);
        if outcome == "OK" {
            self.found.lock().unwrap().happened.entry(name.to_owned()).or_default().insert(code);
        }
        self.note("Mutation", name, place, &outcome);
        if !field.of.starts_with("SignInPayload") || name == "signInStaff" {
            self.follow(&field.of, place, &outcome);
        }
    }
}

/// A field as it is asked for.
fn select(of: &str, field: &Field) -> String {
    let arguments = arguments(of, &field.name);
    match field.gives {
        Gives::Leaf => format!("{}{arguments}", field.name),
        Gives::Object => format!("{}{arguments} {{ __typename }}", field.name),
        Gives::Connection => format!("{}{arguments} {{ nodes {{ __typename }} }}", field.name),
    }
}
