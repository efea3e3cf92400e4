//! Outside contractors (外包单位) with their trades and communities.

use entities::values::{CommunityId, ContractorId, OrganizationId, Trade};
use entities::{contractor, contractor_community, contractor_trade};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};

use crate::db::{Fault, Sql};
use crate::domains::identity::Scope;

/// A contractor.
pub type ContractorRow = contractor::Model;

/// A contractor lies in a scope when it works in one of its communities.
fn scoped(select: &str, scope: &Scope) -> Sql {
    let mut sql = Sql::new(select);
    match scope {
        Scope::System(_) => {
            sql.push("1 = 1");
        }
        Scope::Organization(org) => {
            sql.with("x.org_id = ", *org);
        }
        Scope::Communities(org, communities) => {
            sql.with("x.org_id = ", *org);
            sql.push(" AND EXISTS (SELECT 1 FROM contractor_community s WHERE s.contractor_id = x.id");
            sql.push(" AND s.community_id IN ").list(communities.iter().copied()).push(")");
        }
        Scope::Units(..) | Scope::Assigned(..) => {
            sql.push("1 = 0");
        }
    }
    sql
}

/// Contractors in the order they were added, after `after`.
pub async fn list_contractors(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    after: Option<ContractorId>,
    limit: u64,
) -> Result<Vec<ContractorRow>, Fault> {
    let mut sql = scoped("SELECT x.* FROM contractor x WHERE ", scope);
    if let Some(after) = after {
        sql.with(" AND x.id > ", after);
    }
    sql.push(" ORDER BY x.id LIMIT ").bind(i64::try_from(limit).unwrap_or(i64::MAX)).all(connection).await
}

/// How many contractors that list has.
pub async fn count_contractors(connection: &impl ConnectionTrait, scope: &Scope) -> Result<i64, Fault> {
    scoped("SELECT COUNT(*) FROM contractor x WHERE ", scope).number(connection).await
}

/// One contractor, if it lies in the scope.
pub async fn find_contractor(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    id: ContractorId,
) -> Result<Option<ContractorRow>, Fault> {
    scoped("SELECT x.* FROM contractor x WHERE ", scope).with(" AND x.id = ", id).one(connection).await
}

/// The trades of several contractors.
pub async fn trades_of_contractors(
    connection: &impl ConnectionTrait,
    ids: &[ContractorId],
) -> Result<Vec<contractor_trade::Model>, Fault> {
    let query =
        contractor_trade::Entity::find().filter(contractor_trade::Column::ContractorId.is_in(ids.iter().copied()));
    Ok(query.order_by_asc(contractor_trade::Column::Trade).all(connection).await?)
}

/// The communities of several contractors.
pub async fn communities_of_contractors(
    connection: &impl ConnectionTrait,
    ids: &[ContractorId],
) -> Result<Vec<contractor_community::Model>, Fault> {
    let query = contractor_community::Entity::find()
        .filter(contractor_community::Column::ContractorId.is_in(ids.iter().copied()));
    Ok(query.order_by_asc(contractor_community::Column::CommunityId).all(connection).await?)
}

/// Adds a contractor; a second one of the name violates `contractor_name_unique`.
pub async fn insert_contractor(connection: &impl ConnectionTrait, row: ContractorRow) -> Result<(), Fault> {
    contractor::Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    Ok(())
}

/// Writes a contractor's new values, if it still is at `version`; `false` when another change came first.
pub async fn update_contractor(
    connection: &impl ConnectionTrait,
    row: &ContractorRow,
    version: i32,
) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE contractor SET");
    sql.with(" name = ", row.name.clone()).with(", phone = ", row.phone.clone()).with(", active = ", row.active);
    sql.with(", version = ", row.version).with(" WHERE id = ", row.id).with(" AND version = ", version);
    Ok(sql.run(connection).await? == 1)
}

/// Sets a contractor's trades.
pub async fn set_contractor_trades(
    connection: &impl ConnectionTrait,
    org: OrganizationId,
    id: ContractorId,
    trades: &[Trade],
) -> Result<(), Fault> {
    Sql::new("DELETE FROM contractor_trade WHERE").with(" contractor_id = ", id).run(connection).await?;
    let rows = trades.iter().map(|trade| contractor_trade::Model { contractor_id: id, trade: *trade, org_id: org });
    let rows: Vec<_> = rows.map(IntoActiveModel::into_active_model).collect();
    if !rows.is_empty() {
        contractor_trade::Entity::insert_many(rows).exec_without_returning(connection).await?;
    }
    Ok(())
}

/// Sets the communities that a contractor works in.
pub async fn set_contractor_communities(
    connection: &impl ConnectionTrait,
    org: OrganizationId,
    id: ContractorId,
    communities: &[CommunityId],
) -> Result<(), Fault> {
    Sql::new("DELETE FROM contractor_community WHERE").with(" contractor_id = ", id).run(connection).await?;
    let rows = communities.iter().map(|community_id| contractor_community::Model {
        contractor_id: id,
        community_id: *community_id,
        org_id: org,
    });
    let rows: Vec<_> = rows.map(IntoActiveModel::into_active_model).collect();
    if !rows.is_empty() {
        contractor_community::Entity::insert_many(rows).exec_without_returning(connection).await?;
    }
    Ok(())
}

/// How many of the communities belong to the organization.
pub async fn known_communities(
    connection: &impl ConnectionTrait,
    org: OrganizationId,
    communities: &[CommunityId],
) -> Result<i64, Fault> {
    let mut sql = Sql::new("SELECT COUNT(*) FROM community WHERE");
    sql.with(" org_id = ", org).push(" AND id IN ").list(communities.iter().copied()).number(connection).await
}
