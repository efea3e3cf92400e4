//! `linli serve` and `linli worker`.

use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use crate::clock::Clock;
use crate::config::Config;
use crate::demo;
use crate::http::{self, Server};
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
    http::check(&config)?;
    let config = if args.demo { demo::prepare(config).await? } else { config };
    let patience = Duration::from_secs(config.shutdown_seconds);
    let sms = sms::provider(&config);
    let app = App::start(config, Clock::system(), sms, args.demo).await?;
    let (stop, stopped) = watch::channel(false);
    let mut sandbox = None;
    if args.demo {
        demo::fill(&app).await?;
        sandbox = Some(demo::open_sandbox(&app).await?);
    }
    // Before anybody learns that the server is up: whoever starts it may stop it at once.
    let mut signals = Signals::catch()?;
    let server = Server::start(app.clone())
        .await
        .map_err(|error| StartError(format!("cannot listen on {}: {error}", app.config.listen)))?;
    let work = (!args.no_worker).then(|| tokio::spawn(worker::run(app.clone(), stopped)));
    println!("Linli listens on http://{}/graphql", server.address);
    if let Some(sandbox) = &sandbox {
        demo::print(&server.address, &sandbox.address);
    }
    signals.wait().await;
    // Nobody receives when there is no worker.
    let _ = stop.send(true);
    server.stop(patience).await;
    if let Some(sandbox) = sandbox {
        sandbox.stop().await;
    }
    if let Some(work) = work {
        // A worker that panicked has said so in the log.
        let _ = tokio::time::timeout(patience, work).await;
    }
    Ok(ExitCode::SUCCESS)
}

/// Does the background work alone, until the process is told to stop.
pub async fn work(config: Config) -> Result<ExitCode, StartError> {
    let sms = sms::provider(&config);
    let app = App::start(config.unhurried(), Clock::system(), sms, false).await?;
    let (stop, stopped) = watch::channel(false);
    let mut signals = Signals::catch()?;
    let work = tokio::spawn(worker::run(app, stopped));
    signals.wait().await;
    let _ = stop.send(true);
    work.await.map_err(|_| StartError("the worker panicked".to_owned()))?;
    Ok(ExitCode::SUCCESS)
}

/// The signals that end the program, caught from the moment that this is made.
pub(super) struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    pub(super) fn catch() -> Result<Self, StartError> {
        let failed = |error: std::io::Error| StartError(format!("cannot wait for signals: {error}"));
        Ok(Self {
            terminate: signal(SignalKind::terminate()).map_err(failed)?,
            interrupt: signal(SignalKind::interrupt()).map_err(failed)?,
        })
    }

    pub(super) async fn wait(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
