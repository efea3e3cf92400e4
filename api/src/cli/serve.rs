//! `linli serve` and `linli worker`.

use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::clock::Clock;
use crate::config::Config;
use crate::demo;
use crate::http::Server;
use crate::infra::sms;
use crate::state::{App, StartError};
use crate::worker;

/// What `linli serve` can be told.
#[derive(Args, Default)]
pub struct ServeArgs {
    /// Make a demo community in a database of its own, open GraphiQL, and print demo accounts.
    #[arg(long)]
    pub demo: bool,
    /// Leave the background work to `linli worker`.
    #[arg(long)]
    pub no_worker: bool,
}

/// Serves until the process is told to stop.
pub async fn serve(config: Config, args: ServeArgs) -> Result<ExitCode, StartError> {
    let config = if args.demo { demo::prepare(config).await? } else { config };
    let patience = Duration::from_secs(config.shutdown_seconds);
    let sms = sms::provider(&config);
    let app = App::start(config, Clock::system(), sms, args.demo).await?;
    let (stop, stopped) = watch::channel(false);
    if args.demo {
        demo::fill(&app).await?;
    }
    let server = Server::start(app.clone())
        .await
        .map_err(|error| StartError(format!("cannot listen on {}: {error}", app.config.listen)))?;
    let work = (!args.no_worker).then(|| tokio::spawn(worker::run(app.clone(), stopped)));
    println!("Linli listens on http://{}/graphql", server.address);
    if args.demo {
        demo::print(&server.address);
    }
    told_to_stop().await?;
    // Nobody receives when there is no worker.
    let _ = stop.send(true);
    server.stop(patience).await;
    if let Some(work) = work {
        // A worker that panicked has said so in the log.
        let _ = tokio::time::timeout(patience, work).await;
    }
    Ok(ExitCode::SUCCESS)
}

/// Does the background work alone, until the process is told to stop.
pub async fn work(config: Config) -> Result<ExitCode, StartError> {
    let sms = sms::provider(&config);
    let app = App::start(config, Clock::system(), sms, false).await?;
    let (stop, stopped) = watch::channel(false);
    let work = tokio::spawn(worker::run(app, stopped));
    told_to_stop().await?;
    let _ = stop.send(true);
    work.await.map_err(|_| StartError("the worker panicked".to_owned()))?;
    Ok(ExitCode::SUCCESS)
}

async fn told_to_stop() -> Result<(), StartError> {
    let failed = |error: std::io::Error| StartError(format!("cannot wait for signals: {error}"));
    let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}
