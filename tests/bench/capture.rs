//! The statements of one request, as PostgreSQL's own log has them.
//!
//! They are captured in each run, so that pgbench never runs anything but what the server sends.

use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;
use support::servers;

use crate::cases::Case;
use crate::city::Person;
use crate::data::Data;
use crate::failure::{Failure, Res, fail};
use crate::load::Connection;
use crate::random::Random;
use crate::server::Server;

/// The log is complete when it has not grown for so long.
const QUIET: Duration = Duration::from_millis(300);

/// What a node asks on its own account, now and then, whoever asks it something: ended sessions, keys, last sights.
const OWN: [&str; 3] = ["FROM session WHERE revoked_at >=", "FROM \"signing_key\"", "SET last_seen_at = v."];

/// A statement with its `$1`, `$2` … and what stood for them.
#[derive(Debug)]
pub struct Sent {
    /// Its text.
    pub text: String,
    /// Each value as a quoted literal, or `NULL`.
    pub values: Vec<String>,
}

/// One request: what was asked and answered, and the statements in between.
pub struct Captured {
    /// The request's body.
    pub body: Value,
    /// The answer.
    pub answer: Value,
    /// What the server sent to the database.
    pub statements: Vec<Sent>,
}

/// Sends one request of `person` to a server whose statements are logged.
pub async fn capture(case: &dyn Case, data: &Data, person: &Person) -> Res<Captured> {
    let server = Server::start_logged(data).await?;
    let mut connection = Connection::open(server.address).await?;
    let mut random = Random::new(2);
    // The first request of a server may look up what later ones know.
    connection.send(&person.token, &case.body(person, &mut random)).await?;
    let before = settled_log().await?.len();
    let body = case.body(person, &mut random);
    let answer = connection.send(&person.token, &body).await?;
    if !case.accepted(answer) {
        return fail(format!("{}: {}", case.name(), String::from_utf8_lossy(answer)));
    }
    let answer = serde_json::from_slice(answer)?;
    let log = settled_log().await?;
    server.stop().await?;
    let statements = statements(&log[before..])?;
    if statements.is_empty() {
        return fail("PostgreSQL's log holds no statements");
    }
    Ok(Captured { body: serde_json::from_str(&body)?, answer, statements })
}

fn log_file() -> PathBuf {
    servers::postgres_data().with_file_name("log")
}

async fn settled_log() -> Res<String> {
    let mut size = 0;
    loop {
        tokio::time::sleep(QUIET).await;
        let log = std::fs::read_to_string(log_file())?;
        if log.len() == size {
            return Ok(log);
        }
        size = log.len();
    }
}

/// Reads `LOG:  execute NAME: TEXT`, `LOG:  statement: TEXT` and `DETAIL:  parameters: …` of a log. Lines that go on
/// begin with a tab.
fn statements(log: &str) -> Res<Vec<Sent>> {
    let mut found: Vec<Sent> = Vec::new();
    for entry in entries(log) {
        if let Some((_, rest)) = entry.split_once("] LOG:  execute ") {
            let text = rest.split_once(": ").map(|(_, text)| text).unwrap_or_default();
            found.push(Sent { text: text.to_owned(), values: Vec::new() });
        } else if let Some((_, text)) = entry.split_once("] LOG:  statement: ") {
            found.push(Sent { text: text.to_owned(), values: Vec::new() });
        } else if let Some((_, rest)) = entry.split_once("] DETAIL:  ")
            && let Some((_, values)) = rest.split_once("arameters: ")
            && let Some(last) = found.last_mut()
        {
            last.values = read_values(values)?;
        }
    }
    found.retain(|sent| !OWN.iter().any(|own| sent.text.contains(own)));
    Ok(found)
}

fn entries(log: &str) -> Vec<String> {
    let mut entries: Vec<String> = Vec::new();
    for line in log.lines() {
        match (line.strip_prefix('\t'), entries.last_mut()) {
            (Some(more), Some(entry)) => {
                entry.push('\n');
                entry.push_str(more);
            }
            _ => entries.push(line.to_owned()),
        }
    }
    entries
}

/// Reads `$1 = 'it''s', $2 = NULL`.
fn read_values(mut text: &str) -> Res<Vec<String>> {
    let malformed = |text: &str| Failure(format!("cannot read parameters in PostgreSQL's log: {text}"));
    let mut values = Vec::new();
    while !text.is_empty() {
        let (_, rest) = text.split_once(" = ").ok_or_else(|| malformed(text))?;
        let end =
            if rest.starts_with('\'') { quoted_end(rest).ok_or_else(|| malformed(rest))? } else { word_end(rest) };
        values.push(rest[..end].to_owned());
        text = rest[end..].trim_start_matches([',', ' ']);
    }
    Ok(values)
}

fn word_end(text: &str) -> usize {
    text.find(',').unwrap_or(text.len())
}

/// Index after the closing quote; a doubled one does not close.
fn quoted_end(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 1;
    loop {
        match (bytes.get(at)?, bytes.get(at + 1)) {
            (b'\'', Some(b'\'')) => at += 2,
            (b'\'', _) => return Some(at + 1),
            _ => at += 1,
        }
    }
}
