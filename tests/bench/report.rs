//! The figures, as a table and as JSON, with the machine that they are of.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::data::{Data, POOL};
use crate::failure::Res;
use crate::load::{CONNECTIONS, Measured, histogram};

/// PostgreSQL's settings that matter.
const SETTINGS: &str = "'fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers', 'max_wal_size', \
    'wal_compression', 'jit', 'effective_cache_size', 'random_page_cost'";

/// What one side reached.
pub struct Figures {
    /// Requests a second of each round.
    pub rates: Vec<f64>,
    /// Latency of all rounds in microseconds: median, 95th and 99th percentile.
    pub latency: [u64; 3],
}

/// The figures of a case.
pub struct CaseFigures {
    /// Its name.
    pub name: &'static str,
    /// Statements of a request, begin and commit included.
    pub statements: usize,
    /// The server over HTTP.
    pub server: Figures,
    /// P: the same statements in pgbench.
    pub same: Figures,
    /// J: one hand-written statement in pgbench.
    pub joined: Figures,
}

/// Everything that is reported.
pub struct Report {
    machine: Value,
    quick: bool,
    cases: Vec<CaseFigures>,
}

impl Figures {
    /// Of all rounds.
    pub fn of(rounds: &[Measured]) -> Res<Self> {
        let mut all = histogram()?;
        for round in rounds {
            all.add(&round.latency)?;
        }
        let latency = [0.5, 0.95, 0.99].map(|part| all.value_at_quantile(part));
        Ok(Self { rates: rounds.iter().map(Measured::rate).collect(), latency })
    }

    /// The median round's requests a second.
    pub fn rate(&self) -> f64 {
        let mut sorted = self.rates.clone();
        sorted.sort_by(f64::total_cmp);
        let middle = sorted.len() / 2;
        if sorted.len() % 2 == 1 { sorted[middle] } else { (sorted[middle - 1] + sorted[middle]) / 2.0 }
    }

    fn json(&self) -> Value {
        json!({
            "requestsPerSecond": rounded(self.rate(), 1),
            "rounds": self.rates.iter().map(|rate| rounded(*rate, 1)).collect::<Vec<_>>(),
            "latencyMicroseconds": { "p50": self.latency[0], "p95": self.latency[1], "p99": self.latency[2] },
        })
    }
}

fn rounded(value: f64, digits: i32) -> f64 {
    let scale = 10_f64.powi(digits);
    (value * scale).round() / scale
}

impl Report {
    /// Starts with the machine's facts.
    pub async fn new(data: &Data, communities: usize, quick: bool) -> Res<Self> {
        let mut settings = serde_json::Map::new();
        for row in data
            .rows(&format!("SELECT name, current_setting(name) AS value FROM pg_settings WHERE name IN ({SETTINGS})"))
            .await?
        {
            settings.insert(row["name"].as_str().unwrap_or_default().to_owned(), row["value"].clone());
        }
        let version = data.rows("SELECT current_setting('server_version') AS version").await?;
        let tickets = data.number("SELECT count(*) FROM ticket").await?;
        let machine = json!({
            "cores": std::thread::available_parallelism().map_or(0, usize::from),
            "processor": fact("/proc/cpuinfo", "model name"),
            "memory": fact("/proc/meminfo", "MemTotal"),
            "postgresql": version.first().map(|row| row["version"].clone()),
            "settings": settings,
            "pool": POOL,
            "connections": CONNECTIONS,
            "communities": communities,
            "tickets": tickets,
        });
        Ok(Self { machine, quick, cases: Vec::new() })
    }

    /// Adds a case.
    pub fn add(&mut self, case: CaseFigures) {
        self.cases.push(case);
    }

    /// The figures for people.
    pub fn table(&self) -> String {
        let mut table = String::new();
        if self.quick {
            table.push_str("A quick run: it shows that everything works; the figures mean nothing.\n");
        }
        let _ = writeln!(
            table,
            "| case | who | requests/s | p50 ms | p95 ms | p99 ms | server ÷ |\n|---|---|---:|---:|---:|---:|---:|"
        );
        for case in &self.cases {
            let same = format!("P: its {} statements in pgbench", case.statements);
            let sides = [
                ("server".to_owned(), &case.server),
                (same, &case.same),
                ("J: one joined statement in pgbench".to_owned(), &case.joined),
            ];
            for (who, figures) in sides {
                let [p50, p95, p99] = figures.latency.map(|time| time as f64 / 1_000.0);
                let ratio = case.server.rate() / figures.rate();
                let _ = writeln!(
                    table,
                    "| {} | {who} | {:.0} | {p50:.2} | {p95:.2} | {p99:.2} | {ratio:.2} |",
                    case.name,
                    figures.rate()
                );
            }
        }
        table
    }

    /// The figures for machines.
    pub fn json(&self) -> Value {
        let cases = self.cases.iter().map(|case| {
            json!({
                "name": case.name,
                "statements": case.statements,
                "server": case.server.json(),
                "sameStatements": case.same.json(),
                "joinedStatement": case.joined.json(),
                "serverToSame": rounded(case.server.rate() / case.same.rate(), 3),
                "serverToJoined": rounded(case.server.rate() / case.joined.rate(), 3),
            })
        });
        json!({ "quick": self.quick, "machine": self.machine, "cases": cases.collect::<Vec<_>>() })
    }
}

/// The value of `name` in a file of `name : value` lines.
fn fact(file: &str, name: &str) -> Option<String> {
    let text = std::fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}
