//! Terms of warranty, and what they are counted from.

use chrono::NaiveDate;
use entities::values::{CategoryId, CommunityId, OrganizationId, UnitId};
use entities::warranty_term;
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel};

use crate::db::{Fault, Sql};

/// Every version of the terms of organizations and of these communities that counts from `on` or before; of one category
/// only, when one is named. Which one counts is a matter of the reader.
pub async fn terms_until(
    connection: &impl ConnectionTrait,
    orgs: &[OrganizationId],
    communities: &[CommunityId],
    category: Option<CategoryId>,
    on: NaiveDate,
) -> Result<Vec<warranty_term::Model>, Fault> {
    let mut sql = Sql::new("SELECT w.* FROM warranty_term w WHERE w.org_id IN ");
    sql.list(orgs.iter().copied()).push(" AND (w.community_id IS NULL OR w.community_id IN ");
    sql.list(communities.iter().copied()).with(") AND w.effective_on <= ", on);
    if let Some(category) = category {
        sql.with(" AND w.category_id = ", category);
    }
    sql.push(" ORDER BY w.effective_on, w.id").all(connection).await
}

/// Adds a term; one of the same day for the same thing is replaced.
pub async fn put_term(connection: &impl ConnectionTrait, row: warranty_term::Model) -> Result<(), Fault> {
    let mut sql = Sql::new("DELETE FROM warranty_term WHERE");
    sql.with(" org_id = ", row.org_id).with(" AND category_id = ", row.category_id).with(" AND part = ", row.part);
    sql.with(" AND effective_on = ", row.effective_on);
    match row.community_id {
        Some(community) => sql.with(" AND community_id = ", community),
        None => sql.push(" AND community_id IS NULL"),
    };
    sql.run(connection).await?;
    warranty_term::Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    Ok(())
}

/// What a unit's warranty is counted from.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct WarrantyPlace {
    /// The unit.
    pub unit_id: UnitId,
    /// The organization.
    pub org_id: OrganizationId,
    /// The community.
    pub community_id: CommunityId,
    /// When the unit was handed over.
    pub delivered_on: Option<NaiveDate>,
    /// The community's time zone.
    pub time_zone: String,
    /// First day of the heating season, where the community has set it.
    pub heating_from: Option<i32>,
    /// Its last day.
    pub heating_to: Option<i32>,
}

/// What the warranties of several units are counted from, for rows that were already scoped.
pub async fn warranty_places(connection: &impl ConnectionTrait, units: &[UnitId]) -> Result<Vec<WarrantyPlace>, Fault> {
    let mut sql = Sql::new(
        "SELECT u.id AS unit_id, u.org_id, u.community_id, u.delivered_on, c.time_zone, s.heating_from, s.heating_to
FROM unit u JOIN community c ON c.id = u.community_id
LEFT JOIN community_ticket_setting s ON s.community_id = c.id WHERE u.id IN ",
    );
    sql.list(units.iter().copied()).all(connection).await
}
