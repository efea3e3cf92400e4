//! Background work: what must happen though nobody asks for it.

use std::time::Duration;

use tokio::sync::watch;

use crate::domains::{identity, uploads};
use crate::error::Error;
use crate::infra::idempotency;
use crate::state::App;

/// Works until `stop` turns true. A round that fails is logged, and the next one tries again.
pub async fn run(app: App, mut stop: watch::Receiver<bool>) {
    let mut rounds = tokio::time::interval(Duration::from_secs(app.config.housekeeping_seconds));
    loop {
        tokio::select! {
            _ = rounds.tick() => {}
            // An error means that whoever could stop us is gone.
            _ = stop.wait_for(|stop| *stop) => return,
        }
        match housekeeping(&app).await {
            Ok(0) => {}
            Ok(rows) => tracing::info!(rows, "worker.housekeeping"),
            Err(error) => tracing::error!(cause = ?error, "worker.housekeeping_failed"),
        }
    }
}

/// Deletes what has expired; how many rows were seen to.
pub async fn housekeeping(app: &App) -> Result<u64, Error> {
    let sessions = identity::delete_expired(app).await?;
    let now = app.clock.now();
    let keys = app
        .db
        .write_background(move |tx| Box::pin(async move { Ok(idempotency::forget_expired(tx, now).await?) }))
        .await?;
    // Last, because it may wait for the object store.
    Ok(sessions + keys + uploads::sweep(app).await?)
}
