//! Housekeeping of identity.

use chrono::Duration;

use super::repo;
use crate::error::Error;
use crate::infra::limits;
use crate::state::App;

/// Used refresh tokens are kept so long, to know a stolen one when it comes back; later it is refused as unknown.
const TOKEN_KEPT_DAYS: i64 = 7;
/// Codes and tries are of no use after a day; sessions are kept so long after their end, for questions.
const SESSION_KEPT_DAYS: i64 = 30;

/// Deletes expired codes, tries, tokens, sessions and counters; how many rows went.
pub async fn delete_expired(app: &App) -> Result<u64, Error> {
    let now = app.clock.now();
    app.db
        .write_background(move |tx| {
            Box::pin(async move {
                let codes = repo::delete_old(tx, now - Duration::days(1)).await?;
                let ended = now - Duration::days(SESSION_KEPT_DAYS);
                let used = now - Duration::days(TOKEN_KEPT_DAYS);
                let tokens = repo::delete_refresh_tokens(tx, used, ended).await?;
                let sessions = repo::delete_sessions(tx, ended).await?;
                let limits = limits::forget_empty(tx, now).await?;
                Ok(codes + tokens + sessions + limits)
            })
        })
        .await
}
