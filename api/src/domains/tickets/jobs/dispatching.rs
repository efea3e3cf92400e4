//! Automatic dispatch.

use chrono::Duration;

use super::super::{repo, service};
use crate::error::Error;
use crate::state::App;

/// How many waiting tickets are read at a time.
const BATCH: u64 = 100;
/// After so many minutes a ticket that nobody could get is tried again; at once, when somebody comes on duty.
const RETRY_MINUTES: i64 = 5;

/// Gives the tickets that wait in communities with automatic dispatch to whoever should get them; how many went.
///
/// Any number of workers may do it at once: each ticket is given away by a conditional update.
pub async fn dispatch_waiting(app: &App) -> Result<u64, Error> {
    let (mut given, mut after) = (0, None);
    loop {
        let now = app.clock.now();
        let retry = now - Duration::minutes(RETRY_MINUTES);
        let batch = repo::waiting(app.db.read(), retry, after, BATCH).await?;
        let Some(last) = batch.last().copied() else { return Ok(given) };
        let ids: Vec<_> = batch.iter().map(|waiting| waiting.id).collect();
        let noted = ids.clone();
        app.db
            .write_background(move |tx| {
                let ids = noted.clone();
                Box::pin(async move { Ok(repo::note_tried(tx, &ids, now).await?) })
            })
            .await?;
        for id in ids {
            match service::dispatch_automatically(app, id).await {
                Ok(true) => given += 1,
                Ok(false) => {}
                // One ticket's fault is not the others'.
                Err(error) => tracing::error!(ticket = %id.0, cause = ?error, "tickets.auto_dispatch_failed"),
            }
        }
        if (batch.len() as u64) < BATCH {
            return Ok(given);
        }
        after = Some(last);
    }
}
