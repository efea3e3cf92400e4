//! Making the tickets of recurring services.

use chrono::{Days, NaiveDate};

use super::super::model::services::{LEAD_DAYS, LEAD_MAX};
use super::super::{repo, service};
use crate::error::Error;
use crate::state::App;

/// How many plans are read at a time.
const BATCH: u64 = 200;

/// Makes the tickets of every recurring service that are due, ahead of their time; how many dates were seen to.
///
/// Any number of workers may do it at once. What fell due while none ran is made by the next one, as far as it still lies
/// ahead; the rest is recorded as missed.
pub async fn make_services(app: &App) -> Result<u64, Error> {
    let (mut made, mut after) = (0, None);
    // No community's day is later than tomorrow in UTC; whether a date is due where it is, is seen plan by plan.
    let tomorrow = app.clock.now().date_naive().checked_add_days(Days::new(1));
    let due_of = |lead: i32| tomorrow?.checked_add_days(Days::new(u64::try_from(lead).ok()?));
    let days: Vec<NaiveDate> = (0..=LEAD_MAX).filter_map(due_of).collect();
    loop {
        let batch = repo::due_plans(app.db.read(), &days, LEAD_DAYS, after, BATCH).await?;
        for id in &batch {
            match service::make_plan(app, *id).await {
                Ok(dates) => made += dates,
                // One plan's fault is not the others'.
                Err(error) => tracing::error!(plan = %id.0, cause = ?error, "tickets.service_failed"),
            }
        }
        if (batch.len() as u64) < BATCH {
            return Ok(made);
        }
        after = batch.last().copied();
    }
}
