//! Categories and policies.

use entities::values::{CategoryId, CommunityId, OrganizationId, Urgency};
use entities::{service_policy, ticket_category};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};

use crate::db::{Fault, Sql};

/// Adds categories.
pub async fn insert_categories(
    connection: &impl ConnectionTrait,
    rows: Vec<ticket_category::Model>,
) -> Result<(), Fault> {
    let rows = rows.into_iter().map(IntoActiveModel::into_active_model);
    ticket_category::Entity::insert_many(rows).exec_without_returning(connection).await?;
    Ok(())
}

/// Adds policies.
pub async fn insert_policies(connection: &impl ConnectionTrait, rows: Vec<service_policy::Model>) -> Result<(), Fault> {
    let rows = rows.into_iter().map(IntoActiveModel::into_active_model);
    service_policy::Entity::insert_many(rows).exec_without_returning(connection).await?;
    Ok(())
}

/// The categories of organizations, in the order they were added.
pub async fn categories(
    connection: &impl ConnectionTrait,
    orgs: &[OrganizationId],
    active_only: bool,
) -> Result<Vec<ticket_category::Model>, Fault> {
    let mut query = ticket_category::Entity::find().filter(ticket_category::Column::OrgId.is_in(orgs.iter().copied()));
    if active_only {
        query = query.filter(ticket_category::Column::Active.eq(true));
    }
    Ok(query.order_by_asc(ticket_category::Column::Id).all(connection).await?)
}

/// The policies of an organization.
pub async fn policies(
    connection: &impl ConnectionTrait,
    org: OrganizationId,
) -> Result<Vec<service_policy::Model>, Fault> {
    let query = service_policy::Entity::find().filter(service_policy::Column::OrgId.eq(org));
    Ok(query.order_by_asc(service_policy::Column::Id).all(connection).await?)
}

/// Removes the policy of exactly this community, category and urgency, so that another takes its place.
pub async fn delete_policy(
    connection: &impl ConnectionTrait,
    org: OrganizationId,
    community: Option<CommunityId>,
    category: Option<CategoryId>,
    urgency: Urgency,
) -> Result<(), Fault> {
    let mut sql = Sql::new("DELETE FROM service_policy WHERE");
    sql.with(" org_id = ", org).with(" AND urgency = ", urgency);
    match community {
        Some(community) => sql.with(" AND community_id = ", community),
        None => sql.push(" AND community_id IS NULL"),
    };
    match category {
        Some(category) => sql.with(" AND category_id = ", category),
        None => sql.push(" AND category_id IS NULL"),
    };
    sql.run(connection).await.map(|_| ())
}

/// Which organizations have a unit of this account.
pub async fn organizations_of_resident(
    connection: &impl ConnectionTrait,
    account: entities::values::AccountId,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Vec<OrganizationId>, Fault> {
    #[derive(sea_orm::FromQueryResult)]
    struct Row {
        org_id: OrganizationId,
    }
    let mut sql = Sql::new("SELECT DISTINCT org_id FROM residency WHERE review_state = 'APPROVED'");
    sql.with(" AND account_id = ", account).with(" AND started_at <= ", now);
    let rows: Vec<Row> = sql.with(" AND (ended_at IS NULL OR ended_at > ", now).push(")").all(connection).await?;
    Ok(rows.into_iter().map(|row| row.org_id).collect())
}

/// Whether a community belongs to an organization.
pub async fn has_community(
    connection: &impl ConnectionTrait,
    org: OrganizationId,
    community: CommunityId,
) -> Result<bool, Fault> {
    let mut sql = Sql::new("SELECT COUNT(*) FROM community WHERE");
    Ok(sql.with(" org_id = ", org).with(" AND id = ", community).number(connection).await? == 1)
}
