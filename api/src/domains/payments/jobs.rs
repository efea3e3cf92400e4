//! Payments' work that nobody waits for.

use super::service;
use crate::error::Error;
use crate::state::App;

/// Asks gateways about the payments of which nothing was heard, and closes orders that nobody may pay any more; how many
/// were asked about.
pub async fn ask_gateways(app: &App) -> Result<u64, Error> {
    service::sweep(app).await
}
