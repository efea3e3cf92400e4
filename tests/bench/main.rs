//! The benchmark: `scripts/bench`. The real server over HTTP against pgbench with the same statements on the same data.
//!
//! `docs/performance.md` says what is measured and how to read it.

// Optimized, the schema's futures nest deeper than the compiler's own limit.
#![recursion_limit = "256"]

mod capture;
mod cases;
mod city;
mod data;
mod failure;
mod load;
mod pgbench;
mod random;
mod replay;
mod report;
mod rounds;
mod server;

use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;

use crate::data::Data;
use crate::failure::{Failure, Res};
use crate::report::Report;
use crate::rounds::Plan;

/// Measures the server against its own statements in pgbench.
#[derive(Parser)]
struct Arguments {
    /// A small city and short rounds: shows that everything works; the figures mean nothing.
    #[arg(long)]
    quick: bool,
    /// Only cases whose name contains this.
    #[arg(long)]
    case: Option<String>,
    /// Rounds of each case.
    #[arg(long)]
    rounds: Option<usize>,
    /// Seconds of each measurement.
    #[arg(long)]
    seconds: Option<u64>,
    /// Where to write the figures as JSON.
    #[arg(long)]
    json: Option<PathBuf>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::process::ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(Failure(text)) => {
            eprintln!("bench: {text}");
            std::process::ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Res<()> {
    let quick = arguments.quick;
    let plan = Plan {
        rounds: arguments.rounds.unwrap_or(if quick { 1 } else { 3 }),
        measured: Duration::from_secs(arguments.seconds.unwrap_or(if quick { 2 } else { 10 })),
        warm_up: Duration::from_secs(if quick { 1 } else { 5 }),
    };
    let (communities, people) = if quick { (4, 200) } else { (200, 2_000) };
    let data = Data::create().await?;
    let crowds = city::build(&data, communities, people).await?;
    let mut report = Report::new(&data, communities, quick).await?;
    for case in cases::all() {
        if arguments.case.as_deref().is_none_or(|part| case.name().contains(part)) {
            report.add(rounds::measure(&case, &data, crowds.of(case.crowd()), &plan).await?);
        }
    }
    print!("{}", report.table());
    match &arguments.json {
        Some(file) => std::fs::write(file, format!("{:#}\n", report.json()))?,
        None => println!("{:#}", report.json()),
    }
    Ok(())
}
