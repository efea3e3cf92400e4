//! Who is tied to a unit: admitting people, and ending what ties them.

use chrono::{DateTime, Utc};
use entities::values::{AccountId, CommunityId, OrganizationId, ResidencyId, ResidencyRole, ResidencySource, UnitId};
use sea_orm::{ConnectionTrait, FromQueryResult};

use super::in_scope;
use crate::db::{Fault, Sql};
use crate::domains::identity::Scope;

/// Somebody who is tied to a unit, now or from a day ahead.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct ResidentRow {
    /// The residency.
    pub id: ResidencyId,
    /// Whose register.
    pub org_id: OrganizationId,
    /// The unit.
    pub unit_id: UnitId,
    /// Its community.
    pub community_id: CommunityId,
    /// Who is bound to it.
    pub account_id: Option<AccountId>,
    /// What the person is there.
    pub role: ResidencyRole,
    /// The person's name.
    pub name: String,
    /// The company, where the person stands for one.
    pub company_name: Option<String>,
    /// The person's phone.
    pub phone: Option<String>,
    /// Whether an owner lets this proxy admit others.
    pub may_admit: bool,
    /// Where it comes from.
    pub source: ResidencySource,
    /// Since when.
    pub started_at: DateTime<Utc>,
    /// Until when.
    pub ended_at: Option<DateTime<Utc>>,
}

/// A tie to be made.
#[derive(Clone, Debug)]
pub struct NewTie {
    /// The residency.
    pub id: ResidencyId,
    /// Whose register.
    pub org_id: OrganizationId,
    /// The unit.
    pub unit_id: UnitId,
    /// Who is bound.
    pub account_id: AccountId,
    /// What the person is there.
    pub role: ResidencyRole,
    /// The person's name.
    pub name: String,
    /// The company, where the person stands for one.
    pub company_name: Option<String>,
    /// The person's phone.
    pub phone: String,
    /// Last four characters of the id.
    pub id_last4: Option<String>,
    /// Whether an owner lets this proxy admit others.
    pub may_admit: bool,
    /// Where it comes from.
    pub source: ResidencySource,
    /// From when.
    pub started_at: DateTime<Utc>,
    /// Until when.
    pub ended_at: Option<DateTime<Utc>>,
    /// Now.
    pub created_at: DateTime<Utc>,
}

/// What an account is to a unit at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromQueryResult)]
pub struct OwnTie {
    /// The role.
    pub role: ResidencyRole,
    /// Whether an owner lets this proxy admit others.
    pub may_admit: bool,
}

/// Who looks at the residents of units.
#[derive(Clone, Debug)]
pub enum Household {
    /// Whoever may admit somebody there.
    Of(AccountId),
    /// Staff, where they may.
    Staff(Scope),
}

const RESIDENT: &str = "SELECT r.id, r.org_id, r.unit_id, u.community_id, r.account_id, r.role, r.name, r.company_name,
    r.phone, r.may_admit, r.source, r.started_at, r.ended_at
FROM residency r JOIN unit u ON u.id = r.unit_id WHERE r.review_state = 'APPROVED'";

/// Not over, though it may only begin: what was ended before it began never was.
fn standing(sql: &mut Sql, now: DateTime<Utc>) {
    sql.with(" AND (r.ended_at IS NULL OR (r.ended_at > ", now).push(" AND r.ended_at > r.started_at))");
}

fn seen_by(sql: &mut Sql, household: &Household, now: DateTime<Utc>) {
    match household {
        Household::Of(account) => {
            sql.with(
                " AND EXISTS (SELECT 1 FROM residency o WHERE o.unit_id = r.unit_id AND o.account_id = ",
                *account,
            );
            sql.push(" AND o.review_state = 'APPROVED' AND (o.role = 'OWNER' OR (o.role = 'PROXY' AND o.may_admit))");
            sql.with(" AND o.started_at <= ", now).with(" AND (o.ended_at IS NULL OR o.ended_at > ", now).push("))");
        }
        Household::Staff(scope) => {
            sql.push(" AND ");
            in_scope(sql, scope, "u.org_id", "u.community_id", Some("u.id"));
        }
    }
}

/// Who is tied to several units, as far as the viewer may know: owners first.
pub async fn residents_of(
    connection: &impl ConnectionTrait,
    household: &Household,
    units: &[UnitId],
    now: DateTime<Utc>,
) -> Result<Vec<ResidentRow>, Fault> {
    let mut sql = Sql::new(RESIDENT);
    sql.push(" AND r.unit_id IN ").list(units.iter().copied());
    standing(&mut sql, now);
    seen_by(&mut sql, household, now);
    sql.push(" ORDER BY CASE r.role WHEN 'OWNER' THEN 0 WHEN 'PROXY' THEN 1 WHEN 'FAMILY' THEN 2 ELSE 3 END");
    sql.push(", r.started_at, r.id").all(connection).await
}

/// A residency, also one that is over, if the viewer may know of it.
pub async fn find_resident(
    connection: &impl ConnectionTrait,
    household: &Household,
    id: ResidencyId,
    now: DateTime<Utc>,
) -> Result<Option<ResidentRow>, Fault> {
    let mut sql = Sql::new(RESIDENT);
    seen_by(&mut sql, household, now);
    sql.with(" AND r.id = ", id).one(connection).await
}

/// An account's own residency, also one that is over.
pub async fn own_residency(
    connection: &impl ConnectionTrait,
    account: AccountId,
    id: ResidencyId,
) -> Result<Option<ResidentRow>, Fault> {
    let mut sql = Sql::new(RESIDENT);
    sql.with(" AND r.account_id = ", account).with(" AND r.id = ", id).one(connection).await
}

/// What an account is to a unit at this moment; nothing, several things, or one.
pub async fn own_ties(
    connection: &impl ConnectionTrait,
    account: AccountId,
    unit: UnitId,
    now: DateTime<Utc>,
) -> Result<Vec<OwnTie>, Fault> {
    let mut sql = Sql::new("SELECT r.role, r.may_admit FROM residency r WHERE r.review_state = 'APPROVED'");
    sql.with(" AND r.account_id = ", account).with(" AND r.unit_id = ", unit).with(" AND r.started_at <= ", now);
    standing(&mut sql, now);
    sql.all(connection).await
}

/// Lets one transaction at a time change who is tied to a unit, until its end.
pub async fn lock_unit(connection: &impl ConnectionTrait, unit: UnitId) -> Result<(), Fault> {
    Sql::new("UPDATE unit SET floor = floor WHERE").with(" id = ", unit).run(connection).await.map(drop)
}

/// Everybody who is tied to a unit; whoever counts or looks for somebody holds its lock.
pub async fn all_residents(
    connection: &impl ConnectionTrait,
    unit: UnitId,
    now: DateTime<Utc>,
) -> Result<Vec<ResidentRow>, Fault> {
    let scope = Household::Staff(Scope::System("whoever changes the ties of a unit must know all of them"));
    residents_of(connection, &scope, &[unit], now).await
}

/// Adds a tie, approved.
pub async fn insert_tie(connection: &impl ConnectionTrait, tie: NewTie) -> Result<(), Fault> {
    let mut sql = Sql::new(
        "INSERT INTO residency (id, org_id, unit_id, account_id, role, name, company_name, phone, id_last4, may_admit,
    source, started_at, ended_at, created_at, review_state) VALUES (",
    );
    sql.bind(tie.id).with(", ", tie.org_id).with(", ", tie.unit_id).with(", ", tie.account_id).with(", ", tie.role);
    sql.with(", ", tie.name).with(", ", tie.company_name).with(", ", tie.phone).with(", ", tie.id_last4);
    sql.with(", ", tie.may_admit).with(", ", tie.source).with(", ", tie.started_at).with(", ", tie.ended_at);
    sql.with(", ", tie.created_at).push(", 'APPROVED')").run(connection).await.map(drop)
}

/// Ends a residency now; one that has not begun never begins. `false` when it is over already.
pub async fn end_residency(
    connection: &impl ConnectionTrait,
    id: ResidencyId,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE residency SET ended_at = CASE WHEN started_at > ");
    sql.bind(now).with(" THEN started_at ELSE ", now).push(" END");
    sql.with(" WHERE id = ", id).with(" AND (ended_at IS NULL OR (ended_at > ", now);
    Ok(sql.push(" AND ended_at > started_at))").run(connection).await? == 1)
}
