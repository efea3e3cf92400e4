//! The command line of `linli`.

mod admin;
mod audit;
mod import;
mod keys;
mod sandbox_gateway;
mod serve;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tracing_subscriber::EnvFilter;

use crate::clock::Clock;
use crate::config::{Config, LogFormat};
use crate::db::{Db, DbOptions};
use crate::infra::sms;
use crate::state::{App, StartError};

/// The service behind the apps of a property-management company.
#[derive(Parser)]
#[command(name = "linli", version, about)]
struct Cli {
    /// Configuration file; see `linli config` for every key.
    #[arg(long, global = true, env = "LINLI_CONFIG")]
    config: Option<PathBuf>,
    /// Database, sqlite:PATH or postgres://…; wins over file and variable.
    #[arg(long, global = true)]
    database_url: Option<String>,
    /// Address to listen on; wins over file and variable.
    #[arg(long, global = true)]
    listen: Option<String>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the API, and do the background work (the default).
    Serve(serve::ServeArgs),
    /// Do the background work alone.
    Worker,
    /// Bring the database's schema up to date.
    Migrate,
    /// Print the GraphQL schema.
    Schema,
    /// Print the configuration file with every default.
    Config,
    /// Bring data in from files.
    #[command(subcommand)]
    Import(import::ImportCommand),
    /// Check what is recorded.
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Administer organizations and accounts.
    #[command(subcommand)]
    Admin(admin::AdminCommand),
    /// Run a payment gateway that moves no money, for demonstrations and tests.
    SandboxGateway(sandbox_gateway::SandboxArgs),
}

/// Runs the program.
pub async fn main() -> ExitCode {
    match run(Cli::parse()).await {
        Ok(code) => code,
        Err(StartError(text)) => {
            eprintln!("linli: {text}");
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> Result<ExitCode, StartError> {
    let command = cli.command.unwrap_or(Command::Serve(serve::ServeArgs::default()));
    let mut flags: Vec<(&str, String)> = Vec::new();
    if let Command::Serve(args) = &command
        && args.demo
        && std::env::var_os("LINLI_DATABASE_URL").is_none()
    {
        flags.push(("database_url", "sqlite:linli-demo.db".to_owned()));
    }
    flags.extend(cli.database_url.map(|url| ("database_url", url)));
    flags.extend(cli.listen.clone().map(|listen| ("listen", listen)));
    if let Command::Import(command) = &command
        && let Some(target) = command.template()
    {
        return Ok(import::write_template(target).unwrap_or_else(|error| import::fail(&error)));
    }
    match command {
        Command::Schema => {
            print!("{}", crate::graphql::sdl());
            return Ok(ExitCode::SUCCESS);
        }
        Command::Config => {
            print!("{}", crate::config::DEFAULT);
            return Ok(ExitCode::SUCCESS);
        }
        _ => {}
    }
    let config = Config::load(cli.config.as_ref(), &flags)?;
    log(&config)?;
    match command {
        Command::Serve(args) => serve::serve(config, args).await,
        Command::Worker => serve::work(config).await,
        Command::Migrate => migrate(&config).await,
        Command::Audit(command) => audit::run(command, &start(config).await?).await,
        Command::Import(command) => Ok(import::run(command, &start(config).await?).await),
        Command::Admin(command) => admin::run(command, &start(config).await?).await,
        Command::SandboxGateway(args) => sandbox_gateway::run(args, cli.listen).await,
        Command::Schema | Command::Config => Ok(ExitCode::SUCCESS),
    }
}

/// The application for a command that serves nobody.
async fn start(config: Config) -> Result<App, StartError> {
    let sms = sms::provider(&config);
    App::start(config.unhurried(), Clock::system(), sms, false).await
}

async fn migrate(config: &Config) -> Result<ExitCode, StartError> {
    let options = DbOptions { url: config.database_url.clone(), pool: config.database_pool };
    let db = Db::connect(&options).await.map_err(|fault| StartError::fault("cannot connect", &fault))?;
    db.migrate().await.map_err(|fault| StartError::fault("cannot migrate", &fault))?;
    println!("the schema is up to date");
    Ok(ExitCode::SUCCESS)
}

fn log(config: &Config) -> Result<(), StartError> {
    let filter =
        EnvFilter::try_new(&config.log).map_err(|error| StartError(format!("configuration: `log`: {error}")))?;
    let colours = std::io::IsTerminal::is_terminal(&std::io::stderr());
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(colours);
    match config.log_format {
        LogFormat::Text => lines.init(),
        LogFormat::Json => lines.json().flatten_event(true).init(),
    }
    Ok(())
}
