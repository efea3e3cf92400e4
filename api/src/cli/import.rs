//! `linli import …`: reads the arguments, runs an importer, prints what it did.
//!
//! Progress and bad rows go to stderr, the summary to stdout. The exit code is 1 when `--strict` kept the file out.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use entities::values::OrganizationId;

use crate::clock::Clock;
use crate::db::Db;
use crate::domains::billing::{import_fees, import_readings};
use crate::domains::estate::{
    CommunitiesOptions, Households, RegisterTarget, import_communities, import_register, register_template,
};
use crate::domains::tickets::{self, CasesOptions, import_cases};
use crate::infra::bulk::{Distinct, FileRun, ImportError, Outcome, Progress};
use crate::infra::history::{self, ImportRun};
use crate::state::App;

mod arguments;
mod report;

pub use arguments::{BooksArgs, CasesArgs, CommunitiesArgs, ImportCommand, RegisterArgs};

impl ImportCommand {
    /// Where to write a template, when that is all that is wanted: it needs no database.
    pub fn template(&self) -> Option<&Path> {
        match self {
            Self::Register(arguments) => arguments.template.as_deref(),
            Self::Communities(_) | Self::Cases(_) | Self::Fees(_) | Self::Readings(_) => None,
        }
    }
}

/// Writes the register's template to a file, or to stdout for `-`.
pub fn write_template(target: &Path) -> Result<ExitCode, ImportError> {
    use std::io::Write as _;
    let text = register_template()?;
    let written = if target.as_os_str() == "-" {
        std::io::stdout().lock().write_all(&text)
    } else {
        std::fs::write(target, text)
    };
    written.map_err(|error| ImportError::unusable(format!("{}: {error}", target.display())))?;
    Ok(ExitCode::SUCCESS)
}

/// What an import leaves its caller to do: seed organizations that have no defaults yet, record the run.
#[derive(Debug)]
pub struct Imported {
    /// 1 when `--strict` kept the file out.
    pub exit: ExitCode,
    /// The organizations of the file; `created` are this run's. None when nothing was written.
    pub organizations: Distinct<OrganizationId>,
    /// Good rows of the file.
    pub rows: u64,
    /// The SHA-256 of the file.
    pub sha256: [u8; 32],
}

impl Imported {
    fn of<N>(exit: ExitCode, outcome: &Outcome<N>, organizations: Distinct<OrganizationId>) -> Self {
        Self { exit, organizations, rows: outcome.rows, sha256: outcome.sha256 }
    }
}

/// Runs an import, prints what it did, gives new organizations what every one starts with, and records the run.
pub async fn run(command: ImportCommand, app: &App) -> ExitCode {
    match run_and_record(command, app).await {
        Ok(code) => code,
        Err(error) => fail(&error),
    }
}

async fn run_and_record(command: ImportCommand, app: &App) -> Result<ExitCode, ImportError> {
    let imported = import(command, &app.db, &app.clock).await?;
    // Every organization of the file, not the new ones alone: an earlier run may have been cut off before this.
    for org in &imported.organizations.all {
        tickets::ensure_defaults(&app.db, &app.clock, *org).await?;
        let run = ImportRun { org_id: *org, sha256: imported.sha256, rows: imported.rows };
        history::record_import(&app.db, &app.clock, run).await?;
    }
    Ok(imported.exit)
}

async fn import(command: ImportCommand, db: &Db, clock: &Clock) -> Result<Imported, ImportError> {
    match command {
        ImportCommand::Communities(arguments) => communities(arguments, db, clock).await,
        ImportCommand::Register(arguments) => register(arguments, db, clock).await,
        ImportCommand::Cases(arguments) => cases(arguments, db, clock).await,
        ImportCommand::Fees(arguments) => fees(arguments, db, clock).await,
        ImportCommand::Readings(arguments) => readings(arguments, db, clock).await,
    }
}

/// Prints why an import could not be done.
pub fn fail(error: &ImportError) -> ExitCode {
    report::error(error);
    ExitCode::FAILURE
}

async fn communities(arguments: CommunitiesArgs, db: &Db, clock: &Clock) -> Result<Imported, ImportError> {
    let options = CommunitiesOptions {
        time_zone: arguments.time_zone,
        currency: arguments.currency,
        units: arguments.with_units.then_some(Households { area: arguments.assume_area }),
    };
    let file = file_run(arguments.file, arguments.strict, "communities");
    let outcome = import_communities(db, clock, &file, options).await?;
    let exit = report::communities(&outcome);
    Ok(Imported::of(exit, &outcome, outcome.counts.organizations.clone()))
}

async fn register(arguments: RegisterArgs, db: &Db, clock: &Clock) -> Result<Imported, ImportError> {
    let (Some(path), Some(community)) = (arguments.file, arguments.community) else {
        return Err(ImportError::unusable("name a file and a community"));
    };
    let target = RegisterTarget::find(db, &community, arguments.organization.as_deref()).await?;
    let file = file_run(path, arguments.strict, "register");
    let mut organizations = Distinct::default();
    organizations.all.insert(target.organization);
    let outcome = import_register(db, clock, &file, target).await?;
    let exit = report::register(&outcome);
    Ok(Imported::of(exit, &outcome, if outcome.refused { Distinct::default() } else { organizations }))
}

async fn cases(arguments: CasesArgs, db: &Db, clock: &Clock) -> Result<Imported, ImportError> {
    let CasesArgs { file, organization, time_zone, currency, strict } = arguments;
    let file = file_run(file, strict, "cases");
    let outcome = import_cases(db, clock, &file, CasesOptions { organization, time_zone, currency }).await?;
    let exit = report::cases(&outcome);
    Ok(Imported::of(exit, &outcome, outcome.counts.organizations.clone()))
}

async fn fees(arguments: BooksArgs, db: &Db, clock: &Clock) -> Result<Imported, ImportError> {
    let BooksArgs { file, organization, strict, dry_run } = arguments;
    let file = FileRun { dry: dry_run, ..file_run(file, strict, "fees") };
    let outcome = import_fees(db, clock, &file, &organization).await?;
    let exit = report::fees(&outcome);
    Ok(Imported::of(exit, &outcome, kept(&outcome, &outcome.counts.organizations)))
}

async fn readings(arguments: BooksArgs, db: &Db, clock: &Clock) -> Result<Imported, ImportError> {
    let BooksArgs { file, organization, strict, dry_run } = arguments;
    let file = FileRun { dry: dry_run, ..file_run(file, strict, "readings") };
    let outcome = import_readings(db, clock, &file, &organization).await?;
    let exit = report::readings(&outcome);
    Ok(Imported::of(exit, &outcome, kept(&outcome, &outcome.counts.organizations)))
}

/// The organizations that something was kept of.
fn kept<N>(outcome: &Outcome<N>, organizations: &Distinct<OrganizationId>) -> Distinct<OrganizationId> {
    if outcome.dry || outcome.refused { Distinct::default() } else { organizations.clone() }
}

fn file_run(path: PathBuf, strict: bool, label: &'static str) -> FileRun {
    FileRun { path, strict, dry: false, progress: Progress::on_terminal(label) }
}
