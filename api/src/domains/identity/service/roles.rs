//! What an organization makes of its roles.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::role_rights;
use entities::values::{EventId, OrganizationId, Right, RightSet, Role, RoleRightsId};
use serde::Serialize;
use serde_json::json;

use super::super::model::Viewer;
use super::super::policy::{self, Scope};
use super::super::repo::{self, RoleEventRow, RoleRow};
use crate::db::{Sql, Tx};
use crate::error::{Code, Error, Refusal};
use crate::infra::history::{self, Actor, NewEvent, ObjectKind};
use crate::infra::{idempotency, outbox};
use crate::state::App;

/// Longest reason in characters.
const REASON_MAX: usize = 500;
/// Changes of a role that are shown.
const EVENTS_SHOWN: i64 = 50;

/// A role as an organization has it.
#[derive(Clone, Debug)]
pub struct RoleRights {
    /// The role.
    pub role: Role,
    /// The rights that it has.
    pub rights: RightSet,
    /// The rights that it has where nobody changed it.
    pub usual: RightSet,
    /// The rights that it can have at most.
    pub allowed: RightSet,
    /// The rights that cannot be taken from it.
    pub kept: RightSet,
    /// How often it was changed.
    pub version: i32,
    /// When and by whom it was changed last.
    pub changed: Option<Changed>,
}

/// The last change of a role.
#[derive(Clone, Debug)]
pub struct Changed {
    /// Where its history is.
    pub id: RoleRightsId,
    /// When.
    pub at: DateTime<Utc>,
    /// Name of who did it.
    pub by: String,
}

/// The rights that a role is to have.
#[derive(Clone, Debug)]
pub struct NewRights {
    /// Which role.
    pub role: Role,
    /// All of its rights.
    pub rights: RightSet,
    /// The version that the client saw; 0 for a role that nobody changed.
    pub expected_version: i32,
    /// Why, 1 to 500 characters.
    pub reason: String,
}

/// Appends the condition that the assignment `s` is of a role that has a right, as its organization has it.
pub fn having_right(sql: &mut Sql, right: Right) {
    repo::role_has(sql, right, &policy::holders(right));
}

/// All roles, as the viewer's organization has them.
pub async fn roles(app: &App, viewer: &Viewer) -> Result<Vec<RoleRights>, Error> {
    let staff = viewer.require_staff()?;
    staff.scope(Right::StaffRead)?;
    let changed = repo::changed_roles(app.db.read(), staff.org_id, None).await?;
    Ok(Role::ALL.iter().map(|role| told(*role, changed.iter().find(|row| row.role == *role))).collect())
}

/// The latest changes of several roles, newest first.
pub async fn role_events(app: &App, ids: &[RoleRightsId]) -> Result<HashMap<RoleRightsId, Vec<RoleEventRow>>, Error> {
    let mut found: HashMap<RoleRightsId, Vec<RoleEventRow>> = HashMap::new();
    for row in repo::role_events(app.db.read(), ids, EVENTS_SHOWN).await? {
        found.entry(RoleRightsId(row.object_id)).or_default().push(row);
    }
    Ok(found)
}

/// Sets the rights of a role of the viewer's organization, from the next request of whoever has it.
///
/// Only the difference from the usual rights is stored, so a right that a later release brings comes by itself. What is
/// so already changes nothing.
pub async fn set_role_rights(app: &App, viewer: &Viewer, new: NewRights, key: &str) -> Result<RoleRights, Error> {
    let staff = viewer.require_staff()?;
    let Scope::Organization(org) = staff.scope(Right::RoleManage)? else { return Err(Error::Forbidden) };
    let new = checked(new)?;
    let body = Body { role: new.role, rights: new.rights.stored(), version: new.expected_version, reason: &new.reason };
    let claim =
        idempotency::Claim::new(app, viewer.account_id, "roleRightsSet", key, &body, app.clock.new_id::<EventId>().0)?;
    let (role, actor) = (new.role, Actor { account_id: Some(viewer.account_id), staff_id: Some(staff.staff_id) });
    let (job_app, staff_id) = (app.clone(), staff.staff_id);
    app.db
        .write(move |tx| {
            let (app, claim, new) = (job_app.clone(), claim.clone(), new.clone());
            Box::pin(async move {
                if idempotency::claim(tx, &claim).await?.is_some() {
                    return Ok(());
                }
                let before = repo::changed_roles(tx, org, Some(role)).await?.pop();
                let was = told(role, before.as_ref());
                if was.version != new.expected_version {
                    return Err(stale());
                }
                if was.rights == new.rights {
                    return Ok(());
                }
                let row = role_rights::Model {
                    id: before.as_ref().map_or_else(|| app.clock.new_id(), |row| row.id),
                    org_id: org,
                    role,
                    granted: new.rights.without(was.usual).stored(),
                    withdrawn: was.usual.without(new.rights).stored(),
                    version: was.version + 1,
                    changed_at: app.clock.now(),
                    changed_by: staff_id,
                };
                let written = match before {
                    None => repo::insert_role_rights(tx, row.clone()).await?,
                    Some(_) => repo::update_role_rights(tx, &row).await?,
                };
                if !written {
                    return Err(stale());
                }
                note(tx, &app, &row, (was.rights, &new), actor).await
            })
        })
        .await?;
    role_of(app, org, role).await
}

/// What tells a repeat from another command.
#[derive(Serialize)]
struct Body<'b> {
    role: Role,
    rights: String,
    version: i32,
    reason: &'b str,
}

fn stale() -> Error {
    Refusal::at(Code::StaleVersion, "expectedVersion").into()
}

/// The command with its words trimmed, when the role may be so.
fn checked(new: NewRights) -> Result<NewRights, Refusal> {
    let reason = new.reason.trim().to_owned();
    if reason.is_empty() {
        return Err(Refusal::at(Code::Required, "reason"));
    }
    if reason.chars().count() > REASON_MAX {
        return Err(Refusal::at(Code::TooLong, "reason").value("max", REASON_MAX));
    }
    let beyond = new.rights.without(policy::allowed(new.role));
    if !beyond.is_empty() {
        return Err(Refusal::at(Code::RightNotAllowed, "rights").value("rights", names(beyond).join(", ")));
    }
    let lacking = policy::kept(new.role).without(new.rights);
    if !lacking.is_empty() {
        return Err(Refusal::at(Code::RightKept, "rights").value("rights", names(lacking).join(", ")));
    }
    Ok(NewRights { reason, ..new })
}

fn names(rights: RightSet) -> Vec<&'static str> {
    rights.iter().map(Right::as_str).collect()
}

async fn role_of(app: &App, org: OrganizationId, role: Role) -> Result<RoleRights, Error> {
    let changed = repo::changed_roles(app.db.read(), org, Some(role)).await?;
    Ok(told(role, changed.first()))
}

fn told(role: Role, row: Option<&RoleRow>) -> RoleRights {
    let change = row.map(|row| (RightSet::read(&row.granted), RightSet::read(&row.withdrawn))).unwrap_or_default();
    RoleRights {
        role,
        rights: policy::effective(role, change),
        usual: policy::defaults(role),
        allowed: policy::allowed(role),
        kept: policy::kept(role),
        version: row.map_or(0, |row| row.version),
        changed: row.map(|row| Changed { id: row.id, at: row.changed_at, by: row.changed_by.clone() }),
    }
}

/// Appends the change to the role's history and tells of it; the role's row is locked by its own change.
async fn note(
    tx: &Tx,
    app: &App,
    row: &role_rights::Model,
    (before, new): (RightSet, &NewRights),
    actor: Actor,
) -> Result<(), Error> {
    let (added, removed) = (names(new.rights.without(before)), names(before.without(new.rights)));
    let event = NewEvent {
        org_id: row.org_id,
        object_kind: ObjectKind::Role,
        object_id: row.id.0,
        kind: "RIGHTS_SET",
        from_state: None,
        to_state: None,
        actor,
        payload: json!({ "role": row.role, "added": added, "removed": removed, "reason": new.reason }),
        occurred_at: row.changed_at,
    };
    history::append(tx, &app.clock, event).await?;
    let message = outbox::Message {
        org_id: row.org_id,
        topic: "role.changed",
        object_kind: ObjectKind::Role,
        object_id: row.id.0,
        object_version: row.version,
        staff_id: None,
        staff_before_id: None,
        payload: json!({ "role": row.role }),
    };
    Ok(outbox::write(tx, &app.clock, message).await?)
}
