//! The collection report (收费报表) and arrears (欠费).

use chrono::{Days, NaiveDate};
use entities::values::{PayerId, UnitId};

use super::super::error::BillingError;
use super::super::model::Age;
use super::super::repo::{self, Ages, ArrearsRow, ChargeFilter, CollectionGrouping, CollectionRow};
use super::{day_in, reader};
use crate::domains::identity::{Right, Scope, Viewer};
use crate::error::Error;
use crate::state::App;

/// Arrears are aged by the days of this zone: a list may span communities.
const ZONE: &str = "Asia/Shanghai";

/// The scope of figures: staff who see both fees and figures.
pub(super) fn figures(viewer: &Viewer) -> Result<Scope, Error> {
    let staff = viewer.require_staff()?;
    staff.scope(Right::FeeRead)
}

/// What was billed and collected.
pub async fn collection(
    app: &App,
    viewer: &Viewer,
    by: CollectionGrouping,
    filter: &ChargeFilter,
) -> Result<Vec<CollectionRow>, Error> {
    Ok(repo::collection(reader(app), &figures(viewer)?, by, filter).await?)
}

/// Today, and the first due days of the ages.
pub(super) fn ages(app: &App) -> Result<(NaiveDate, Ages), Error> {
    let today = day_in(ZONE, app.clock.now());
    let mut ages = [today; 6];
    for (first, (_, days)) in ages.iter_mut().zip(Age::BOUNDS.iter().skip(1)) {
        let days = u64::try_from(*days).unwrap_or(0);
        *first = today.checked_sub_days(Days::new(days)).ok_or(BillingError::Invalid("today"))?;
    }
    Ok((today, ages))
}

/// Who owes what was due, by payer and unit.
pub async fn arrears(
    app: &App,
    viewer: &Viewer,
    filter: &ChargeFilter,
    after: Option<(PayerId, Option<UnitId>)>,
    limit: u64,
) -> Result<Vec<ArrearsRow>, Error> {
    Ok(repo::arrears(reader(app), &figures(viewer)?, filter, ages(app)?, after, limit).await?)
}

/// How many rows that list has.
pub async fn count_arrears(app: &App, viewer: &Viewer, filter: &ChargeFilter) -> Result<i64, Error> {
    let (today, _) = ages(app)?;
    Ok(repo::count_arrears(reader(app), &figures(viewer)?, filter, today).await?)
}
