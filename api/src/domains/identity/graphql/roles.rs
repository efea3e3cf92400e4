//! Roles and their rights in the schema.

use async_graphql::{ComplexObject, Context, ID, InputObject, Object, Result, SimpleObject};
use serde::Deserialize;

use super::enums::Role;
use super::loaders::ChangesOf;
use super::rights::{self, Right};
use crate::domains::identity::service::{self, NewRights, RoleEventRow};
use crate::error::Error;
use crate::graphql::id::wire_id;
use crate::graphql::request;
use crate::graphql::scalars::DateTime;
use crate::payloads;

/// A role (角色) as an organization has it.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct RoleRights {
    /// The role.
    pub role: Role,
    /// The rights that it has now.
    pub rights: Vec<Right>,
    /// The rights that it has where nobody changed it.
    pub default_rights: Vec<Right>,
    /// The rights that it can have at most.
    pub allowed_rights: Vec<Right>,
    /// The rights that cannot be taken from it.
    pub kept_rights: Vec<Right>,
    /// How often it was changed, for `expectedVersion`; 0 when never.
    pub version: i32,
    /// When it was changed last; null when never.
    pub changed_at: Option<DateTime>,
    /// Name of who changed it last; null when nobody did.
    pub changed_by: Option<String>,
    #[graphql(skip)]
    row: service::RoleRights,
}

impl From<service::RoleRights> for RoleRights {
    fn from(row: service::RoleRights) -> Self {
        Self {
            role: row.role.into(),
            rights: rights::list(row.rights),
            default_rights: rights::list(row.usual),
            allowed_rights: rights::list(row.allowed),
            kept_rights: rights::list(row.kept),
            version: row.version,
            changed_at: row.changed.as_ref().map(|changed| changed.at.into()),
            changed_by: row.changed.as_ref().map(|changed| changed.by.clone()),
            row,
        }
    }
}

#[ComplexObject]
impl RoleRights {
    /// What people call it, in the request's language.
    async fn name(&self, context: &Context<'_>) -> &'static str {
        request(context).locale.pick(service::role_name(self.row.role))
    }

    /// Its latest 50 changes, newest first.
    #[graphql(complexity = "2 + 5 * child_complexity")]
    async fn events(&self, context: &Context<'_>) -> Result<Vec<RoleEvent>> {
        let Some(changed) = &self.row.changed else { return Ok(Vec::new()) };
        let events = request(context).loader().load_one(ChangesOf(changed.id)).await?.unwrap_or_default();
        Ok(events.into_iter().map(Into::into).collect())
    }
}

/// One change of a role's rights.
#[derive(SimpleObject)]
pub struct RoleEvent {
    /// Opaque id.
    pub id: ID,
    /// The version that it made.
    pub version: i32,
    /// Rights that the role got.
    pub added: Vec<Right>,
    /// Rights that it lost.
    pub removed: Vec<Right>,
    /// Why.
    pub reason: Option<String>,
    /// Name of who did it.
    pub staff_name: Option<String>,
    /// When.
    pub occurred_at: DateTime,
}

/// What an event's payload holds; names that this release does not know are left out.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Told {
    added: Vec<String>,
    removed: Vec<String>,
    reason: Option<String>,
}

impl From<RoleEventRow> for RoleEvent {
    fn from(row: RoleEventRow) -> Self {
        let told = row.payload.as_deref().and_then(|text| serde_json::from_str::<Told>(text).ok()).unwrap_or_default();
        let rights = |names: &[String]| rights::list(names.iter().filter_map(|name| name.parse().ok()).collect());
        Self {
            id: wire_id(row.id),
            version: row.seq,
            added: rights(&told.added),
            removed: rights(&told.removed),
            reason: told.reason,
            staff_name: row.staff_name,
            occurred_at: row.occurred_at.into(),
        }
    }
}

/// Sets the rights of a role.
#[derive(InputObject)]
pub struct RoleRightsSetInput {
    /// The role.
    role: Role,
    /// All the rights that it is to have: those of `keptRights`, and of `allowedRights` whichever are wanted.
    rights: Vec<Right>,
    /// The role's `version` as the client saw it.
    expected_version: i32,
    /// Why, at most 500 characters. Whoever may read the role can read it.
    reason: String,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

payloads! {
    /// What became of it.
    RoleRightsSetPayload {
        /// The role as it now is.
        role: RoleRights
    }
}

/// Mutations of roles, for administrators.
#[derive(Default)]
pub struct RoleMutation;

#[Object]
impl RoleMutation {
    /// Sets the rights of a role in the viewer's organization. They count from the next request of whoever has the role, on
    /// an open socket from the next event.
    async fn role_rights_set(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which role, and its rights.")] input: RoleRightsSetInput,
    ) -> Result<RoleRightsSetPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let new = NewRights {
            role: input.role.into(),
            rights: input.rights.iter().map(|right| (*right).into()).collect(),
            expected_version: input.expected_version,
            reason: input.reason,
        };
        let outcome: Result<_, Error> = service::set_role_rights(app, viewer, new, &input.idempotency_key).await;
        Ok(RoleRightsSetPayload::from_outcome(context, outcome)?)
    }
}
