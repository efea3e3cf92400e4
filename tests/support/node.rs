//! A second server over the database of a test.

use std::sync::Arc;
use std::time::Duration;

use api::config::Config;
use api::http::Server;
use api::state::App;

use crate::TestApp;
use crate::client::Client;

/// Another node of the same service: the same database and clock, its own memory.
pub struct Node {
    /// What it shares between requests.
    pub app: App,
    server: Server,
    url: String,
    http: reqwest::Client,
}

impl TestApp {
    /// Starts another node on this test's database, with a changed configuration. Text messages go to `self.sms`.
    pub async fn another_node(&self, demo: bool, change: impl FnOnce(&mut Config)) -> Node {
        let mut config = self.app.config.clone();
        change(&mut config);
        let app = App::start(config, self.clock.clone(), Arc::new(self.sms.clone()), demo).await.unwrap();
        let server = Server::start(app.clone()).await.unwrap();
        let url = format!("http://{}", server.address);
        Node { app, server, url, http: self.http().clone() }
    }
}

impl Node {
    /// The address of a path of the node.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// A client with this access token, or with none.
    pub fn client(&self, token: Option<&str>) -> Client {
        Client::new(self.http.clone(), self.url("/graphql"), token.map(str::to_owned))
    }

    /// Stops the node; the database stays.
    pub async fn stop(self) {
        self.server.stop(Duration::from_secs(5)).await;
    }
}
