//! Mutations of staff.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use entities::values::CommunityId;

use super::enums::{Role, Trade};
use super::types::Staff;
use crate::domains::identity::service::{self, NewAssignment, NewStaff, StaffChange};
use crate::error::Error;
use crate::graphql::id::{parse_id, parse_optional_id};
use crate::graphql::payload::split;
use crate::graphql::{UserError, request};
use crate::payloads;

/// A role to be given.
#[derive(InputObject)]
pub struct AssignmentInput {
    /// The role.
    role: Role,
    /// The community that it holds in; null means all of the organization's.
    community_id: Option<ID>,
}

impl AssignmentInput {
    fn read(&self) -> Result<NewAssignment, Error> {
        Ok(NewAssignment {
            role: self.role.into(),
            community_id: community(self.community_id.as_ref(), "assignments")?,
        })
    }
}

fn community(id: Option<&ID>, field: &'static str) -> Result<Option<CommunityId>, Error> {
    Ok(parse_optional_id(id, field)?)
}

/// Adds a member of staff.
#[derive(InputObject)]
pub struct StaffCreateInput {
    /// The name, at most 100 characters.
    name: String,
    /// The phone to sign in with.
    phone: String,
    /// Roles; none for a contractor's people.
    assignments: Vec<AssignmentInput>,
    /// Trades, for technicians.
    #[graphql(default)]
    trades: Vec<Trade>,
    /// The contractor that the person works for. Such a person has neither roles nor trades of its own.
    contractor_id: Option<ID>,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

/// A new member of staff.
#[derive(SimpleObject)]
pub struct StaffCreatePayload {
    /// The member of staff.
    pub staff: Option<Staff>,
    /// The password for the first sign-in. Shown once: a repeat of the command does not have it.
    pub temporary_password: Option<String>,
    /// Why it was refused; empty when it happened.
    pub user_errors: Vec<UserError>,
}

/// Gives a member of staff a role, or takes it away.
#[derive(InputObject)]
pub struct StaffAssignInput {
    /// The member of staff.
    staff_id: ID,
    /// The role.
    role: Role,
    /// The community that it holds in; null means all of the organization's.
    community_id: Option<ID>,
}

/// Takes a role away from a member of staff.
#[derive(InputObject)]
pub struct StaffUnassignInput {
    /// The member of staff.
    staff_id: ID,
    /// The role.
    role: Role,
    /// The community that it holds in; null means the role for all of the organization's.
    community_id: Option<ID>,
}

/// Records that a member of staff has left.
#[derive(InputObject)]
pub struct StaffLeaveInput {
    /// The member of staff.
    staff_id: ID,
}

payloads! {
    /// What became of it.
    StaffAssignPayload {
        /// The member of staff as it now is.
        staff: Staff
    }
    /// What became of it.
    StaffUnassignPayload {
        /// The member of staff as it now is.
        staff: Staff
    }
    /// What became of it.
    StaffLeavePayload {
        /// The member of staff as it now is.
        staff: Staff
    }
}

/// Mutations of staff, for administrators.
#[derive(Default)]
pub struct StaffMutation;

#[Object]
impl StaffMutation {
    /// Adds a member of staff to the viewer's organization.
    async fn staff_create(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Who.")] input: StaffCreateInput,
    ) -> Result<StaffCreatePayload> {
        let request = request(context);
        let viewer = request.viewer()?;
        let outcome = async {
            let assignments = input.assignments.iter().map(AssignmentInput::read).collect::<Result<Vec<_>, Error>>()?;
            let trades = input.trades.iter().map(|trade| (*trade).into()).collect();
            let contractor = parse_optional_id(input.contractor_id.as_ref(), "contractorId")?;
            let new = NewStaff { name: input.name, phone: input.phone, assignments, trades };
            let (id, password) =
                service::create_staff(&request.app, viewer, new, contractor, &input.idempotency_key).await?;
            let row = service::staff_member(&request.app, viewer, id).await?;
            Ok((row, password))
        };
        let (created, user_errors) = split(context, outcome.await)?;
        let (row, password) = created.unzip();
        Ok(StaffCreatePayload { staff: row.map(Into::into), temporary_password: password.flatten(), user_errors })
    }

    /// Gives a member of staff a role. Repeating it is harmless.
    async fn staff_assign(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Who, and which role.")] input: StaffAssignInput,
    ) -> Result<StaffAssignPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome = async {
            let given = NewAssignment {
                role: input.role.into(),
                community_id: community(input.community_id.as_ref(), "communityId")?,
            };
            let id = parse_id(&input.staff_id, "staffId")?;
            service::change_staff(app, viewer, id, StaffChange::Assign(given)).await
        };
        Ok(StaffAssignPayload::from_outcome(context, outcome.await)?)
    }

    /// Takes a role away from a member of staff. Repeating it is harmless.
    async fn staff_unassign(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Who, and which role.")] input: StaffUnassignInput,
    ) -> Result<StaffUnassignPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome = async {
            let taken = NewAssignment {
                role: input.role.into(),
                community_id: community(input.community_id.as_ref(), "communityId")?,
            };
            let id = parse_id(&input.staff_id, "staffId")?;
            service::change_staff(app, viewer, id, StaffChange::Unassign(taken)).await
        };
        Ok(StaffUnassignPayload::from_outcome(context, outcome.await)?)
    }

    /// Records that a member of staff has left (离职). The sessions end; open work waits for a dispatcher.
    async fn staff_leave(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Who.")] input: StaffLeaveInput,
    ) -> Result<StaffLeavePayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome = async {
            let id = parse_id(&input.staff_id, "staffId")?;
            service::change_staff(app, viewer, id, StaffChange::Leave).await
        };
        Ok(StaffLeavePayload::from_outcome(context, outcome.await)?)
    }
}
