//! The `linli` binary, for the time being with its importers only.

use std::process::ExitCode;

use api::cli::import::{self, ImportCommand};
use api::clock::Clock;
use api::db::{Db, DbOptions};
use api::error::Error;
use api::infra::bulk::ImportError;
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "linli")]
struct Arguments {
    #[arg(long, env = "LINLI_DATABASE_URL", default_value = "sqlite:linli.db")]
    database_url: String,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Brings data in from files.
    #[command(subcommand)]
    Import(ImportCommand),
}

#[tokio::main]
async fn main() -> ExitCode {
    let Arguments { database_url, command: Command::Import(command) } = Arguments::parse();
    match run(database_url, command).await {
        Ok(code) => code,
        Err(error) => import::fail(&error),
    }
}

async fn run(url: String, command: ImportCommand) -> Result<ExitCode, ImportError> {
    if let Some(target) = command.template() {
        return import::write_template(target);
    }
    let db = Db::connect(&DbOptions { url, pool: 4 }).await.map_err(Error::from)?;
    db.migrate().await.map_err(Error::from)?;
    Ok(import::run(command, &db, &Clock::system()).await?.exit)
}
