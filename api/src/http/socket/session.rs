//! A socket lives as long as the session that opened it.

use std::time::Duration;

use entities::values::{AccountId, SessionId};

use crate::domains::identity;
use crate::state::App;

/// After how long it is asked again when the database could not say.
const AGAIN: Duration = Duration::from_secs(1);

/// Returns when the session is over, on whichever node it ended.
pub async fn session_over(app: App, account: AccountId, session: SessionId) {
    while let Err(cause) = identity::session_over(&app, account, session).await {
        tracing::warn!(?cause, "socket.session_unknown");
        tokio::time::sleep(AGAIN).await;
    }
}
