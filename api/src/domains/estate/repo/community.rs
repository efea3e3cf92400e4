//! Communities and buildings.

use entities::values::{BuildingId, CommunityId, OrganizationId};
use entities::{building, community};
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel};

use super::in_scope;
use crate::db::{Fault, Sql, contains};
use crate::domains::identity::Scope;

/// A community with the name of who manages it.
pub type CommunityRow = community::Model;

/// What the viewer's communities come to.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct Totals {
    /// Communities.
    pub communities: i64,
    /// Households as stated by the source of the communities.
    pub stated_households: i64,
    /// Buildings as stated.
    pub stated_buildings: i64,
    /// Buildings that are recorded.
    pub buildings: i64,
    /// Units that are recorded.
    pub units: i64,
}

/// Buildings and units of one community.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct CommunityCounts {
    /// The community.
    pub community_id: CommunityId,
    /// Its buildings.
    pub buildings: i64,
    /// Its units.
    pub units: i64,
}

/// Adds a community.
pub async fn insert_community(connection: &impl ConnectionTrait, row: community::Model) -> Result<(), Fault> {
    community::Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    Ok(())
}

/// Adds a building.
pub async fn insert_building(connection: &impl ConnectionTrait, row: building::Model) -> Result<(), Fault> {
    building::Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    Ok(())
}

fn communities(select: &str, scope: &Scope, text: Option<&str>) -> Sql {
    let mut sql = Sql::new(select);
    in_scope(&mut sql, scope, "c.org_id", "c.id", None);
    if let Some(text) = text {
        sql.push(" AND (");
        contains(&mut sql, "c.name", text);
        sql.push(" OR ");
        contains(&mut sql, "c.address", text);
        sql.push(")");
    }
    sql
}

/// Communities in the order they were added, after `after`.
pub async fn list_communities(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    text: Option<&str>,
    after: Option<CommunityId>,
    limit: u64,
) -> Result<Vec<CommunityRow>, Fault> {
    let mut sql = communities("SELECT c.* FROM community c WHERE ", scope, text);
    if let Some(after) = after {
        sql.with(" AND c.id > ", after);
    }
    sql.push(" ORDER BY c.id LIMIT ").bind(i64::try_from(limit).unwrap_or(i64::MAX)).all(connection).await
}

/// How many communities a list has.
pub async fn count_communities(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    text: Option<&str>,
) -> Result<i64, Fault> {
    communities("SELECT COUNT(*) FROM community c WHERE ", scope, text).number(connection).await
}

/// Communities by id, as far as they lie in the scope.
pub async fn find_communities(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    ids: &[CommunityId],
) -> Result<Vec<CommunityRow>, Fault> {
    let mut sql = communities("SELECT c.* FROM community c WHERE ", scope, None);
    sql.push(" AND c.id IN ").list(ids.iter().copied()).all(connection).await
}

/// Buildings by id, as far as they lie in the scope.
pub async fn find_buildings(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    ids: &[BuildingId],
) -> Result<Vec<building::Model>, Fault> {
    let mut sql = Sql::new("SELECT b.* FROM building b WHERE ");
    in_scope(&mut sql, scope, "b.org_id", "b.community_id", None);
    sql.push(" AND b.id IN ").list(ids.iter().copied()).all(connection).await
}

/// Buildings of a community in the order they were added, after `after`.
pub async fn list_buildings(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    community: CommunityId,
    after: Option<BuildingId>,
    limit: u64,
) -> Result<Vec<building::Model>, Fault> {
    let mut sql = Sql::new("SELECT b.* FROM building b WHERE ");
    in_scope(&mut sql, scope, "b.org_id", "b.community_id", None);
    sql.with(" AND b.community_id = ", community);
    if let Some(after) = after {
        sql.with(" AND b.id > ", after);
    }
    sql.push(" ORDER BY b.id LIMIT ").bind(i64::try_from(limit).unwrap_or(i64::MAX)).all(connection).await
}

/// How many buildings a community has.
pub async fn count_buildings(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    community: CommunityId,
) -> Result<i64, Fault> {
    let mut sql = Sql::new("SELECT COUNT(*) FROM building b WHERE ");
    in_scope(&mut sql, scope, "b.org_id", "b.community_id", None);
    sql.with(" AND b.community_id = ", community).number(connection).await
}

/// Buildings and units of several communities, for rows that were already scoped.
pub async fn counts_of(connection: &impl ConnectionTrait, ids: &[CommunityId]) -> Result<Vec<CommunityCounts>, Fault> {
    let mut sql = Sql::new(
        "SELECT c.id AS community_id,
    (SELECT COUNT(*) FROM building b WHERE b.community_id = c.id) AS buildings,
    (SELECT COUNT(*) FROM unit u WHERE u.community_id = c.id) AS units
FROM community c WHERE c.id IN ",
    );
    sql.list(ids.iter().copied()).all(connection).await
}

/// What all communities of the scope come to.
pub async fn totals(connection: &impl ConnectionTrait, scope: &Scope) -> Result<Option<Totals>, Fault> {
    let mut sql = Sql::new(
        "SELECT COUNT(*) AS communities,
    CAST(COALESCE(SUM(c.stated_households), 0) AS bigint) AS stated_households,
    CAST(COALESCE(SUM(c.stated_buildings), 0) AS bigint) AS stated_buildings,
    CAST(COALESCE(SUM((SELECT COUNT(*) FROM building b WHERE b.community_id = c.id)), 0) AS bigint) AS buildings,
    CAST(COALESCE(SUM((SELECT COUNT(*) FROM unit u WHERE u.community_id = c.id)), 0) AS bigint) AS units
FROM community c WHERE ",
    );
    in_scope(&mut sql, scope, "c.org_id", "c.id", None);
    sql.one(connection).await
}

/// Lets one transaction at a time change an organization's set-up: the row's lock is held until the commit.
pub async fn lock_organization(connection: &impl ConnectionTrait, org: OrganizationId) -> Result<(), Fault> {
    Sql::new("UPDATE organization SET name = name WHERE").with(" id = ", org).run(connection).await.map(|_| ())
}
