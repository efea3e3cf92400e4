//! Sessions, the viewer behind a request, and signing keys.

use chrono::{DateTime, Utc};
use entities::values::{AccountId, CommunityId, DutyState, OrganizationId, Role, SessionId, SessionKind, StaffId};
use entities::{session, signing_key};
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel, QueryOrder};

use crate::db::{Fault, Sql};
use crate::domains::identity::model::{StaffViewer, Viewer, Who};

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
struct ViewerRow {
    account_id: AccountId,
    kind: SessionKind,
    name: String,
    phone: String,
    staff_id: Option<StaffId>,
    org_id: Option<OrganizationId>,
    duty_state: Option<DutyState>,
    role: Option<Role>,
    community_id: Option<CommunityId>,
}

const VIEWER: &str = "\
SELECT s.account_id, s.kind, COALESCE(m.name, a.name) AS name, a.phone, m.id AS staff_id, m.org_id, m.duty_state,
    r.role, r.community_id
FROM session s
JOIN account a ON a.id = s.account_id AND a.disabled_at IS NULL
LEFT JOIN staff_member m ON m.id = s.staff_id AND m.left_at IS NULL
LEFT JOIN staff_assignment r ON r.staff_id = m.id
WHERE s.revoked_at IS NULL AND s.id = ";

/// The viewer behind a live session, with all roles, in one statement.
pub async fn viewer(
    connection: &impl ConnectionTrait,
    session: SessionId,
    now: DateTime<Utc>,
) -> Result<Option<Viewer>, Fault> {
    let rows: Vec<ViewerRow> = Sql::new(VIEWER).bind(session).with(" AND s.expires_at > ", now).all(connection).await?;
    let Some(first) = rows.first() else { return Ok(None) };
    let who = match (first.kind, first.staff_id, first.org_id, first.duty_state) {
        (SessionKind::Resident, ..) => Who::Resident,
        (SessionKind::Staff, Some(staff_id), Some(org_id), Some(duty_state)) => {
            let assignments = rows.iter().filter_map(|row| row.role.map(|role| (role, row.community_id))).collect();
            Who::Staff(StaffViewer { staff_id, org_id, duty_state, assignments })
        }
        // Signed in as staff, and left since.
        (SessionKind::Staff, ..) => return Ok(None),
    };
    Ok(Some(Viewer {
        account_id: first.account_id,
        session_id: session,
        name: first.name.clone(),
        phone: first.phone.clone(),
        who,
    }))
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
