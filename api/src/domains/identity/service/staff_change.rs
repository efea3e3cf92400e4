//! Changing what members of staff may do, and their leaving.

use entities::staff_assignment;
use entities::values::{Role, SessionEnd, StaffId};

use super::super::model::Viewer;
use super::super::policy::{Right, Scope};
use super::super::repo::{self, StaffRow};
use super::super::{error::IdentityError, model::StaffViewer};
use super::sessions;
use super::staff::NewAssignment;
use crate::error::{Code, Error, Refusal};
use crate::state::App;

/// What is done to a member of staff.
#[derive(Clone, Debug)]
pub enum StaffChange {
    /// A role is given.
    Assign(NewAssignment),
    /// A role is taken away.
    Unassign(NewAssignment),
    /// The person leaves: signs out everywhere, and is given no work any more. Open work waits for a dispatcher.
    Leave,
}

/// Changes a member of the viewer's organization. Doing it again is harmless.
///
/// Nobody can take the last step against themselves: an administrator neither leaves nor loses that role by the own hand.
pub async fn change_staff(app: &App, viewer: &Viewer, id: StaffId, change: StaffChange) -> Result<StaffRow, Error> {
    let admin: &StaffViewer = viewer.require_staff()?;
    let scope = admin.scope(Right::StaffManage)?;
    let Scope::Organization(org_id) = scope else { return Err(Error::Forbidden) };
    if admin.staff_id == id && !matches!(change, StaffChange::Assign(_)) {
        return Err(Error::Forbidden);
    }
    let (clock, now) = (app.clock.clone(), app.clock.now());
    let job_scope = scope.clone();
    let ended = app
        .db
        .write(move |tx| {
            let (clock, scope, change) = (clock.clone(), job_scope.clone(), change.clone());
            Box::pin(async move {
                let row = repo::find_staff(tx, &scope, id).await?;
                let row = row.ok_or_else(|| Refusal::at(Code::NotFound, "staffId"))?;
                if row.left_at.is_some() && !matches!(change, StaffChange::Leave) {
                    return Err(Refusal::at(Code::StaffLeft, "staffId").into());
                }
                if let StaffChange::Assign(given) = &change
                    && (row.contractor_id.is_some() || given.role == Role::Contractor)
                {
                    return Err(IdentityError::ContractorRole("role").into());
                }
                match change {
                    StaffChange::Assign(NewAssignment { role, community_id }) => {
                        let named: Vec<_> = community_id.into_iter().collect();
                        if repo::count_communities(tx, org_id, &named).await? != named.len() as i64 {
                            return Err(IdentityError::UnknownCommunity.into());
                        }
                        let row = staff_assignment::Model {
                            id: clock.new_id(),
                            org_id,
                            staff_id: id,
                            role,
                            community_id,
                            created_at: now,
                        };
                        repo::add_assignment(tx, row).await?;
                    }
                    StaffChange::Unassign(NewAssignment { role, community_id }) => {
                        repo::remove_assignment(tx, id, role, community_id).await?;
                    }
                    StaffChange::Leave => {
                        repo::set_left(tx, id, now).await?;
                        return Ok(repo::end_staff_sessions(tx, id, SessionEnd::Left, now).await?);
                    }
                }
                Ok(Vec::new())
            })
        })
        .await?;
    sessions::tell(app, &ended).await;
    repo::find_staff(app.db.read(), &scope, id).await?.ok_or_else(|| Refusal::at(Code::NotFound, "staffId").into())
}
