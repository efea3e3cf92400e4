//! Background work: what must happen though nobody asks for it.

use std::time::Duration;

use tokio::sync::watch;

use crate::domains::{identity, tickets};
use crate::error::Error;
use crate::infra::idempotency;
use crate::state::App;

/// Works until `stop` turns true. A round that fails is logged, and the next one tries again.
pub async fn run(app: App, mut stop: watch::Receiver<bool>) {
    let mut housekeeping_due = tokio::time::interval(Duration::from_secs(app.config.housekeeping_seconds));
    let mut clocks_due = tokio::time::interval(Duration::from_secs(app.config.clock_seconds));
    loop {
        let housekeeps = tokio::select! {
            _ = housekeeping_due.tick() => true,
            _ = clocks_due.tick() => false,
            // An error means that whoever could stop us is gone.
            _ = stop.wait_for(|stop| *stop) => return,
        };
        if housekeeps {
            log("housekeeping", housekeeping(&app).await);
        } else {
            log("clocks", clocks(&app).await);
        }
    }
}

fn log(job: &'static str, outcome: Result<u64, Error>) {
    match outcome {
        Ok(0) => {}
        Ok(count) => tracing::info!(job, count, "worker.done"),
        Err(error) => tracing::error!(job, cause = ?error, "worker.failed"),
    }
}

/// Does what the time demands: tells of tickets' clocks that run out; how much was done.
pub async fn clocks(app: &App) -> Result<u64, Error> {
    tickets::escalate(app).await
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
