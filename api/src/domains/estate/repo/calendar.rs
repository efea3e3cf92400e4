//! Service hours and the days that have others.

use chrono::NaiveDate;
use entities::calendar_day;
use entities::values::{CommunityId, OrganizationId};
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel};

use super::in_scope;
use crate::db::{Fault, Sql};
use crate::domains::identity::Scope;

/// A community's usual hours, to be set.
#[derive(Clone, Debug, PartialEq)]
pub struct ServiceHours {
    /// IANA time zone; `None` leaves it as it is.
    pub time_zone: Option<String>,
    /// Minute after local midnight at which service begins.
    pub opens_minute: i32,
    /// Minute after local midnight at which it ends.
    pub closes_minute: i32,
    /// Weekdays with service, a bit each.
    pub weekdays: i32,
}

/// Sets a community's usual hours; `false` when it lies outside the scope.
pub async fn set_service_hours(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    id: CommunityId,
    hours: &ServiceHours,
) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE community SET");
    sql.with(" service_opens_minute = ", hours.opens_minute).with(", service_closes_minute = ", hours.closes_minute);
    sql.with(", service_weekdays = ", hours.weekdays);
    if let Some(zone) = &hours.time_zone {
        sql.with(", time_zone = ", zone.clone());
    }
    sql.with(" WHERE id = ", id).push(" AND ");
    in_scope(&mut sql, scope, "org_id", "id", None);
    Ok(sql.run(connection).await? == 1)
}

/// Removes the day of exactly this community, or of the organization; whether there was one.
pub async fn delete_calendar_day(
    connection: &impl ConnectionTrait,
    org: OrganizationId,
    community: Option<CommunityId>,
    day: NaiveDate,
) -> Result<bool, Fault> {
    let mut sql = Sql::new("DELETE FROM calendar_day WHERE");
    sql.with(" org_id = ", org).with(" AND day = ", day);
    match community {
        Some(community) => sql.with(" AND community_id = ", community),
        None => sql.push(" AND community_id IS NULL"),
    };
    Ok(sql.run(connection).await? > 0)
}

/// Adds a day.
pub async fn insert_calendar_day(connection: &impl ConnectionTrait, row: calendar_day::Model) -> Result<(), Fault> {
    calendar_day::Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    Ok(())
}

/// The days that count for a community from `from` to `to`, its organization's among them, in order.
pub async fn calendar_days(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    community: CommunityId,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<calendar_day::Model>, Fault> {
    let mut sql = Sql::new("SELECT d.* FROM calendar_day d JOIN community c ON c.org_id = d.org_id WHERE ");
    in_scope(&mut sql, scope, "c.org_id", "c.id", None);
    sql.with(" AND c.id = ", community).push(" AND (d.community_id IS NULL OR d.community_id = c.id)");
    sql.with(" AND d.day >= ", from).with(" AND d.day <= ", to);
    sql.push(" ORDER BY d.day, d.community_id LIMIT 1000").all(connection).await
}
