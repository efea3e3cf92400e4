//! Housekeeping of identity.

use chrono::Duration;

use super::repo;
use crate::error::Error;
use crate::state::App;

/// Codes and tries are of no use after a day; sessions are kept so long after their end, for questions.
const SESSION_KEPT_DAYS: i64 = 30;

/// Deletes expired codes, tries and sessions; how many rows went.
pub async fn delete_expired(app: &App) -> Result<u64, Error> {
    let now = app.clock.now();
    app.db
        .write_background(move |tx| {
            Box::pin(async move {
                let codes = repo::delete_old(tx, now - Duration::days(1)).await?;
                let sessions = repo::delete_sessions(tx, now - Duration::days(SESSION_KEPT_DAYS)).await?;
                Ok(codes + sessions)
            })
        })
        .await
}
