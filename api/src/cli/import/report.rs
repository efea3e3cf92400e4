//! What an import prints.

use std::fmt::Display;
use std::process::ExitCode;

use crate::domains::billing::{FeesCounts, ReadingsCounts};
use crate::domains::estate::{CommunitiesCounts, RegisterCounts};
use crate::domains::tickets::CasesCounts;
use crate::error::{Error, Locale};
use crate::infra::bulk::{ImportError, Outcome, Problems, decimal};

pub(super) fn communities(outcome: &Outcome<CommunitiesCounts>) -> ExitCode {
    let counts = &outcome.counts;
    let mut lines = vec![
        line("organizations", counts.organizations.tally()),
        line("communities", counts.communities.tally()),
        line("buildings", counts.buildings.tally()),
        line("units", counts.units),
    ];
    if counts.homeless_households > 0 {
        lines.push(line("no units for", format!("{} households without buildings", counts.homeless_households)));
    }
    summary(outcome, &lines)
}

pub(super) fn register(outcome: &Outcome<RegisterCounts>) -> ExitCode {
    let counts = &outcome.counts;
    if counts.kept.total > 0 {
        eprintln!("stored facts that differ from the file, and were kept: {}", counts.kept.total);
        problems(&counts.kept);
    }
    let lines = [
        line("buildings", counts.buildings.tally()),
        line("units", format!("{}, {} completed", counts.units.tally(), counts.filled.len())),
        line("residencies", counts.residencies),
    ];
    summary(outcome, &lines)
}

pub(super) fn cases(outcome: &Outcome<CasesCounts>) -> ExitCode {
    let counts = &outcome.counts;
    let on_time = counts.closed_with_target - counts.missed;
    let lines = [
        line("organizations", counts.organizations.tally()),
        line("communities", counts.communities.tally()),
        line("buildings", counts.buildings.tally()),
        line("categories", counts.categories.tally()),
        line("tickets", counts.tickets),
        line("closed", format!("{} of {}", counts.closed, outcome.rows)),
        line("on time", format!("{on_time} of {} closed that had a target", counts.closed_with_target)),
    ];
    summary(outcome, &lines)
}

pub(super) fn fees(outcome: &Outcome<FeesCounts>) -> ExitCode {
    let counts = &outcome.counts;
    let lines = [
        line("payers", format!("{} created", counts.payers.len())),
        line("bills", format!("{} created", counts.bills)),
        line("charges", counts.charges),
        line("billed", decimal(counts.billed.0, 2)),
        line("paid", decimal(counts.paid.0, 2)),
    ];
    summary(outcome, &lines)
}

pub(super) fn readings(outcome: &Outcome<ReadingsCounts>) -> ExitCode {
    summary(outcome, &[line("readings", outcome.counts.readings)])
}

/// Prints why an import could not be done. The operator sees the cause, which a client of the API never does.
pub(super) fn error(error: &ImportError) {
    match error {
        ImportError::Unusable(reason) => eprintln!("error: {reason}"),
        ImportError::Failed(Error::Refused(refusal)) => {
            eprintln!("error: {}: {}", refusal.code.as_str(), refusal.message(Locale::English));
        }
        ImportError::Failed(error) => eprintln!("error: the import failed: {error:?}"),
    }
}

fn summary<N>(outcome: &Outcome<N>, lines: &[String]) -> ExitCode {
    if outcome.problems.total > 0 {
        eprintln!("bad rows: {}", outcome.problems.rows);
        problems(&outcome.problems);
    }
    println!("{}", line("rows", format!("{} good, {} bad", outcome.rows, outcome.problems.rows)));
    if outcome.dry {
        lines.iter().for_each(|line| println!("{line}"));
        println!("nothing was written: --dry-run");
        return ExitCode::SUCCESS;
    }
    if outcome.refused {
        println!("nothing was written: --strict, and there are bad rows");
        return ExitCode::FAILURE;
    }
    lines.iter().for_each(|line| println!("{line}"));
    println!("{}", line("file", format!("sha256 {}", hex::encode(outcome.sha256))));
    ExitCode::SUCCESS
}

fn problems(problems: &Problems) {
    problems.shown.iter().for_each(|problem| eprintln!("  {problem}"));
    match problems.total - problems.shown.len() as u64 {
        0 => {}
        more => eprintln!("  … and {more} more"),
    }
}

fn line(label: &str, value: impl Display) -> String {
    format!("{label:<14} {value}")
}
