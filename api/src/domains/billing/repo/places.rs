//! Where something is charged: communities and units with what billing needs of them.

use entities::community_fee_setting;
use entities::values::{Area, CommunityId, OrganizationId, UnitId, UnitUsage};
use sea_orm::{ConnectionTrait, FromQueryResult};

use super::limited;
use crate::db::{Fault, Sql};
use crate::domains::estate::in_scope;
use crate::domains::identity::Scope;

/// A community, or a unit of it.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct PlaceRow {
    /// Whose.
    pub org_id: OrganizationId,
    /// Where.
    pub community_id: CommunityId,
    /// The community's time zone.
    pub time_zone: String,
    /// The community's currency.
    pub currency: String,
}

/// A community in scope.
pub async fn community_place(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    community: CommunityId,
) -> Result<Option<PlaceRow>, Fault> {
    let mut sql = Sql::new("SELECT c.org_id, c.id AS community_id, c.time_zone, c.currency FROM community c WHERE ");
    in_scope(&mut sql, scope, "c.org_id", "c.id", None);
    sql.with(" AND c.id = ", community).one(connection).await
}

/// The place of a unit in scope.
pub async fn unit_place(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    unit: UnitId,
) -> Result<Option<PlaceRow>, Fault> {
    let mut sql = Sql::new(
        "SELECT u.org_id, u.community_id, c.time_zone, c.currency FROM unit u JOIN community c ON c.id = u.community_id
WHERE ",
    );
    in_scope(&mut sql, scope, "u.org_id", "u.community_id", Some("u.id"));
    sql.with(" AND u.id = ", unit).one(connection).await
}

/// A unit as a run sees it.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct BilledUnit {
    /// Which.
    pub id: UnitId,
    /// What it is used for.
    pub usage: UnitUsage,
    /// Its area.
    pub area: Option<Area>,
}

/// The next units of a community, in order of their ids, after `after`.
pub async fn units_after(
    connection: &impl ConnectionTrait,
    community: CommunityId,
    after: Option<UnitId>,
    limit: u64,
) -> Result<Vec<BilledUnit>, Fault> {
    let mut sql = Sql::new("SELECT u.id, u.usage, u.area FROM unit u WHERE");
    sql.with(" u.community_id = ", community);
    if let Some(after) = after {
        sql.with(" AND u.id > ", after);
    }
    sql.push(" ORDER BY u.id LIMIT ").bind(limited(limit)).all(connection).await
}

/// The areas of a community's units, in order of their ids.
pub async fn areas_of(connection: &impl ConnectionTrait, community: CommunityId) -> Result<Vec<Option<Area>>, Fault> {
    #[derive(FromQueryResult)]
    struct Row {
        area: Option<Area>,
    }
    let mut sql = Sql::new("SELECT u.area FROM unit u WHERE");
    let rows: Vec<Row> = sql.with(" u.community_id = ", community).push(" ORDER BY u.id").all(connection).await?;
    Ok(rows.into_iter().map(|row| row.area).collect())
}

/// How many units a community has.
pub async fn unit_count(connection: &impl ConnectionTrait, community: CommunityId) -> Result<i64, Fault> {
    Sql::new("SELECT COUNT(*) FROM unit WHERE").with(" community_id = ", community).number(connection).await
}

/// Above what a community's waivers and discounts need a second person; `None` where nobody has set it.
pub async fn fee_setting(
    connection: &impl ConnectionTrait,
    community: CommunityId,
) -> Result<Option<community_fee_setting::Model>, Fault> {
    let mut sql = Sql::new("SELECT s.* FROM community_fee_setting s WHERE");
    sql.with(" s.community_id = ", community).one(connection).await
}

/// Sets it.
pub async fn put_fee_setting(
    connection: &impl ConnectionTrait,
    row: &community_fee_setting::Model,
) -> Result<(), Fault> {
    let mut sql = Sql::new(
        "INSERT INTO community_fee_setting (community_id, org_id, waiver_limit, discount_limit, version, updated_at) VALUES (",
    );
    sql.bind(row.community_id).with(", ", row.org_id).with(", ", row.waiver_limit).with(", ", row.discount_limit);
    sql.with(", ", row.version).with(", ", row.updated_at);
    sql.push(") ON CONFLICT (community_id) DO UPDATE SET waiver_limit = excluded.waiver_limit,");
    sql.push(" discount_limit = excluded.discount_limit, version = excluded.version, updated_at = excluded.updated_at");
    sql.run(connection).await.map(|_| ())
}
