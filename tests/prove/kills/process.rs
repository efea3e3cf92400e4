//! The `linli` program as a process that can be killed.

use std::process::Stdio;

use support::{master_key, servers};
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;

use super::PATIENCE;

/// A server in a process of its own.
pub struct Process {
    child: Child,
    /// Where it answers.
    pub url: String,
    /// Kept open: a server that cannot print would die of it.
    _output: Lines<BufReader<ChildStdout>>,
}

fn linli(database_url: &str) -> Command {
    let mut command = Command::new(servers::binary());
    command
        .env("LINLI_DATABASE_URL", database_url)
        .env("LINLI_MASTER_KEY", master_key())
        .env("LINLI_ACCESS_TOKEN_MINUTES", "525600")
        .env("LINLI_HOUSEKEEPING_SECONDS", "1")
        .env("LINLI_GATEWAY_SECONDS", "1")
        .env("LINLI_LOG", "error")
        .stdin(Stdio::null())
        .kill_on_drop(true);
    command
}

impl Process {
    /// Starts the server on a free port and waits until it listens.
    pub async fn start(database_url: &str) -> Self {
        Self::start_on(database_url, "127.0.0.1:0").await
    }

    /// Starts the server on an address and waits until it listens.
    pub async fn start_on(database_url: &str, listen: &str) -> Self {
        let mut command = linli(database_url);
        let mut child = command.args(["--listen", listen, "serve"]).stdout(Stdio::piped()).spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap()).lines();
        let url = timeout(PATIENCE, async {
            while let Some(line) = output.next_line().await.unwrap() {
                if let Some(url) = line.strip_prefix("Linli listens on ") {
                    return url.to_owned();
                }
            }
            panic!("the server ended before it listened");
        });
        let url = url.await.expect("the server listens in time");
        Self { child, url, _output: output }
    }

    /// Kills the process: it has no time for anything.
    pub async fn kill(mut self) {
        assert!(self.child.try_wait().unwrap().is_none(), "the server died by itself");
        self.child.kill().await.unwrap();
    }
}

/// Runs `linli audit verify`; what it printed when it found something.
pub async fn audit(database_url: &str) -> Result<(), String> {
    let output = linli(database_url).args(["audit", "verify"]).output().await.unwrap();
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)))
}
