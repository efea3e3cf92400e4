//! Units.

use chrono::{DateTime, NaiveDate, Utc};
use entities::unit;
use entities::values::{AccountId, Area, BuildingId, CommunityId, ResidencyId, ResidencyRole, UnitId, UnitUsage};
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel};
use serde::{Deserialize, Serialize};

use super::in_scope;
use crate::db::{Fault, Sql, contains};
use crate::domains::identity::Scope;

/// A unit with the names of its building and community.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct UnitRow {
    /// Its id.
    pub id: UnitId,
    /// Its community.
    pub community_id: CommunityId,
    /// The community's name.
    pub community_name: String,
    /// Its building.
    pub building_id: BuildingId,
    /// The building's name.
    pub building_name: String,
    /// Its number within the building.
    pub number: String,
    /// Its floor.
    pub floor: Option<i32>,
    /// Its area.
    pub area: Option<Area>,
    /// What it is used for.
    pub usage: UnitUsage,
    /// When it was handed over to its first owner.
    pub delivered_on: Option<NaiveDate>,
}

/// A unit of a resident.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct HomeRow {
    /// The unit.
    #[sea_orm(nested)]
    pub unit: UnitRow,
    /// What ties the resident to it.
    pub role: ResidencyRole,
    /// The residency.
    pub residency_id: ResidencyId,
    /// Until when.
    pub ended_at: Option<DateTime<Utc>>,
}

/// Which units a list shows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UnitFilter {
    /// Only of this community.
    pub community_id: Option<CommunityId>,
    /// Only of this building.
    pub building_id: Option<BuildingId>,
    /// Only whose number or building contains this.
    pub text: Option<String>,
}

const UNIT: &str = "SELECT u.id, u.community_id, c.name AS community_name, u.building_id, b.name AS building_name,
    u.number, u.floor, u.area, u.usage, u.delivered_on
FROM unit u JOIN building b ON b.id = u.building_id JOIN community c ON c.id = u.community_id WHERE ";

/// Adds a unit.
pub async fn insert_unit(connection: &impl ConnectionTrait, row: unit::Model) -> Result<(), Fault> {
    unit::Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    Ok(())
}

fn filtered(select: &str, scope: &Scope, filter: &UnitFilter) -> Sql {
    let mut sql = Sql::new(select);
    in_scope(&mut sql, scope, "u.org_id", "u.community_id", Some("u.id"));
    if let Some(community) = filter.community_id {
        sql.with(" AND u.community_id = ", community);
    }
    if let Some(building) = filter.building_id {
        sql.with(" AND u.building_id = ", building);
    }
    if let Some(text) = &filter.text {
        sql.push(" AND ");
        contains(&mut sql, "b.name || ' ' || u.number", text);
    }
    sql
}

/// Units in the order they were added, after `after`.
pub async fn list_units(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    filter: &UnitFilter,
    after: Option<UnitId>,
    limit: u64,
) -> Result<Vec<UnitRow>, Fault> {
    let mut sql = filtered(UNIT, scope, filter);
    if let Some(after) = after {
        sql.with(" AND u.id > ", after);
    }
    sql.push(" ORDER BY u.id LIMIT ").bind(i64::try_from(limit).unwrap_or(i64::MAX)).all(connection).await
}

/// How many units a list has.
pub async fn count_units(connection: &impl ConnectionTrait, scope: &Scope, filter: &UnitFilter) -> Result<i64, Fault> {
    filtered("SELECT COUNT(*) FROM unit u JOIN building b ON b.id = u.building_id WHERE ", scope, filter)
        .number(connection)
        .await
}

/// One unit, if it lies in the scope.
pub async fn find_unit(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    unit: UnitId,
) -> Result<Option<UnitRow>, Fault> {
    filtered(UNIT, scope, &UnitFilter::default()).with(" AND u.id = ", unit).one(connection).await
}

/// The units where an account lives now, with what ties it to them.
pub async fn homes(
    connection: &impl ConnectionTrait,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<Vec<HomeRow>, Fault> {
    let mut sql = Sql::new(UNIT.replace(
        "\nFROM unit u",
        ", r.role, r.id AS residency_id, r.ended_at\nFROM residency r JOIN unit u ON u.id = r.unit_id",
    ));
    sql.push("r.review_state = 'APPROVED'").with(" AND r.account_id = ", account);
    sql.with(" AND r.started_at <= ", now).with(" AND (r.ended_at IS NULL OR r.ended_at > ", now);
    sql.push(") ORDER BY u.id, r.role").all(connection).await
}
