//! Who may do what: every right of every role in one table, and the scope that a right reaches.

use chrono::{DateTime, Utc};
pub use entities::values::Right;
use entities::values::{AccountId, CommunityId, OrganizationId, RightSet, Role, StaffId};

use super::model::{StaffViewer, Viewer, Who};
use crate::error::Error;

mod roles;

pub use roles::{allowed, effective, holders, kept};

/// The rights of a role, unless its organization says otherwise. What is not listed is denied.
pub const fn rights(role: Role) -> &'static [Right] {
    use Right::*;
    match role {
        Role::FrontDesk => &[
            TicketRead,
            TicketSubmit,
            TicketReschedule,
            TicketNotice,
            TicketUrge,
            TicketCallback,
            TicketCancel,
            TicketComment,
            ContactRead,
            ContactRecord,
            HouseholdRead,
            EstateRead,
            StaffRead,
            TicketPayer,
            ServicePlanRead,
            ServicePlanManage,
            QuoteDecide,
            ResidencyManage,
            PersonalReveal,
        ],
        Role::Dispatcher => &[
            TicketRead,
            TicketSubmit,
            TicketDispatch,
            TicketReschedule,
            TicketNotice,
            TicketCancel,
            TicketComment,
            ContactRead,
            HouseholdRead,
            EstateRead,
            StaffRead,
            TicketPayer,
            ServicePlanRead,
            PersonalReveal,
        ],
        Role::Technician => {
            &[TicketRead, TicketSubmit, TicketWork, TicketOwn, TicketComment, EstateRead, PersonalReveal]
        }
        Role::Contractor => &[TicketRead, TicketOwn, TicketComment],
        Role::Steward => &[
            TicketRead,
            TicketSubmit,
            TicketInspect,
            TicketComment,
            ContactRead,
            ContactRecord,
            HouseholdRead,
            EstateRead,
            StaffRead,
            ServicePlanRead,
            ServicePlanManage,
            PersonalReveal,
        ],
        Role::TeamLeader => {
            &[TicketRead, TicketSubmit, TicketInspect, TicketComment, EstateRead, StaffRead, PersonalReveal]
        }
        Role::Collector => &[EstateRead, ContactRead, PersonalReveal, FeeRead, MeterRead, FeeCollect],
        Role::Finance => {
            &[EstateRead, ReportRead, FeeRead, FeeManage, FeeApprove, BillingRun, MeterRead, FeeCollect, Reconcile]
        }
        Role::Supervisor => &[
            TicketRead,
            TicketSubmit,
            TicketDispatch,
            TicketReschedule,
            TicketNotice,
            TicketUrge,
            TicketSettings,
            TicketCallback,
            TicketInspect,
            TicketReopen,
            TicketCancel,
            TicketComment,
            ContactRead,
            ContactRecord,
            HouseholdRead,
            EstateRead,
            StaffRead,
            ReportRead,
            TicketPayer,
            TicketPayerRevise,
            ServicePlanRead,
            ServicePlanManage,
            QuoteDecide,
            ResidencyManage,
            PersonalReveal,
        ],
        Role::Manager => &[
            TicketRead,
            TicketSubmit,
            TicketDispatch,
            TicketReschedule,
            TicketNotice,
            TicketUrge,
            TicketSettings,
            TicketCallback,
            TicketInspect,
            TicketReopen,
            TicketCancel,
            TicketComment,
            ContactRead,
            ContactRecord,
            HouseholdRead,
            EstateRead,
            EstateManage,
            StaffRead,
            ContractorManage,
            PolicyManage,
            ReportRead,
            TicketPayer,
            TicketPayerRevise,
            ServicePlanRead,
            ServicePlanManage,
            PriceManage,
            QuoteDecide,
            FeeRead,
            FeeManage,
            FeeApprove,
            BillingRun,
            MeterRead,
            FeeCollect,
            Reconcile,
            MerchantManage,
            ResidencyManage,
            PersonalReveal,
        ],
        Role::OrganizationAdmin => &[
            TicketRead,
            TicketSubmit,
            TicketDispatch,
            TicketReschedule,
            TicketNotice,
            TicketUrge,
            TicketSettings,
            TicketCallback,
            TicketInspect,
            TicketReopen,
            TicketCancel,
            TicketComment,
            ContactRead,
            ContactRecord,
            HouseholdRead,
            EstateRead,
            EstateManage,
            StaffRead,
            StaffManage,
            RoleManage,
            ContractorManage,
            PolicyManage,
            ReportRead,
            TicketPayer,
            TicketPayerRevise,
            ServicePlanRead,
            ServicePlanManage,
            PriceManage,
            QuoteDecide,
            FeeRead,
            FeeManage,
            FeeApprove,
            BillingRun,
            MeterRead,
            FeeCollect,
            Reconcile,
            MerchantManage,
            ResidencyManage,
            PersonalReveal,
        ],
    }
}

/// The rights of a role as a set, unless its organization says otherwise.
pub fn defaults(role: Role) -> RightSet {
    rights(role).iter().copied().collect()
}

/// Which rows a query may touch. A repo function cannot be called without one.
#[derive(Clone, PartialEq, Debug)]
pub enum Scope {
    /// A whole organization.
    Organization(OrganizationId),
    /// Some communities of an organization.
    Communities(OrganizationId, Vec<CommunityId>),
    /// The tickets that a member of staff was given, and nothing else: the narrow view of a contractor's people.
    Assigned(OrganizationId, StaffId),
    /// The units where an account has an approved residency at this moment; followed inside the query.
    Units(AccountId, DateTime<Utc>),
    /// Everything, with the reason.
    System(&'static str),
}

impl Viewer {
    /// The viewer, unless the password is temporary: then it opens the door and nothing behind it.
    pub fn past_the_door(&self) -> Result<&Self, Error> {
        if self.password_temporary { Err(Error::PasswordChangeRequired) } else { Ok(self) }
    }

    /// The staff member, or the error that only staff may do this.
    pub fn require_staff(&self) -> Result<&StaffViewer, Error> {
        self.staff().ok_or(Error::Forbidden)
    }

    /// Nothing for a resident, or the error that only residents may do this.
    pub fn require_resident(&self) -> Result<(), Error> {
        if self.staff().is_some() { Err(Error::Forbidden) } else { Ok(()) }
    }

    /// The scope in which a staff viewer has a right; residents get their units only where `right` is a reading one.
    pub fn scope(&self, right: Right, now: DateTime<Utc>) -> Result<Scope, Error> {
        match &self.who {
            Who::Staff(staff) => staff.scope(right),
            Who::Resident => match right {
                Right::TicketRead
                | Right::TicketSubmit
                | Right::TicketComment
                | Right::ContactRecord
                | Right::ServicePlanRead
                | Right::ServicePlanManage
                | Right::EstateRead
                | Right::FeeRead
                | Right::MeterRead => Ok(Scope::Units(self.account_id, now)),
                _ => Err(Error::Forbidden),
            },
        }
    }
}

impl StaffViewer {
    /// Whether this is one of a contractor's people. Whatever else such a person were given, the view stays narrow.
    pub fn is_contractor(&self) -> bool {
        self.assignments.iter().any(|(role, _)| *role == Role::Contractor)
    }

    /// Whether one of the viewer's roles has a right, as the organization has it at this moment.
    pub fn grants(&self, role: Role, right: Right) -> bool {
        let changed = self.changes.iter().find(|change| change.role == role);
        effective(role, changed.map(|change| (change.granted, change.withdrawn)).unwrap_or_default()).contains(right)
    }

    /// Whether any of the viewer's roles has any right at all.
    pub fn may_anything(&self) -> bool {
        self.assignments.iter().any(|(role, _)| Right::ALL.iter().any(|right| self.grants(*role, *right)))
    }

    /// The scope in which a staff member has a right; an error when nowhere.
    pub fn scope(&self, right: Right) -> Result<Scope, Error> {
        if self.is_contractor() {
            let granted = self.grants(Role::Contractor, right);
            return if granted { Ok(Scope::Assigned(self.org_id, self.staff_id)) } else { Err(Error::Forbidden) };
        }
        let granting = || self.assignments.iter().filter(|(role, _)| self.grants(*role, right));
        if granting().any(|(_, community)| community.is_none()) {
            return Ok(Scope::Organization(self.org_id));
        }
        let mut communities: Vec<CommunityId> = granting().filter_map(|(_, community)| *community).collect();
        if communities.is_empty() {
            return Err(Error::Forbidden);
        }
        communities.sort_unstable();
        communities.dedup();
        Ok(Scope::Communities(self.org_id, communities))
    }

    /// Whether a right holds in one community; for a contractor's people, with the tickets that they were given.
    pub fn may(&self, right: Right, community: CommunityId) -> bool {
        if self.is_contractor() {
            return self.grants(Role::Contractor, right);
        }
        self.roles_in(community).any(|role| self.grants(role, right))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use entities::values::{DutyState, SessionId, StaffId};
    use uuid::Uuid;

    fn id(n: u128) -> CommunityId {
        CommunityId(Uuid::from_u128(n))
    }

    fn staff(assignments: Vec<(Role, Option<CommunityId>)>) -> StaffViewer {
        StaffViewer {
            staff_id: StaffId(Uuid::from_u128(1)),
            org_id: OrganizationId(Uuid::from_u128(2)),
            duty_state: DutyState::OnDuty,
            assignments,
            changes: Vec::new(),
        }
    }

    #[test]
    fn a_right_reaches_exactly_the_communities_of_the_roles_that_grant_it() {
        let org = OrganizationId(Uuid::from_u128(2));
        let both = staff(vec![(Role::FrontDesk, Some(id(2))), (Role::Technician, Some(id(1)))]);
        assert_eq!(both.scope(Right::TicketRead).ok(), Some(Scope::Communities(org, vec![id(1), id(2)])));
        assert_eq!(both.scope(Right::TicketCallback).ok(), Some(Scope::Communities(org, vec![id(2)])));
        assert!(both.scope(Right::StaffManage).is_err());
        assert!(both.may(Right::TicketWork, id(1)) && !both.may(Right::TicketWork, id(2)));
        let admin = staff(vec![(Role::OrganizationAdmin, None)]);
        assert_eq!(admin.scope(Right::StaffManage).ok(), Some(Scope::Organization(org)));
        assert!(staff(vec![]).scope(Right::EstateRead).is_err());
    }

    #[test]
    fn a_contractors_person_has_the_own_tickets_alone_whatever_else_is_given() {
        let (org, me) = (OrganizationId(Uuid::from_u128(2)), StaffId(Uuid::from_u128(1)));
        let mixed = staff(vec![(Role::Contractor, None), (Role::OrganizationAdmin, None), (Role::Technician, None)]);
        for right in [Right::TicketRead, Right::TicketOwn, Right::TicketComment] {
            assert_eq!(mixed.scope(right).ok(), Some(Scope::Assigned(org, me)));
            assert!(mixed.may(right, id(1)));
        }
        for right in [Right::TicketWork, Right::TicketDispatch, Right::EstateRead, Right::StaffRead, Right::ContactRead]
        {
            assert!(mixed.scope(right).is_err() && !mixed.may(right, id(1)), "{right:?}");
        }
    }

    #[test]
    fn a_resident_has_no_right_of_staff() {
        let viewer = Viewer {
            account_id: AccountId(Uuid::from_u128(9)),
            session_id: SessionId(Uuid::from_u128(8)),
            name: String::new(),
            phone: String::new(),
            who: Who::Resident,
            password_temporary: false,
        };
        let now = DateTime::<Utc>::UNIX_EPOCH;
        assert_eq!(viewer.scope(Right::TicketRead, now).ok(), Some(Scope::Units(viewer.account_id, now)));
        for right in [
            Right::TicketDispatch,
            Right::TicketWork,
            Right::TicketCallback,
            Right::HouseholdRead,
            Right::ReportRead,
            Right::StaffRead,
        ] {
            assert!(matches!(viewer.scope(right, now), Err(Error::Forbidden)));
        }
    }
}
