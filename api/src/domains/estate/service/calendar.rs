//! Service hours and holidays.

use chrono::{Duration, NaiveDate};
use entities::calendar_day;
use entities::values::{CalendarDayId, CommunityId};

use super::super::error::EstateError;
use super::super::model;
use super::super::repo::{self, CommunityRow, ServiceHours};
use crate::domains::identity::{Right, Scope, Viewer};
use crate::error::Error;
use crate::state::App;

/// Longest stretch of days that can be asked for at once.
const STRETCH_DAYS: i64 = 400;

/// A day with other hours than usual.
#[derive(Clone, Debug)]
pub struct NewCalendarDay {
    /// The community; the whole organization when missing.
    pub community_id: Option<CommunityId>,
    /// Which day.
    pub day: NaiveDate,
    /// What it is, such as 国庆节.
    pub name: String,
    /// First and last minute of service after local midnight; a holiday when missing.
    pub hours: Option<(i32, i32)>,
}

/// Sets a community's service hours, and its time zone. Deadlines that were set keep their moment.
pub async fn set_service_hours(
    app: &App,
    viewer: &Viewer,
    id: CommunityId,
    hours: ServiceHours,
) -> Result<CommunityRow, Error> {
    let scope = viewer.require_staff()?.scope(Right::PolicyManage)?;
    if !model::are_hours(hours.opens_minute, hours.closes_minute) {
        return Err(EstateError::Invalid("closesAt").into());
    }
    if !(1..=0b111_1111).contains(&hours.weekdays) {
        return Err(EstateError::Invalid("weekdays").into());
    }
    if hours.time_zone.as_deref().is_some_and(|zone| !model::is_time_zone(zone)) {
        return Err(EstateError::Invalid("timeZone").into());
    }
    let job_scope = scope.clone();
    app.db
        .write(move |tx| {
            let (scope, hours) = (job_scope.clone(), hours.clone());
            Box::pin(async move {
                let found = repo::set_service_hours(tx, &scope, id, &hours).await?;
                found.then_some(()).ok_or_else(|| EstateError::NotFound("communityId").into())
            })
        })
        .await?;
    let found = repo::find_communities(app.db.read(), &scope, &[id]).await?;
    found.into_iter().next().ok_or_else(|| EstateError::NotFound("communityId").into())
}

/// Whether the viewer may change the calendar of a community, or of the whole organization.
fn check_reach(viewer: &Viewer, community: Option<CommunityId>) -> Result<(), Error> {
    match (viewer.require_staff()?.scope(Right::PolicyManage)?, community) {
        (Scope::Organization(_), _) => Ok(()),
        (Scope::Communities(_, allowed), Some(community)) if allowed.contains(&community) => Ok(()),
        (Scope::Communities(..), Some(_)) => Err(EstateError::NotFound("communityId").into()),
        _ => Err(Error::Forbidden),
    }
}

/// Sets a holiday, or a day with other hours; another setting of the same day is replaced.
pub async fn set_calendar_day(app: &App, viewer: &Viewer, new: NewCalendarDay) -> Result<calendar_day::Model, Error> {
    check_reach(viewer, new.community_id)?;
    let name = model::name(&new.name, model::NAME_MAX).ok_or(EstateError::Invalid("name"))?;
    if new.hours.is_some_and(|(opens, closes)| !model::are_hours(opens, closes)) {
        return Err(EstateError::Invalid("closesAt").into());
    }
    let row = calendar_day::Model {
        id: app.clock.new_id::<CalendarDayId>(),
        org_id: viewer.require_staff()?.org_id,
        community_id: new.community_id,
        day: new.day,
        name,
        opens_minute: new.hours.map(|(opens, _)| opens),
        closes_minute: new.hours.map(|(_, closes)| closes),
        created_at: app.clock.now(),
    };
    let result = row.clone();
    app.db
        .write(move |tx| {
            let row = row.clone();
            Box::pin(async move {
                if let Some(community) = row.community_id {
                    let reach = Scope::Organization(row.org_id);
                    if repo::find_communities(tx, &reach, &[community]).await?.is_empty() {
                        return Err(EstateError::NotFound("communityId").into());
                    }
                }
                repo::lock_organization(tx, row.org_id).await?;
                repo::delete_calendar_day(tx, row.org_id, row.community_id, row.day).await?;
                Ok(repo::insert_calendar_day(tx, row).await?)
            })
        })
        .await?;
    Ok(result)
}

/// Gives a day its usual hours back.
pub async fn remove_calendar_day(
    app: &App,
    viewer: &Viewer,
    community: Option<CommunityId>,
    day: NaiveDate,
) -> Result<NaiveDate, Error> {
    check_reach(viewer, community)?;
    let org = viewer.require_staff()?.org_id;
    app.db
        .write(move |tx| {
            Box::pin(async move {
                let found = repo::delete_calendar_day(tx, org, community, day).await?;
                found.then_some(()).ok_or_else(|| EstateError::NotFound("day").into())
            })
        })
        .await?;
    Ok(day)
}

/// The days with other hours that count for a community.
pub async fn calendar_days(
    app: &App,
    viewer: &Viewer,
    community: CommunityId,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<calendar_day::Model>, Error> {
    let scope = viewer.scope(Right::EstateRead, app.clock.now())?;
    if to < from || to - from > Duration::days(STRETCH_DAYS) {
        return Err(EstateError::Invalid("to").into());
    }
    Ok(repo::calendar_days(app.db.read(), &scope, community, from, to).await?)
}
