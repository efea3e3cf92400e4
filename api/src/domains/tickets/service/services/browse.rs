//! Looking at recurring services.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use entities::service_occurrence;
use entities::values::{ServicePlanId, ServicePlanState, TicketId};

use super::super::super::error::TicketError;
use super::super::super::model::services::SHOWN_MAX;
use super::super::super::repo::{self, PlanFilter, PlanRow};
use super::recurrence;
use crate::domains::identity::{Right, Viewer};
use crate::error::Error;
use crate::state::App;

/// One plan that the viewer may see.
pub async fn plan(app: &App, viewer: &Viewer, id: ServicePlanId) -> Result<PlanRow, Error> {
    let now = app.clock.now();
    let scope = viewer.scope(Right::ServicePlanRead, now)?;
    let row = repo::find_plan(app.db.read(), &scope, id, now).await?;
    Ok(row.ok_or(TicketError::NotFoundAt("servicePlanId"))?)
}

/// Plans that the viewer may see, newest first.
pub async fn plans(
    app: &App,
    viewer: &Viewer,
    filter: &PlanFilter,
    after: Option<ServicePlanId>,
    limit: u64,
) -> Result<Vec<PlanRow>, Error> {
    let now = app.clock.now();
    let scope = viewer.scope(Right::ServicePlanRead, now)?;
    Ok(repo::list_plans(app.db.read(), &scope, filter, after, limit, now).await?)
}

/// How many plans that list has.
pub async fn count_plans(app: &App, viewer: &Viewer, filter: &PlanFilter) -> Result<i64, Error> {
    let scope = viewer.scope(Right::ServicePlanRead, app.clock.now())?;
    Ok(repo::count_plans(app.db.read(), &scope, filter).await?)
}

/// The plans of which some tickets are dates, for tickets that the viewer was shown.
pub async fn plans_of_tickets(app: &App, tickets: &[TicketId]) -> Result<Vec<(TicketId, PlanRow)>, Error> {
    Ok(repo::plans_of_tickets(app.db.read(), tickets, app.clock.now()).await?)
}

/// The latest recorded dates of some plans that the viewer was shown.
pub async fn records_of(
    app: &App,
    plans: &[ServicePlanId],
    before: Option<NaiveDate>,
    limit: u64,
) -> Result<Vec<service_occurrence::Model>, Error> {
    Ok(repo::occurrences_before(app.db.read(), plans, before, limit).await?)
}

/// The dates from `from` on of which something is recorded, of some plans that the viewer was shown.
pub async fn taken_of(
    app: &App,
    plans: &[ServicePlanId],
    from: NaiveDate,
) -> Result<HashMap<ServicePlanId, Vec<NaiveDate>>, Error> {
    let mut found: HashMap<ServicePlanId, Vec<NaiveDate>> = HashMap::new();
    for row in repo::occurrences_from(app.db.read(), plans, from).await? {
        found.entry(row.plan_id).or_default().push(row.on_date);
    }
    Ok(found)
}

/// The next dates of an active plan of which nothing was made yet.
pub fn next_dates(row: &PlanRow, taken: &[NaiveDate], first: usize, now: DateTime<Utc>) -> Vec<NaiveDate> {
    let Some(from) = row.plan.next_on.filter(|_| row.plan.state == ServicePlanState::Active) else {
        return Vec::new();
    };
    // A worker that stood still has left dates behind that are over.
    let today = row.time_zone.parse::<chrono_tz::Tz>().map_or(from, |zone| now.with_timezone(&zone).date_naive());
    let dates = recurrence(&row.plan).dates_from(from.max(today));
    dates.filter(|date| !taken.contains(date)).take(first.min(SHOWN_MAX)).collect()
}
