//! The log carries no token, code, phone, name, id number or plate: a program that logs all that it can is used in every
//! way, right and wrong, with values that can be told from all others, and its log is read.

use serde_json::{Value, json};
use support::program::Serving;
use support::{Client, Program, Socket, TestDatabase, both_databases};

both_databases!(the_log_carries_nothing_of_anybody);

const PHONE: &str = "13977001234";
const STRANGER: &str = "13977005678";
const PASSWORD: &str = "canary-password-7f3a";
const NAME: &str = "卡娜丽";
const PLATE: &str = "黑A·7C4R9";
const ID_NUMBER: &str = "230103199001017531";
const WORDS: &str = "canary-words-51d0";
const TOKEN: &str = "eyJhbGciOiJub25lIn0.canary-token.c2ln";

struct Walk<'s> {
    serving: &'s mut Serving,
    http: reqwest::Client,
    secrets: Vec<String>,
}

impl Walk<'_> {
    fn client(&self, token: Option<&str>) -> Client {
        Client::new(self.http.clone(), format!("{}/graphql", self.serving.url), token.map(str::to_owned))
    }

    async fn code(&mut self, phone: &str) -> String {
        self.client(None).mutate("signInCodeRequest", json!({ "phone": phone }), "sent").await.ok();
        let line = self.serving.wait_for(&format!("SMS to {phone}")).await;
        line.split(" is ").nth(1).unwrap().chars().take(6).collect()
    }

    async fn sign_in(&mut self) {
        let code = self.code(PHONE).await;
        let input = |code: &str| json!({ "phone": PHONE, "code": code });
        self.client(None).mutate("signInResident", input("000000"), "accessToken refreshToken").await;
        let payload = self.client(None).mutate("signInResident", input(&code), "accessToken").await.ok();
        let token = payload["accessToken"].as_str().unwrap().to_owned();
        let staff = json!({ "phone": STRANGER, "password": PASSWORD });
        self.client(None).mutate("signInStaff", staff, "accessToken").await;
        self.secrets.extend([code, token]);
    }

    async fn ask(&mut self) {
        let token = self.secrets[1].clone();
        let client = self.client(Some(&token));
        client.query("{ viewer { id name phone units { unit { number } } } }", json!({})).await;
        for name in [NAME, ID_NUMBER] {
            client.mutate("residencyBind", json!({ "name": name }), "units { role }").await;
            client.mutate("residencyBind", json!({ "idLast4": name }), "units { role }").await;
        }
        let input = json!({ "unitId": PHONE, "kind": "HOME_REPAIR", "categoryId": ID_NUMBER, "idempotencyKey": TOKEN,
            "description": format!("{WORDS} {PLATE}"), "contactName": NAME, "contactPhone": PHONE });
        client.mutate("ticketSubmit", input, "ticket { id }").await;
        for (query, variables) in [
            (format!("{{ viewer(phone: \"{PHONE}\") {{ id }} }}"), json!({})),
            (format!("{{ {WORDS} \"{PLATE}"), json!({})),
            (
                format!("query($a: Int) {{ units(first: $a, after: \"{TOKEN}\") {{ totalCount }} }}"),
                json!({ "a": PHONE }),
            ),
            (
                "query($a: TicketFilter) { tickets(filter: $a) { totalCount } }".to_owned(),
                json!({ "a": { "x": ID_NUMBER } }),
            ),
            ("query($id: ID!) { node(id: $id) { id } }".to_owned(), json!({ "id": PLATE })),
            (format!("{{ unitSearch(text: \"{PHONE}\") {{ unit {{ id }} }} }}"), json!({})),
            (format!("{{ node(id: {}", "[".repeat(100) + PHONE), json!({})),
        ] {
            client.post(&query, variables.clone()).await;
            let address = [("query", query), ("variables", variables.to_string()), ("token", TOKEN.to_owned())];
            self.http
                .get(format!("{}/graphql", self.serving.url))
                .query(&address)
                .bearer_auth(&token)
                .send()
                .await
                .unwrap();
        }
    }

    async fn trespass(&mut self) {
        let url = format!("{}/graphql", self.serving.url);
        for header in [format!("Bearer {TOKEN}"), TOKEN.to_owned(), format!("Basic {PASSWORD}")] {
            let request = self.http.post(&url).header("authorization", header).header("linli-client", WORDS);
            request.json(&json!({ "query": "{ viewer { id } }" })).send().await.unwrap();
        }
        let cut =
            self.http.post(&url).header("content-type", "application/json").body(format!("{{\"query\": \"{PHONE}"));
        cut.send().await.unwrap();
        for path in [format!("/uploads/{PLATE}?signature={TOKEN}&expires=1"), format!("/uploads?phone={PHONE}")] {
            self.http.get(format!("{}{path}", self.serving.url)).bearer_auth(TOKEN).send().await.unwrap();
        }
        let upload = self.http.post(format!("{}/uploads", self.serving.url)).bearer_auth(&self.secrets[1]);
        upload
            .header("tus-resumable", "1.0.0")
            .header("upload-length", "9")
            .header("upload-metadata", TOKEN)
            .send()
            .await
            .unwrap();
    }

    async fn over_sockets(&mut self) {
        let url = format!("{}/graphql", self.serving.url);
        let mut refused = Socket::open(&url).await;
        refused.say(json!({ "type": "connection_init", "payload": { "token": TOKEN } })).await;
        assert_eq!(refused.closed().await.0, 4403);
        let mut wrong = Socket::open(&url).await;
        wrong.say(json!({ "type": PHONE, "payload": { "token": TOKEN } })).await;
        assert_eq!(wrong.closed().await.0, 4400);
        let mut socket = Socket::signed_in(&url, Some(&self.secrets[1])).await;
        for (number, (query, variables)) in [
            ("query($id: ID!) { node(id: $id) { id } }", json!({ "id": PHONE })),
            ("subscription($id: ID!) { ticketUpdated(id: $id) { id } }", json!({ "id": PLATE })),
            ("{ canary(a: \"13977001234\") }", Value::Null),
        ]
        .into_iter()
        .enumerate()
        {
            let id = format!("{WORDS}{number}");
            socket.subscribe(&id, query, variables).await;
            while socket.message().await["id"] != id {}
        }
    }

    /// Faults of the database are logged with their cause, in which PostgreSQL would repeat values.
    async fn with_a_broken_database(&mut self, database: &TestDatabase) {
        use api::db::Sql;
        let db = database.connect().await;
        let change = async |sql: &'static str| {
            db.write(move |tx| Box::pin(async move { Ok(Sql::new(sql).run(tx).await?) })).await.unwrap();
        };
        // A phone that is there already, where nobody expects it.
        change("CREATE UNIQUE INDEX nobody_expects ON sign_in_code (expires_at)").await;
        change("ALTER TABLE residency RENAME TO hidden").await;
        let client = self.client(Some(&self.secrets[1].clone()));
        for phone in [STRANGER, PHONE, STRANGER] {
            client.mutate("signInCodeRequest", json!({ "phone": phone }), "sent").await;
        }
        client.post("{ viewer { phone units { unit { number } } } }", json!({})).await;
        client.mutate("residencyBind", json!({ "name": NAME }), "units { role }").await;
        change("ALTER TABLE hidden RENAME TO residency").await;
    }
}

async fn the_log_carries_nothing_of_anybody(database: TestDatabase) {
    for format in ["text", "json"] {
        let program = Program::over(&database).with("LINLI_LOG", "debug").with("LINLI_LOG_FORMAT", format);
        let mut serving = program.serve(&["serve"]).await;
        let mut walk = Walk { serving: &mut serving, http: reqwest::Client::new(), secrets: Vec::new() };
        walk.sign_in().await;
        walk.ask().await;
        walk.trespass().await;
        walk.over_sockets().await;
        if format == "json" {
            walk.with_a_broken_database(&database).await;
        }
        let secrets = walk.secrets;
        let log = serving.logged();
        assert!(log.len() > 5_000, "it logs nearly nothing: {log}");
        assert!(format == "text" || log.contains("graphql.internal_error"), "nothing failed");
        let known = [PHONE, STRANGER, PASSWORD, NAME, PLATE, ID_NUMBER, WORDS, "canary", TOKEN, "%E9%BB%91A"];
        for secret in known.into_iter().map(str::to_owned).chain(secrets) {
            let line = log.lines().find(|line| line.contains(&secret));
            assert_eq!(line, None, "{secret} stands in the log");
        }
        // The last digits alone would do as well.
        assert!(!log.contains("77001234") && !log.contains("01017531"));
        serving.terminate().await;
    }
}
