//! Payments' work that nobody waits for.

use super::service;
use crate::error::Error;
use crate::state::App;

/// Asks gateways about the payments of which nothing was heard, and closes orders that nobody may pay any more; how many
/// were asked about.
pub async fn ask_gateways(app: &App) -> Result<u64, Error> {
    service::sweep(app).await
}

/// Has gateways pay out the refunds that were approved; how many were asked about.
pub async fn send_refunds(app: &App) -> Result<u64, Error> {
    service::send_refunds(app).await
}

/// Compares yesterday with what every merchant's gateway says of it; how many days were compared.
pub async fn reconcile(app: &App) -> Result<u64, Error> {
    service::reconcile(app).await
}
