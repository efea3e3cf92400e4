//! pgbench: scripts made of captured or hand-written statements, and their measurement.
//!
//! A script runs one request a transaction. Whose request it is changes with each: pgbench's variables cannot be picked
//! at random when they are text, so each connection fetches the ids of [`SLOTS`] random residents at a time, by one
//! small statement each [`SLOTS`] requests, and a statement that names an id stands in the script once for each slot.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::Stdio;
use std::time::{Duration, Instant};

use support::servers;
use tokio::process::Command;

use crate::city::Person;
use crate::data::{Data, POOL};
use crate::failure::{Failure, Res, fail};
use crate::load::{Measured, histogram};
use crate::random::Random;

/// Residents fetched at a time.
const SLOTS: usize = 8;
const BATCHES: usize = 2_048;
/// Fresh numbers of one round; each connection takes every 64th.
const ROUND: u64 = 1 << 26;

/// A script with the values that stay the same.
pub struct Script {
    steps: Vec<Step>,
    constants: BTreeMap<String, String>,
    crowd: &'static str,
}

/// One statement.
pub struct Step {
    /// Its text, with `@name@` where an id of the resident stands, and pgbench's `:name` elsewhere.
    pub text: String,
    /// Prefix of the variables that take its one row's columns.
    pub keep: Option<String>,
}

/// A fresh time-ordered key; `kind` tells apart those of one transaction.
pub fn fresh(kind: usize) -> String {
    format!("CAST(:prefix || '8{kind:03x}-' || lpad(to_hex(CAST(:fresh AS bigint)), 12, '0') AS uuid)")
}

impl Script {
    /// From statements and constants by their variable's name; `crowd` names the table of [`write_batches`].
    pub fn new(crowd: &'static str, steps: Vec<Step>, constants: BTreeMap<String, String>) -> Self {
        Self { steps, constants, crowd }
    }

    /// From one hand-written statement, with `@name@` for ids, `@fresh@` for a new key and `@key@` for a random one.
    pub fn joined(crowd: &'static str, text: &str) -> Self {
        let key = "CAST(gen_random_uuid() AS text)";
        let text = text.replace("@fresh@", &fresh(0)).replace("@fresh2@", &fresh(1)).replace("@key@", key);
        Self::new(crowd, vec![Step { text, keep: None }], BTreeMap::new())
    }

    /// How many statements a request takes, begin and commit included.
    pub fn statements(&self) -> usize {
        self.steps.len()
    }

    fn text(&self) -> String {
        let mut script = format!(
            "\\set i :i + 1\n\\set fresh :round * {ROUND} + :i * 64 + :client_id\n\
             \\set number permute(:fresh, 1099511627776)\n\
             \\set slot :slot + 1\n\\if :slot >= {SLOTS}\n\\set slot 0\n\
             \\set batch random(1, {}) * {POOL} - :client_id\n\
             SELECT * FROM bench.{} WHERE n = :batch\n\\gset\n\\endif\n",
            BATCHES / POOL as usize,
            self.crowd
        );
        for step in &self.steps {
            let end = step.keep.as_ref().map_or(";".to_owned(), |prefix| format!("\n\\gset {prefix}"));
            if !step.text.contains('@') {
                let _ = writeln!(script, "{}{end}", step.text);
                continue;
            }
            for slot in 0..SLOTS {
                let word = if slot == 0 { "if" } else { "elif" };
                let _ = writeln!(script, "\\{word} :slot = {slot}\n{}{end}", in_slot(&step.text, slot));
            }
            script.push_str("\\endif\n");
        }
        script
    }
}

/// Replaces each `@name@` by the slot's variable `:name_slot`.
fn in_slot(text: &str, slot: usize) -> String {
    let parts = text.split('@').enumerate();
    parts.map(|(index, part)| if index % 2 == 0 { part.to_owned() } else { format!(":{part}_{slot}") }).collect()
}

/// Writes the table of random people, [`SLOTS`] a row. Each connection has rows of its own, with people of its own: nobody
/// does two things at once.
pub async fn write_batches(data: &Data, crowd: &str, people: &[Person]) -> Res<()> {
    let Some(first) = people.first() else { return fail("nobody signed in") };
    let slots = 0..SLOTS;
    let columns: Vec<String> =
        slots.flat_map(|slot| first.ids.iter().map(move |(name, _)| format!("{name}_{slot} uuid NOT NULL"))).collect();
    data.run(&format!(
        "CREATE SCHEMA IF NOT EXISTS bench; CREATE TABLE bench.{crowd} (n integer NOT NULL PRIMARY KEY, {})",
        columns.join(", ")
    ))
    .await?;
    let mut random = Random::new(3);
    let rows: Vec<String> = (1..=BATCHES)
        .map(|n| {
            let people = (0..SLOTS).map(|_| random.of_part(people, n, POOL as usize)).collect::<Vec<_>>();
            let ids = people.iter().flat_map(|person| person.ids.iter().map(|(_, id)| format!("'{id}'")));
            format!("({n}, {})", ids.collect::<Vec<_>>().join(", "))
        })
        .collect();
    data.run(&format!("INSERT INTO bench.{crowd} VALUES {}", rows.join(", "))).await
}

/// Runs a script on [`POOL`] connections for `duration`. `round` is another number for each run.
pub async fn run(script: &Script, data: &Data, duration: Duration, round: usize) -> Res<Measured> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("script.sql");
    std::fs::write(&file, script.text())?;
    let mut command = Command::new(servers::postgres_bindir().join("pgbench"));
    command.args(["-n", "-M", "prepared", "-j", "2", "-l", "-c", &POOL.to_string()]);
    command.args(["-T", &duration.as_secs().max(1).to_string(), "-f"]).arg(&file);
    command.arg("--log-prefix").arg(folder.path().join("times"));
    let milliseconds = chrono::Utc::now().timestamp_millis();
    let prefix = format!("{:08x}-{:04x}-7000-", milliseconds >> 16, milliseconds & 0xffff);
    let own = [("i", "0".to_owned()), ("slot", SLOTS.to_string()), ("round", round.to_string()), ("prefix", prefix)];
    let own = own.iter().map(|(name, value)| (*name, value.as_str()));
    for (name, value) in own.chain(script.constants.iter().map(|(name, value)| (name.as_str(), value.as_str()))) {
        command.arg("-D").arg(format!("{name}={value}"));
    }
    let begin = Instant::now();
    let output = command.arg(&data.url).stdin(Stdio::null()).kill_on_drop(true).output().await?;
    let elapsed = begin.elapsed();
    let (said, wrong) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if !output.status.success() {
        return fail(format!("pgbench: {wrong}\n{}", script.text()));
    }
    let mut measured = Measured { answered: 0, elapsed, latency: histogram()? };
    for entry in std::fs::read_dir(folder.path())? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with("times") {
            read_log(&std::fs::read_to_string(entry.path())?, &mut measured)?;
        }
    }
    measured.answered = measured.latency.len();
    // Its own figure leaves out the time to connect.
    let rate = said.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse::<f64>().ok());
    let rate = rate.filter(|rate| *rate > 0.0).ok_or_else(|| Failure(format!("pgbench said: {said}")))?;
    measured.elapsed = Duration::from_secs_f64(measured.answered as f64 / rate);
    Ok(measured)
}

/// Reads lines of `client transaction microseconds …`.
fn read_log(log: &str, measured: &mut Measured) -> Res<()> {
    for line in log.lines() {
        let time = line.split(' ').nth(2).and_then(|time| time.parse::<u64>().ok());
        let time = time.ok_or_else(|| Failure(format!("pgbench's log: {line}")))?;
        measured.latency.record(time.max(1))?;
    }
    Ok(())
}
