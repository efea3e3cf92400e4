//! Residencies: who lives where.

use chrono::{DateTime, Utc};
use entities::residency;
use entities::values::{AccountId, OrganizationId, ResidencyId, ResidencyRole, UnitId};
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel};

use crate::db::{Fault, Sql};

/// What ties a resident to a unit at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Tie {
    /// The unit.
    pub unit_id: UnitId,
    /// The role.
    pub role: ResidencyRole,
    /// Since when.
    pub started_at: DateTime<Utc>,
}

/// An entry of the register that matches a person.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct RegisterMatch {
    /// The residency.
    pub id: ResidencyId,
    /// Whose register.
    pub org_id: OrganizationId,
    /// Its unit.
    pub unit_id: UnitId,
    /// The name in the register.
    pub name: String,
    /// Who is bound to it already.
    pub account_id: Option<AccountId>,
}

/// Adds a residency.
pub async fn insert_residency(connection: &impl ConnectionTrait, row: residency::Model) -> Result<(), Fault> {
    residency::Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    Ok(())
}

/// What ties an account to units at `now`; empty when nothing does.
pub async fn resident_ties(
    connection: &impl ConnectionTrait,
    account: AccountId,
    units: &[UnitId],
    now: DateTime<Utc>,
) -> Result<Vec<Tie>, Fault> {
    let mut sql = Sql::new("SELECT unit_id, role, started_at FROM residency WHERE review_state = 'APPROVED'");
    sql.with(" AND account_id = ", account).push(" AND unit_id IN ").list(units.iter().copied());
    sql.with(" AND started_at <= ", now).with(" AND (ended_at IS NULL OR ended_at > ", now).push(")");
    sql.all(connection).await
}

/// Approved, current entries of the register with this phone, and this name or these last four digits of the id.
pub async fn register_matches(
    connection: &impl ConnectionTrait,
    phone: &str,
    name: Option<&str>,
    id_last4: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Vec<RegisterMatch>, Fault> {
    let mut sql =
        Sql::new("SELECT id, org_id, unit_id, name, account_id FROM residency WHERE review_state = 'APPROVED'");
    sql.with(" AND phone = ", phone).with(" AND (ended_at IS NULL OR ended_at > ", now).push(") AND (1 = 0");
    if let Some(name) = name {
        sql.with(" OR name = ", name);
    }
    if let Some(digits) = id_last4 {
        sql.with(" OR id_last4 = ", digits);
    }
    sql.push(") ORDER BY id").all(connection).await
}

/// Binds an entry to an account, unless somebody else is bound to it; `false` when so.
pub async fn bind_residency(
    connection: &impl ConnectionTrait,
    residency: ResidencyId,
    account: AccountId,
) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE residency SET");
    sql.with(" account_id = ", account).with(" WHERE id = ", residency);
    sql.with(" AND (account_id IS NULL OR account_id = ", account).push(")");
    Ok(sql.run(connection).await? == 1)
}
