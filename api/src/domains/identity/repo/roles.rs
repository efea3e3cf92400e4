//! What organizations changed of the rights of roles.

use chrono::{DateTime, Utc};
use entities::role_rights::{ActiveModel, Entity, Model};
use entities::values::{EventId, OrganizationId, Right, Role, RoleRightsId};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel};
use uuid::Uuid;

use crate::db::{Fault, Sql};

/// What an organization changed of a role, with who did it last.
#[derive(Clone, Debug, FromQueryResult)]
pub struct RoleRow {
    /// The change's row.
    pub id: RoleRightsId,
    /// The role.
    pub role: Role,
    /// Rights beside the usual ones, as stored.
    pub granted: String,
    /// Usual rights that the role has not, as stored.
    pub withdrawn: String,
    /// Number of the last change.
    pub version: i32,
    /// When that was.
    pub changed_at: DateTime<Utc>,
    /// Name of who did it.
    pub changed_by: String,
}

/// The roles of which an organization changed something: all of them, or one.
pub async fn changed_roles(
    connection: &impl ConnectionTrait,
    org: OrganizationId,
    role: Option<Role>,
) -> Result<Vec<RoleRow>, Fault> {
    let mut sql = Sql::new(
        "SELECT d.id, d.role, d.granted, d.withdrawn, d.version, d.changed_at, m.name AS changed_by
FROM role_rights d JOIN staff_member m ON m.id = d.changed_by WHERE",
    );
    sql.with(" d.org_id = ", org);
    if let Some(role) = role {
        sql.with(" AND d.role = ", role);
    }
    sql.all(connection).await
}

/// Writes the first change of a role; `false` when another came first.
pub async fn insert_role_rights(connection: &impl ConnectionTrait, row: Model) -> Result<bool, Fault> {
    let taken = OnConflict::new().do_nothing().to_owned();
    let row: ActiveModel = row.into_active_model();
    Ok(Entity::insert(row).on_conflict(taken).exec_without_returning(connection).await? == 1)
}

/// Writes a further change of a role, if nobody changed it since the version before; `false` when somebody did.
pub async fn update_role_rights(connection: &impl ConnectionTrait, row: &Model) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE role_rights SET");
    sql.with(" granted = ", row.granted.clone()).with(", withdrawn = ", row.withdrawn.clone());
    sql.with(", version = ", row.version).with(", changed_at = ", row.changed_at);
    sql.with(", changed_by = ", row.changed_by);
    sql.with(" WHERE id = ", row.id).with(" AND version = ", row.version - 1);
    Ok(sql.run(connection).await? == 1)
}

/// One change in the history of a role.
#[derive(Clone, Debug, FromQueryResult)]
pub struct RoleEventRow {
    /// The event.
    pub id: EventId,
    /// Whose history.
    pub object_id: Uuid,
    /// Its number.
    pub seq: i32,
    /// What changed, and why; nothing when it was erased.
    pub payload: Option<String>,
    /// Name of who did it.
    pub staff_name: Option<String>,
    /// When.
    pub occurred_at: DateTime<Utc>,
}

/// The latest changes of several roles, newest first, at most `most` of each.
pub async fn role_events(
    connection: &impl ConnectionTrait,
    roles: &[RoleRightsId],
    most: i64,
) -> Result<Vec<RoleEventRow>, Fault> {
    let mut sql = Sql::new(
        "SELECT e.id, e.object_id, e.seq, e.payload, m.name AS staff_name, e.occurred_at
FROM (SELECT id, object_id, seq, payload, staff_id, occurred_at,
        ROW_NUMBER() OVER (PARTITION BY object_id ORDER BY seq DESC) AS place
    FROM history_event WHERE object_id IN ",
    );
    sql.list(roles.iter().map(|id| id.0));
    sql.push(") e\nLEFT JOIN staff_member m ON m.id = e.staff_id").with(" WHERE e.place <= ", most);
    sql.push(" ORDER BY e.object_id, e.seq DESC").all(connection).await
}

/// Appends the condition that the assignment `s` is of a role that has a right in its organization.
///
/// `usual` have it unless it was withdrawn, `grantable` only if it was granted. All of it is text of ours.
///
/// Count assignments with it, never ask whether one EXISTS: SQLite 3.51 makes a join of that and, where it looks up an OR
/// by two indexes, gives up at the first row that fails another condition.
pub fn role_has(sql: &mut Sql, right: Right, (usual, grantable): &(Vec<Role>, Vec<Role>)) {
    let names = |roles: &[Role]| roles.iter().map(|role| format!("'{role}'")).collect::<Vec<_>>().join(", ");
    let list = |list: &str| {
        format!("(SELECT d.{list} FROM role_rights d WHERE d.org_id = s.org_id AND d.role = s.role) LIKE '%,{right},%'")
    };
    let usual = if usual.is_empty() { "1 = 0".to_owned() } else { format!("s.role IN ({})", names(usual)) };
    sql.push("(").push(&usual).push(" AND (").push(&list("withdrawn")).push(") IS NOT TRUE");
    if !grantable.is_empty() {
        sql.push(&format!(" OR s.role IN ({}) AND ", names(grantable))).push(&list("granted"));
    }
    sql.push(")");
}
