//! One case: its scripts, its checks, and rounds in which server and references take turns.

use std::sync::Arc;
use std::time::Duration;

use crate::capture::capture;
use crate::cases::Case;
use crate::city::Person;
use crate::data::Data;
use crate::failure::{Failure, Res, fail};
use crate::load::{self, Measured};
use crate::pgbench::{self, Script};
use crate::replay;
use crate::report::{CaseFigures, Figures};
use crate::server::Server;

/// How much is measured.
pub struct Plan {
    /// Rounds.
    pub rounds: usize,
    /// Time of each measurement.
    pub measured: Duration,
    /// Time of each warm-up.
    pub warm_up: Duration,
}

/// Measures a case.
pub async fn measure(case: &Arc<dyn Case>, data: &Data, people: &Arc<Vec<Person>>, plan: &Plan) -> Res<CaseFigures> {
    let name = case.name();
    let Some(person) = people.first() else { return fail("nobody signed in") };
    let captured = capture(case.as_ref(), data, person).await?;
    let same = replay::script(data, person, &captured, case.as_ref()).await?;
    let joined = Script::joined(case.crowd().table(), case.joined());
    let server = Server::start(data).await?;
    eprintln!("{name}: {} statements a request; checking answers", same.statements());
    case.check(data, server.address, people).await?;
    let mut number = 0;
    let mut next = || {
        number += 1;
        number
    };
    load::run(case, server.address, people, plan.warm_up, 0).await?;
    pgbench::run(&same, data, plan.warm_up, next()).await?;
    pgbench::run(&joined, data, plan.warm_up, next()).await?;
    let (mut ours, mut theirs, mut best) = (Vec::new(), Vec::new(), Vec::new());
    for round in 1..=plan.rounds {
        let before = counts(case.as_ref(), data).await?;
        let measured = load::run(case, server.address, people, plan.measured, round as u64).await?;
        let after = counts(case.as_ref(), data).await?;
        grown(case.as_ref(), &before, &after, &measured)?;
        ours.push(measured);
        theirs.push(pgbench::run(&same, data, plan.measured, next()).await?);
        best.push(pgbench::run(&joined, data, plan.measured, next()).await?);
        eprintln!("{name}: round {round}: {}", [&ours, &theirs, &best].map(|measured| last_rate(measured)).join("  "));
    }
    server.stop().await?;
    Ok(CaseFigures {
        name,
        statements: same.statements(),
        server: Figures::of(&ours)?,
        same: Figures::of(&theirs)?,
        joined: Figures::of(&best)?,
    })
}

fn last_rate(measured: &[Measured]) -> String {
    format!("{:.0}/s", measured.last().map_or(0.0, Measured::rate))
}

async fn counts(case: &dyn Case, data: &Data) -> Res<Vec<(&'static str, i64)>> {
    let mut counts = Vec::new();
    for table in case.adds_rows_to() {
        counts.push((*table, data.number(&format!("SELECT count(*) FROM {table}")).await?));
    }
    Ok(counts)
}

/// Each acknowledged request added its rows to each table, and nothing else did.
fn grown(case: &dyn Case, before: &[(&str, i64)], after: &[(&str, i64)], measured: &Measured) -> Res<()> {
    for ((table, before), (_, after)) in before.iter().zip(after) {
        let (grown, answered) = (after - before, measured.answered * case.rows_each());
        if u64::try_from(grown) != Ok(answered) {
            return Err(Failure(format!("{}: {answered} acknowledged, {grown} rows in {table}", case.name())));
        }
    }
    Ok(())
}
