//! `linli audit`: checks that nothing recorded was altered or lost.

use std::process::ExitCode;

use clap::Subcommand;

use crate::infra::history;
use crate::state::{App, StartError};

/// What can be checked.
#[derive(Subcommand)]
pub enum AuditCommand {
    /// Check every ticket's hash chain against its events and its row.
    Verify,
}

/// Runs the check; fails when something is broken.
pub async fn run(command: AuditCommand, app: &App) -> Result<ExitCode, StartError> {
    let AuditCommand::Verify = command;
    let (breaks, checked) = history::verify_all(app.db.read())
        .await
        .map_err(|fault| StartError::fault("cannot read the history", &fault))?;
    for (id, found) in &breaks {
        println!("ticket {id}: {found:?}");
    }
    println!("{checked} histories checked, {} broken", breaks.len());
    Ok(if breaks.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
