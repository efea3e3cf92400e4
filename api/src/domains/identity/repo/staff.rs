//! Staff, their roles and trades.

use chrono::{DateTime, Utc};
use entities::values::{AccountId, CommunityId, ContractorId, DutyState, OrganizationId, Role, StaffId, Trade};
use entities::{staff_assignment, staff_member, staff_trade};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter};
use serde::{Deserialize, Serialize};

use crate::db::{Fault, Sql};
use crate::domains::identity::Scope;

/// A staff member as lists show it.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct StaffRow {
    /// Its id.
    pub id: StaffId,
    /// The employer.
    pub org_id: OrganizationId,
    /// The name.
    pub name: String,
    /// The account.
    pub account_id: AccountId,
    /// The phone.
    pub phone: String,
    /// Whether at work.
    pub duty_state: DutyState,
    /// Since when.
    pub duty_changed_at: DateTime<Utc>,
    /// When the person left.
    pub left_at: Option<DateTime<Utc>>,
    /// The contractor that the person works for.
    pub contractor_id: Option<ContractorId>,
}

/// Which staff a list shows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StaffFilter {
    /// Only who has a role in this community.
    pub community_id: Option<CommunityId>,
    /// Only who has this role.
    pub role: Option<Role>,
    /// Only who has this trade.
    pub trade: Option<Trade>,
    /// Only who is on or off duty.
    pub duty_state: Option<DutyState>,
}

/// Adds a staff member.
pub async fn insert_staff(connection: &impl ConnectionTrait, row: staff_member::Model) -> Result<(), Fault> {
    staff_member::Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    Ok(())
}

/// Adds a role.
pub async fn insert_assignment(connection: &impl ConnectionTrait, row: staff_assignment::Model) -> Result<(), Fault> {
    staff_assignment::Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    Ok(())
}

/// Adds a trade.
pub async fn insert_trade(connection: &impl ConnectionTrait, row: staff_trade::Model) -> Result<(), Fault> {
    staff_trade::Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    Ok(())
}

/// The staff member of an account who has not left.
pub async fn staff_of_account(
    connection: &impl ConnectionTrait,
    account: AccountId,
) -> Result<Option<staff_member::Model>, Fault> {
    let query = staff_member::Entity::find()
        .filter(staff_member::Column::AccountId.eq(account))
        .filter(staff_member::Column::LeftAt.is_null());
    Ok(query.one(connection).await?)
}

/// Which of the communities belong to the organization.
pub async fn count_communities(
    connection: &impl ConnectionTrait,
    org: OrganizationId,
    communities: &[CommunityId],
) -> Result<i64, Fault> {
    let mut sql = Sql::new("SELECT COUNT(*) FROM community WHERE");
    sql.with(" org_id = ", org).push(" AND id IN ").list(communities.iter().copied()).number(connection).await
}

/// Whether a contractor of the organization is given work now; `None` when there is no such contractor.
pub async fn contractor_is_active(
    connection: &impl ConnectionTrait,
    org: OrganizationId,
    contractor: ContractorId,
) -> Result<Option<bool>, Fault> {
    #[derive(FromQueryResult)]
    struct Row {
        active: bool,
    }
    let mut sql = Sql::new("SELECT active FROM contractor WHERE");
    let row: Option<Row> = sql.with(" org_id = ", org).with(" AND id = ", contractor).one(connection).await?;
    Ok(row.map(|row| row.active))
}

/// Changes the duty state; `false` when it was so before.
pub async fn set_duty(
    connection: &impl ConnectionTrait,
    staff: StaffId,
    state: DutyState,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE staff_member SET");
    sql.with(" duty_state = ", state).with(", duty_changed_at = ", now);
    sql.with(" WHERE left_at IS NULL AND id = ", staff).with(" AND duty_state <> ", state);
    Ok(sql.run(connection).await? == 1)
}

/// Adds a role unless the person has it.
pub async fn add_assignment(connection: &impl ConnectionTrait, row: staff_assignment::Model) -> Result<(), Fault> {
    let held = assignments_of(connection, &[row.staff_id]).await?;
    if held.iter().any(|it| it.role == row.role && it.community_id == row.community_id) {
        return Ok(());
    }
    insert_assignment(connection, row).await
}

/// Takes a role away; harmless when the person does not have it.
pub async fn remove_assignment(
    connection: &impl ConnectionTrait,
    staff: StaffId,
    role: Role,
    community: Option<CommunityId>,
) -> Result<(), Fault> {
    let mut sql = Sql::new("DELETE FROM staff_assignment WHERE");
    sql.with(" staff_id = ", staff).with(" AND role = ", role);
    match community {
        Some(community) => sql.with(" AND community_id = ", community),
        None => sql.push(" AND community_id IS NULL"),
    };
    sql.run(connection).await.map(|_| ())
}

/// Records that somebody has left.
pub async fn set_left(connection: &impl ConnectionTrait, staff: StaffId, now: DateTime<Utc>) -> Result<(), Fault> {
    let mut sql = Sql::new("UPDATE staff_member SET");
    sql.with(" left_at = ", now).with(", duty_state = ", DutyState::OffDuty).with(", duty_changed_at = ", now);
    sql.with(" WHERE left_at IS NULL AND id = ", staff).run(connection).await.map(|_| ())
}

const STAFF: &str = "SELECT m.id, m.org_id, m.name, m.account_id, a.phone, m.duty_state, m.duty_changed_at, m.left_at,
    m.contractor_id
FROM staff_member m JOIN account a ON a.id = m.account_id";

fn restrict(sql: &mut Sql, scope: &Scope) {
    match scope {
        Scope::Organization(org) => {
            sql.with(" WHERE m.org_id = ", *org);
        }
        Scope::Communities(org, communities) => {
            sql.with(" WHERE m.org_id = ", *org);
            sql.push(" AND EXISTS (SELECT 1 FROM staff_assignment s WHERE s.staff_id = m.id");
            sql.push(" AND (s.community_id IS NULL OR s.community_id IN ").list(communities.iter().copied()).push("))");
        }
        // Residents and contractors meet staff through tickets only.
        Scope::Units(..) | Scope::Assigned(..) => {
            sql.push(" WHERE 1 = 0");
        }
        Scope::System(_) => {
            sql.push(" WHERE 1 = 1");
        }
    }
}

fn filtered(select: &str, scope: &Scope, filter: &StaffFilter) -> Sql {
    let mut sql = Sql::new(select);
    restrict(&mut sql, scope);
    sql.push(" AND m.left_at IS NULL");
    if let Some(duty) = filter.duty_state {
        sql.with(" AND m.duty_state = ", duty);
    }
    if let Some(trade) = filter.trade {
        sql.with(" AND EXISTS (SELECT 1 FROM staff_trade t WHERE t.staff_id = m.id AND t.trade = ", trade).push(")");
    }
    if filter.role.is_some() || filter.community_id.is_some() {
        sql.push(" AND EXISTS (SELECT 1 FROM staff_assignment f WHERE f.staff_id = m.id");
        if let Some(role) = filter.role {
            sql.with(" AND f.role = ", role);
        }
        if let Some(community) = filter.community_id {
            sql.with(" AND (f.community_id IS NULL OR f.community_id = ", community).push(")");
        }
        sql.push(")");
    }
    sql
}

/// Staff in the order they were added, after `after`.
pub async fn list_staff(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    filter: &StaffFilter,
    after: Option<StaffId>,
    limit: u64,
) -> Result<Vec<StaffRow>, Fault> {
    let mut sql = filtered(STAFF, scope, filter);
    if let Some(after) = after {
        sql.with(" AND m.id > ", after);
    }
    sql.push(" ORDER BY m.id LIMIT ").bind(i64::try_from(limit).unwrap_or(i64::MAX)).all(connection).await
}

/// How many staff a list has.
pub async fn count_staff(connection: &impl ConnectionTrait, scope: &Scope, filter: &StaffFilter) -> Result<i64, Fault> {
    filtered("SELECT COUNT(*) FROM staff_member m JOIN account a ON a.id = m.account_id", scope, filter)
        .number(connection)
        .await
}

/// One staff member, also one who has left.
pub async fn find_staff(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    staff: StaffId,
) -> Result<Option<StaffRow>, Fault> {
    let mut sql = Sql::new(STAFF);
    restrict(&mut sql, scope);
    sql.with(" AND m.id = ", staff).one(connection).await
}

/// The roles of several staff members.
pub async fn assignments_of(
    connection: &impl ConnectionTrait,
    staff: &[StaffId],
) -> Result<Vec<staff_assignment::Model>, Fault> {
    let query = staff_assignment::Entity::find().filter(staff_assignment::Column::StaffId.is_in(staff.iter().copied()));
    Ok(query.all(connection).await?)
}

/// The trades of several staff members.
pub async fn trades_of(connection: &impl ConnectionTrait, staff: &[StaffId]) -> Result<Vec<staff_trade::Model>, Fault> {
    let query = staff_trade::Entity::find().filter(staff_trade::Column::StaffId.is_in(staff.iter().copied()));
    Ok(query.all(connection).await?)
}
