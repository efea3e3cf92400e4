//! Sessions, the viewer behind a request, and signing keys.

use chrono::{DateTime, Utc};
use entities::values::{AccountId, CommunityId, DutyState, OrganizationId, Role, SessionId, SessionKind, StaffId};
use entities::{session, signing_key};
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel, QueryOrder};

use crate::db::{Fault, Sql};

/// Adds a session.
pub async fn insert_session(connection: &impl ConnectionTrait, row: session::Model) -> Result<(), Fault> {
    session::Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    Ok(())
}

/// Ends a session; `false` when it had ended before.
pub async fn revoke_session(
    connection: &impl ConnectionTrait,
    session: SessionId,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE session SET");
    sql.with(" revoked_at = ", now).with(" WHERE revoked_at IS NULL AND id = ", session);
    Ok(sql.run(connection).await? == 1)
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
}

const VIEWER: &str = "\
SELECT s.account_id, s.kind, COALESCE(m.name, a.name) AS name, a.phone, m.id AS staff_id, m.org_id, m.duty_state,
    r.role, r.community_id
FROM session s
JOIN account a ON a.id = s.account_id AND a.disabled_at IS NULL
LEFT JOIN staff_member m ON m.id = s.staff_id AND m.left_at IS NULL
LEFT JOIN staff_assignment r ON r.staff_id = m.id
WHERE s.revoked_at IS NULL AND s.id = ";

/// The rows of a live session's viewer, in one statement; none when the session is over.
pub async fn viewer_rows(
    connection: &impl ConnectionTrait,
    session: SessionId,
    now: DateTime<Utc>,
) -> Result<Vec<ViewerRow>, Fault> {
    Sql::new(VIEWER).bind(session).with(" AND s.expires_at > ", now).all(connection).await
}

/// Every signing key, newest first.
pub async fn signing_keys(connection: &impl ConnectionTrait) -> Result<Vec<signing_key::Model>, Fault> {
    Ok(signing_key::Entity::find().order_by_desc(signing_key::Column::Id).all(connection).await?)
}

/// Adds a signing key.
pub async fn insert_signing_key(connection: &impl ConnectionTrait, row: signing_key::Model) -> Result<(), Fault> {
    signing_key::Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    Ok(())
}
