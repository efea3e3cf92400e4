//! The real server in the test's own process, on a port of its own, with a clock that the test moves.

use std::sync::Arc;
use std::time::Duration;

use api::clock::Clock;
use api::config::{Config, Rates};
use api::db::Sql;
use api::http::Server;
use api::infra::sms::KeptSms;
use api::state::App;
use chrono::{DateTime, Utc};
use serde_json::json;
use tempfile::TempDir;

use crate::client::Client;
use crate::world::PASSWORD;
use crate::{Backend, TestDatabase, invariants};

/// A running server over a fresh database.
pub struct TestApp {
    /// On which database.
    pub backend: Backend,
    /// The server's clock; it stands still until the test moves it.
    pub clock: Clock,
    /// Every text message that was sent.
    pub sms: KeptSms,
    /// What the server shares between requests: its database and configuration.
    pub app: App,
    server: Server,
    url: String,
    http: reqwest::Client,
    database: TestDatabase,
    storage: TempDir,
}

/// When the clock of every test starts: a Monday, 09:00 in Shanghai.
pub fn start_of_time() -> DateTime<Utc> {
    "2026-03-02T01:00:00Z".parse().unwrap()
}

/// The master key of every test, as the configuration has it.
pub fn master_key() -> String {
    "42".repeat(32)
}

impl TestApp {
    /// Starts a server with the default configuration, but for long-lived tokens: tests move the clock by weeks.
    pub async fn start(backend: Backend) -> Self {
        Self::start_with(backend, |_| ()).await
    }

    /// Starts a server with a changed configuration.
    pub async fn start_with(backend: Backend, change: impl FnOnce(&mut Config)) -> Self {
        let database = TestDatabase::create(backend).await;
        let mut config = Config::load_from(None, std::iter::empty(), &[]).unwrap();
        config.listen = "127.0.0.1:0".to_owned();
        config.database_url = database.url().to_owned();
        config.master_key = master_key();
        let storage = tempfile::Builder::new().prefix("linli_test_").tempdir().unwrap();
        config.storage_url = format!("file:{}", storage.path().display());
        config.access_token_minutes = 60 * 24 * 3650;
        config.session_days = 3650;
        // All of a test comes from one address, and in one moment.
        let plenty = Rates { address: 1_000_000, network: 1_000_000, overall: 1_000_000 };
        config.limit_code_requests = plenty;
        config.limit_code_tries = plenty;
        config.limit_password_tries = plenty;
        config.limit_refreshes = plenty;
        change(&mut config);
        let (clock, sms) = (Clock::manual(start_of_time()), KeptSms::default());
        let app = App::start(config, clock.clone(), Arc::new(sms.clone()), false).await.unwrap();
        let server = Server::start(app.clone()).await.unwrap();
        let url = format!("http://{}", server.address);
        Self { backend, clock, sms, app, server, url, http: reqwest::Client::new(), database, storage }
    }

    /// The address of a path of the server.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// The HTTP client of the test.
    pub fn http(&self) -> &reqwest::Client {
        &self.http
    }

    /// The database under the server.
    pub fn database(&self) -> &TestDatabase {
        &self.database
    }

    /// The files of the object store, each by its path from there, in order.
    pub fn objects(&self) -> Vec<String> {
        let (mut found, mut folders) = (Vec::new(), vec![self.storage.path().to_owned()]);
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let path = path.strip_prefix(self.storage.path()).unwrap();
                    found.push(path.display().to_string());
                }
            }
        }
        found.sort();
        found
    }

    /// Puts a file into the object store past the server, as a node that died would have left it.
    pub fn leave_object(&self, name: &str, bytes: &[u8]) {
        let path = self.storage.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    /// A client that is not signed in.
    pub fn anonymous(&self) -> Client {
        Client::new(self.http.clone(), self.url("/graphql"), None)
    }

    /// A client with this access token.
    pub fn with_token(&self, token: &str) -> Client {
        Client::new(self.http.clone(), self.url("/graphql"), Some(token.to_owned()))
    }

    /// Signs a resident in, by code, through the API.
    pub async fn resident(&self, phone: &str) -> Client {
        let anonymous = self.anonymous();
        anonymous.mutate("signInCodeRequest", json!({ "phone": phone }), "sent").await.ok();
        let code = self.sms.last_code(phone).unwrap();
        let input = json!({ "phone": phone, "code": code });
        let payload = anonymous.mutate("signInResident", input, "accessToken").await.ok();
        self.with_token(payload["accessToken"].as_str().unwrap())
    }

    /// Signs a member of staff in, by password, through the API.
    pub async fn staff(&self, phone: &str, password: &str) -> Client {
        let input = json!({ "phone": phone, "password": password });
        let payload = self.anonymous().mutate("signInStaff", input, "accessToken").await.ok();
        self.with_token(payload["accessToken"].as_str().unwrap())
    }

    /// Signs a new member of staff in with the temporary password, and changes it to the one of all staff in tests.
    pub async fn new_staff(&self, phone: &str, temporary: &str) -> Client {
        let client = self.staff(phone, temporary).await;
        let input = json!({ "oldPassword": temporary, "newPassword": PASSWORD });
        client.mutate("passwordChange", input, "changed").await.ok();
        client
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: chrono::Duration) {
        self.clock.advance(by);
    }

    /// Changes rows past the API, as nobody could; how many.
    pub async fn change(&self, sql: &Sql) -> u64 {
        let sql = sql.clone();
        self.app
            .db
            .write(move |tx| {
                let sql = sql.clone();
                Box::pin(async move { Ok(sql.run(tx).await?) })
            })
            .await
            .unwrap()
    }

    /// How many SQL statements `work` sends, with its result.
    pub async fn statements<T>(&self, work: impl Future<Output = T>) -> (u64, T) {
        let before = self.app.db.statements();
        let result = work.await;
        (self.app.db.statements() - before, result)
    }

    /// Stops the server and keeps its database, for a server in a process of its own.
    pub async fn into_database(self) -> TestDatabase {
        self.server.stop(Duration::from_secs(5)).await;
        drop(self.app);
        self.database
    }

    /// Stops the server, checks that the invariants hold, and removes the database.
    pub async fn finish(self) {
        self.server.stop(Duration::from_secs(5)).await;
        invariants::check(&self.app.db).await;
        drop(self.app);
        self.database.drop_database().await;
    }
}
