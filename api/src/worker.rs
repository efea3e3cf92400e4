//! Background work: what must happen though nobody asks for it.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::MissedTickBehavior;

use crate::domains::{identity, tickets};
use crate::error::Error;
use crate::infra::idempotency;
use crate::state::App;

/// Works until `stop` turns true. A round that fails is logged, and the next one tries again.
pub async fn run(app: App, mut stop: watch::Receiver<bool>) {
    let mut rounds = tokio::time::interval(Duration::from_secs(app.config.housekeeping_seconds));
    let mut dispatches = tokio::time::interval(Duration::from_secs(app.config.auto_dispatch_seconds));
    // A long round is not made up for by many short ones.
    dispatches.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let dispatch = tokio::select! {
            _ = rounds.tick() => false,
            _ = dispatches.tick() => true,
            // An error means that whoever could stop us is gone.
            _ = stop.wait_for(|stop| *stop) => return,
        };
        if dispatch {
            match tickets::dispatch_waiting(&app).await {
                Ok(0) => {}
                Ok(given) => tracing::info!(given, "worker.auto_dispatch"),
                Err(error) => tracing::error!(cause = ?error, "worker.auto_dispatch_failed"),
            }
        } else {
            match housekeeping(&app).await {
                Ok(0) => {}
                Ok(rows) => tracing::info!(rows, "worker.housekeeping"),
                Err(error) => tracing::error!(cause = ?error, "worker.housekeeping_failed"),
            }
        }
    }
}

/// Deletes what has expired; how many rows went.
pub async fn housekeeping(app: &App) -> Result<u64, Error> {
    let sessions = identity::delete_expired(app).await?;
    let now = app.clock.now();
    let keys = app
        .db
        .write_background(move |tx| Box::pin(async move { Ok(idempotency::forget_expired(tx, now).await?) }))
        .await?;
    Ok(sessions + keys)
}
