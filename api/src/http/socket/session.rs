//! A socket lives as long as the session that opened it.

use std::time::Duration;

use entities::values::SessionId;

use crate::domains::identity;
use crate::error::Error;
use crate::state::App;

/// Returns when the session is over. It looks every few seconds; whoever spreads the ends of sessions replaces this.
pub async fn session_over(app: App, session: SessionId) {
    let every = Duration::from_secs(app.config.socket_session_seconds);
    loop {
        tokio::time::sleep(every).await;
        match identity::viewer_of_session(&app, session).await {
            Ok(_) | Err(Error::Refused(_) | Error::Forbidden) => {}
            Err(Error::Unauthenticated) => return,
            // What the database does not say now, it says the next time.
            Err(Error::Internal(cause)) => tracing::warn!(?cause, "socket.session_unknown"),
        }
    }
}
