//! A member of staff who moves money.

use entities::values::{AccountId, OrganizationId, StaffId};

use crate::domains::identity::{Right, Scope, Viewer};
use crate::error::Error;
use crate::infra::history::Actor;

/// Who it is, and where they may.
#[derive(Clone, Debug)]
pub struct Clerk {
    /// The account.
    pub account: AccountId,
    /// The member of staff.
    pub staff: StaffId,
    /// Of which organization.
    pub org: OrganizationId,
    /// Where the right holds.
    pub scope: Scope,
}

impl Clerk {
    /// The viewer, where this right holds.
    pub fn of(viewer: &Viewer, right: Right) -> Result<Self, Error> {
        let staff = viewer.require_staff()?;
        let scope = staff.scope(right)?;
        Ok(Self { account: viewer.account_id, staff: staff.staff_id, org: staff.org_id, scope })
    }

    /// As histories name them.
    pub fn actor(&self) -> Actor {
        Actor { account_id: Some(self.account), staff_id: Some(self.staff) }
    }
}
