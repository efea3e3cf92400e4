//! Who a request comes from.

use entities::values::{AccountId, CommunityId, DutyState, OrganizationId, RightSet, Role, SessionId, StaffId};

/// The signed-in person behind a request.
#[derive(Clone, PartialEq, Debug)]
pub struct Viewer {
    /// The account.
    pub account_id: AccountId,
    /// The session that the access token belongs to.
    pub session_id: SessionId,
    /// The person's name, empty until it is known.
    pub name: String,
    /// The person's phone.
    pub phone: String,
    /// What the person is signed in as.
    pub who: Who,
    /// Whether the password is one that an administrator gave, and must be changed before anything else.
    pub password_temporary: bool,
}

/// What a person is signed in as.
#[derive(Clone, PartialEq, Debug)]
pub enum Who {
    /// A resident; which units is a matter of residencies.
    Resident,
    /// A member of staff.
    Staff(StaffViewer),
}

/// A member of staff behind a request.
#[derive(Clone, PartialEq, Debug)]
pub struct StaffViewer {
    /// The staff member.
    pub staff_id: StaffId,
    /// The employer.
    pub org_id: OrganizationId,
    /// Whether at work now.
    pub duty_state: DutyState,
    /// Roles, each in one community or (`None`) in all.
    pub assignments: Vec<(Role, Option<CommunityId>)>,
    /// What the organization changed of these roles; mostly nothing.
    pub changes: Vec<RoleChange>,
}

/// What an organization changed of one role's rights.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RoleChange {
    /// Which role.
    pub role: Role,
    /// Rights that it has beside the usual ones.
    pub granted: RightSet,
    /// Rights that it usually has and here has not.
    pub withdrawn: RightSet,
}

impl Viewer {
    /// The staff side, if signed in as staff.
    pub fn staff(&self) -> Option<&StaffViewer> {
        match &self.who {
            Who::Staff(staff) => Some(staff),
            Who::Resident => None,
        }
    }
}

impl StaffViewer {
    /// The roles that count in one community.
    pub fn roles_in(&self, community: CommunityId) -> impl Iterator<Item = Role> + '_ {
        self.assignments.iter().filter(move |(_, at)| at.is_none_or(|at| at == community)).map(|(role, _)| *role)
    }
}
