//! The server under test: `linli serve`, a process of its own.

use std::net::SocketAddr;
use std::process::Stdio;

use support::servers;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::data::Data;
use crate::failure::{Failure, Res, fail};

/// A running server; it ends with this value.
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    process: Child,
}

impl Server {
    /// Starts the server on the database.
    pub async fn start(data: &Data) -> Res<Self> {
        Self::spawn(data, &data.url, &["serve"]).await
    }

    /// Starts one whose sessions write every statement to PostgreSQL's log, without background work.
    pub async fn start_logged(data: &Data) -> Res<Self> {
        let url = format!("{}?options=-c%20log_statement%3Dall", data.url);
        Self::spawn(data, &url, &["serve", "--no-worker"]).await
    }

    async fn spawn(data: &Data, url: &str, arguments: &[&str]) -> Res<Self> {
        let mut process = Command::new(servers::binary())
            .args(arguments)
            .env_clear()
            .envs(data.environment(url))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let Some(output) = process.stdout.take() else { return fail("the server has no output") };
        let mut lines = BufReader::new(output).lines();
        while let Some(line) = lines.next_line().await? {
            let address = line.strip_prefix("Linli listens on http://").and_then(|rest| rest.strip_suffix("/graphql"));
            if let Some(address) = address {
                let address = address.parse().map_err(|_| Failure(format!("not an address: {line}")))?;
                // Whatever it prints later is read, so that it never waits for us.
                tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
                return Ok(Self { address, process });
            }
        }
        fail("the server ended before it listened")
    }

    /// Stops it and waits for its end.
    pub async fn stop(mut self) -> Res<()> {
        Ok(self.process.kill().await?)
    }
}
