//! Billing's work that nobody waits for.

use super::service;
use crate::error::Error;
use crate::state::App;

/// Posts the runs that somebody started and nobody is at, each to its end; how many were worked on.
pub async fn post_runs(app: &App) -> Result<u64, Error> {
    let mut worked = 0;
    while service::post_one(app).await? {
        worked += 1;
    }
    Ok(worked)
}

/// Brings late fees up to today; how many grew.
pub async fn accrue_late_fees(app: &App) -> Result<u64, Error> {
    service::accrue_late_fees(app).await
}
