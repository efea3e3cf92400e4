//! Sessions, and the viewer behind a request.

use chrono::{DateTime, Utc};
use entities::session;
use entities::values::{
    AccountId, CommunityId, DutyState, OrganizationId, Role, SessionEnd, SessionId, SessionKind, StaffId,
};
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel};

use crate::db::{Fault, Sql};

/// Adds a session.
pub async fn insert_session(connection: &impl ConnectionTrait, row: session::Model) -> Result<(), Fault> {
    session::Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    Ok(())
}

/// A session that ended, with whose it was and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromQueryResult)]
pub struct EndedRow {
    /// The session.
    pub id: SessionId,
    /// Whose.
    pub account_id: AccountId,
    /// Why; sessions that ended before this was recorded have no reason.
    pub end_reason: Option<SessionEnd>,
}

/// Which sessions of an account are meant.
#[derive(Clone, Copy, Debug)]
pub enum Which {
    /// One.
    One(SessionId),
    /// All but one.
    Others(SessionId),
    /// All.
    All,
}

/// Ends live sessions of an account, those that ended now.
pub async fn end_sessions(
    connection: &impl ConnectionTrait,
    account: AccountId,
    which: Which,
    reason: SessionEnd,
    now: DateTime<Utc>,
) -> Result<Vec<EndedRow>, Fault> {
    let mut sql = ending(reason, now);
    sql.with(" AND account_id = ", account);
    match which {
        Which::One(session) => sql.with(" AND id = ", session),
        Which::Others(session) => sql.with(" AND id <> ", session),
        Which::All => &mut sql,
    };
    end(sql, connection).await
}

/// Ends every session that somebody has as a member of staff, those that ended now.
pub async fn end_staff_sessions(
    connection: &impl ConnectionTrait,
    staff: StaffId,
    reason: SessionEnd,
    now: DateTime<Utc>,
) -> Result<Vec<EndedRow>, Fault> {
    let mut sql = ending(reason, now);
    sql.with(" AND staff_id = ", staff);
    end(sql, connection).await
}

fn ending(reason: SessionEnd, now: DateTime<Utc>) -> Sql {
    let mut sql = Sql::new("UPDATE session SET");
    sql.with(" revoked_at = ", now).with(", end_reason = ", reason);
    sql.push(" WHERE revoked_at IS NULL").with(" AND expires_at > ", now);
    sql
}

async fn end(mut sql: Sql, connection: &impl ConnectionTrait) -> Result<Vec<EndedRow>, Fault> {
    sql.push(" RETURNING id, account_id, end_reason").all(connection).await
}

/// Sessions that were ended since `since`.
pub async fn ended_since(connection: &impl ConnectionTrait, since: DateTime<Utc>) -> Result<Vec<EndedRow>, Fault> {
    let mut sql = Sql::new("SELECT id, account_id, end_reason FROM session WHERE");
    sql.with(" revoked_at >= ", since).all(connection).await
}

/// Whether and until when a session lives.
#[derive(Clone, Copy, FromQueryResult)]
pub struct Life {
    /// When it ends at the latest.
    pub expires_at: DateTime<Utc>,
    /// When it was ended.
    pub revoked_at: Option<DateTime<Utc>>,
    /// Why.
    pub end_reason: Option<SessionEnd>,
}

/// Whether and until when a session lives.
pub async fn life_of(connection: &impl ConnectionTrait, session: SessionId) -> Result<Option<Life>, Fault> {
    let mut sql = Sql::new("SELECT expires_at, revoked_at, end_reason FROM session WHERE");
    sql.with(" id = ", session).one(connection).await
}

/// Whose a session is or was.
pub async fn owner_of_session(
    connection: &impl ConnectionTrait,
    session: SessionId,
) -> Result<Option<AccountId>, Fault> {
    Ok(session::Entity::find_by_id(session).one(connection).await?.map(|row| row.account_id))
}

/// A signed-in device as its owner sees it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct SessionRow {
    /// The session.
    pub id: SessionId,
    /// What it is signed in as.
    pub kind: SessionKind,
    /// The device's name.
    pub device: Option<String>,
    /// The network that it signed in from.
    pub network: Option<String>,
    /// When it signed in.
    pub created_at: DateTime<Utc>,
    /// When it was last seen.
    pub last_seen_at: Option<DateTime<Utc>>,
}

fn live(select: &str, account: AccountId, now: DateTime<Utc>) -> Sql {
    let mut sql = Sql::new(select);
    sql.with(" FROM session WHERE account_id = ", account).push(" AND revoked_at IS NULL");
    sql.with(" AND expires_at > ", now);
    sql
}

/// Live sessions of an account, the newest first, after `after`.
pub async fn list_sessions(
    connection: &impl ConnectionTrait,
    account: AccountId,
    now: DateTime<Utc>,
    after: Option<SessionId>,
    limit: u64,
) -> Result<Vec<SessionRow>, Fault> {
    let mut sql = live("SELECT id, kind, device, network, created_at, last_seen_at", account, now);
    if let Some(after) = after {
        sql.with(" AND id < ", after);
    }
    sql.push(" ORDER BY id DESC LIMIT ").bind(i64::try_from(limit).unwrap_or(i64::MAX)).all(connection).await
}

/// How many live sessions an account has.
pub async fn count_sessions(
    connection: &impl ConnectionTrait,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<i64, Fault> {
    live("SELECT COUNT(*)", account, now).number(connection).await
}

/// Notes when sessions were last seen; never back in time.
pub async fn set_seen(connection: &impl ConnectionTrait, seen: &[(SessionId, DateTime<Utc>)]) -> Result<u64, Fault> {
    let mut sql = Sql::new("UPDATE session SET last_seen_at = v.column2 FROM (VALUES ");
    for (index, (session, at)) in seen.iter().enumerate() {
        sql.push(if index > 0 { ", (" } else { "(" }).bind(*session).with(", ", *at).push(")");
    }
    sql.push(") v WHERE session.id = v.column1 AND (last_seen_at IS NULL OR last_seen_at < v.column2)");
    sql.run(connection).await
}

/// Deletes sessions that expired before `before`.
pub async fn delete_sessions(connection: &impl ConnectionTrait, before: DateTime<Utc>) -> Result<u64, Fault> {
    Sql::new("DELETE FROM session WHERE").with(" expires_at < ", before).run(connection).await
}

/// One row for each role of the person behind a session.
#[derive(FromQueryResult)]
pub struct ViewerRow {
    /// The account.
    pub account_id: AccountId,
    /// What it is signed in as.
    pub kind: SessionKind,
    /// The person's name.
    pub name: String,
    /// The person's phone.
    pub phone: String,
    /// Whether the password is one that an administrator gave.
    pub password_temporary: bool,
    /// The staff member.
    pub staff_id: Option<StaffId>,
    /// The employer.
    pub org_id: Option<OrganizationId>,
    /// Whether at work.
    pub duty_state: Option<DutyState>,
    /// One of the roles.
    pub role: Option<Role>,
    /// Where that role counts; everywhere when null.
    pub community_id: Option<CommunityId>,
    /// What the organization granted that role, as stored.
    pub granted: Option<String>,
    /// What the organization withdrew from it.
    pub withdrawn: Option<String>,
}

const VIEWER: &str = "\
SELECT s.account_id, s.kind, COALESCE(m.name, a.name) AS name, a.phone, a.password_temporary, m.id AS staff_id,
    m.org_id, m.duty_state, r.role, r.community_id, d.granted, d.withdrawn
FROM session s
JOIN account a ON a.id = s.account_id AND a.disabled_at IS NULL
LEFT JOIN staff_member m ON m.id = s.staff_id AND m.left_at IS NULL
LEFT JOIN staff_assignment r ON r.staff_id = m.id
LEFT JOIN role_rights d ON d.org_id = r.org_id AND d.role = r.role
WHERE s.revoked_at IS NULL AND s.id = ";

/// The rows of a live session's viewer, in one statement; none when the session is over.
pub async fn viewer_rows(
    connection: &impl ConnectionTrait,
    session: SessionId,
    now: DateTime<Utc>,
) -> Result<Vec<ViewerRow>, Fault> {
    Sql::new(VIEWER).bind(session).with(" AND s.expires_at > ", now).all(connection).await
}
