//! Taking a person out of residencies and requests, and what a person may read of them.

use chrono::{DateTime, Utc};
use entities::values::{AccountId, OrganizationId, ResidencyId, ResidencyRequestId};
use entities::{residency, residency_request};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder};

use crate::db::{Fault, Sql};

/// Every residency of an account, also those that are over.
pub async fn residencies_of(
    connection: &impl ConnectionTrait,
    account: AccountId,
) -> Result<Vec<residency::Model>, Fault> {
    let query = residency::Entity::find().filter(residency::Column::AccountId.eq(account));
    Ok(query.order_by_asc(residency::Column::Id).all(connection).await?)
}

/// Every request of an account.
pub async fn requests_of(
    connection: &impl ConnectionTrait,
    account: AccountId,
) -> Result<Vec<residency_request::Model>, Fault> {
    let query = residency_request::Entity::find().filter(residency_request::Column::AccountId.eq(account));
    Ok(query.order_by_asc(residency_request::Column::Id).all(connection).await?)
}

/// A residency that an account lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Lost {
    /// The residency.
    pub id: ResidencyId,
    /// Whose register.
    pub org_id: OrganizationId,
}

/// Takes the account out of what stays the company's record: what its register had, and whoever owns a unit.
pub async fn unbind_register(connection: &impl ConnectionTrait, account: AccountId) -> Result<Vec<Lost>, Fault> {
    let mut sql = Sql::new("UPDATE residency SET account_id = NULL WHERE");
    sql.with(" account_id = ", account).push(" AND (source = 'REGISTER' OR role = 'OWNER') RETURNING id, org_id");
    sql.all(connection).await
}

/// Takes the person out of a residency that an owner or the person made, and ends it.
pub async fn erase_residency(
    connection: &impl ConnectionTrait,
    id: ResidencyId,
    name: &str,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    super::end_residency(connection, id, now).await?;
    let mut sql =
        Sql::new("UPDATE residency SET account_id = NULL, phone = NULL, id_last4 = NULL, company_name = NULL");
    sql.with(", name = ", name).with(" WHERE id = ", id).run(connection).await.map(drop)
}

/// Takes the person out of requests that were decided on; when and by whom stays.
pub async fn erase_requests(connection: &impl ConnectionTrait, requests: &[ResidencyRequestId]) -> Result<(), Fault> {
    let mut sql = Sql::new(
        "UPDATE residency_request SET name = '', company_name = NULL, id_last4 = NULL, building_name = '',
    unit_number = '', reason = CASE WHEN reason IS NULL THEN NULL ELSE '' END WHERE id IN ",
    );
    sql.list(requests.iter().copied()).run(connection).await.map(drop)
}
