//! `/healthz` says that the process lives; `/readyz` that it can serve.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use super::Shared;

/// Alive.
pub async fn alive() -> &'static str {
    "ok\n"
}

/// Ready when the database answers and no migration waits.
pub async fn ready(State(shared): State<Arc<Shared>>) -> (StatusCode, String) {
    if shared.app.db.ping().await.is_err() {
        return (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n".to_owned());
    }
    match shared.app.db.pending_migrations().await {
        Ok(0) => (StatusCode::OK, "ready\n".to_owned()),
        Ok(pending) => (StatusCode::SERVICE_UNAVAILABLE, format!("{pending} migrations wait: run `linli migrate`\n")),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n".to_owned()),
    }
}
