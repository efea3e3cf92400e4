//! What an organization may make of a role: at most what is allowed here, at least what is kept here.

use entities::values::{Right, RightSet, Role};

use super::defaults;

/// The rights that an organization may give a role at most.
///
/// People, their roles and the rights of roles are the administrator's alone: whoever had one of them could take all.
/// A contractor's people stay with the tickets that they are given.
pub fn allowed(role: Role) -> RightSet {
    use Right::*;
    let beside: &[Right] = match role {
        Role::Contractor => &[],
        Role::Technician => &[TicketReschedule, TicketInspect, ContactRead, StaffRead, ServicePlanRead],
        Role::TeamLeader => &[
            TicketDispatch,
            TicketReschedule,
            TicketUrge,
            TicketWork,
            TicketOwn,
            ContactRead,
            ServicePlanRead,
            ReportRead,
        ],
        Role::Steward => &[
            TicketDispatch,
            TicketReschedule,
            TicketUrge,
            TicketNotice,
            TicketWork,
            TicketOwn,
            TicketCallback,
            TicketReopen,
            TicketCancel,
            TicketPayer,
            QuoteDecide,
            ReportRead,
            ResidencyManage,
            FeeRead,
            MeterRead,
        ],
        Role::FrontDesk => &[TicketDispatch, TicketInspect, TicketReopen, ReportRead, FeeRead, MeterRead, FeeCollect],
        Role::Dispatcher => &[
            TicketSettings,
            TicketUrge,
            TicketCallback,
            TicketReopen,
            ContactRecord,
            ServicePlanManage,
            QuoteDecide,
            ReportRead,
        ],
        Role::Collector => &[TicketRead, HouseholdRead, StaffRead, ReportRead],
        Role::Finance => &[
            TicketRead,
            ContactRead,
            HouseholdRead,
            StaffRead,
            ServicePlanRead,
            PriceManage,
            PersonalReveal,
            MerchantManage,
        ],
        Role::Supervisor => &[TicketWork, TicketOwn, ContractorManage, PolicyManage, PriceManage, FeeRead, MeterRead],
        Role::Manager => return RightSet::all().without([StaffManage, RoleManage].into_iter().collect()),
        Role::OrganizationAdmin => return RightSet::all(),
    };
    defaults(role).with(beside.iter().copied().collect())
}

/// The rights that an organization cannot take from a role: an organization does not lock itself out.
pub fn kept(role: Role) -> RightSet {
    match role {
        Role::OrganizationAdmin => [Right::StaffRead, Right::StaffManage, Right::RoleManage].into_iter().collect(),
        _ => RightSet::default(),
    }
}

/// The rights of a role in an organization that granted and withdrew some.
///
/// Whatever stands in the database, it is never more than is allowed, and never less than is kept.
pub fn effective(role: Role, (granted, withdrawn): (RightSet, RightSet)) -> RightSet {
    defaults(role).with(granted.both(allowed(role))).without(withdrawn).with(kept(role))
}

/// The roles that have a right unless it is withdrawn, and those that may be granted it.
pub fn holders(right: Right) -> (Vec<Role>, Vec<Role>) {
    let may = |role: &Role| allowed(*role).contains(right);
    Role::ALL.iter().copied().filter(may).partition(|role| defaults(*role).contains(right))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_role_may_have_what_it_has_by_default() {
        for role in Role::ALL.iter().copied() {
            assert!(defaults(role).within(allowed(role)), "{role}");
            assert!(kept(role).within(defaults(role)), "{role}");
            assert_eq!(effective(role, Default::default()), defaults(role), "{role}");
        }
    }

    #[test]
    fn people_and_roles_are_the_administrators_alone() {
        for role in Role::ALL.iter().copied().filter(|role| *role != Role::OrganizationAdmin) {
            for right in [Right::StaffManage, Right::RoleManage] {
                assert!(!allowed(role).contains(right), "{role} {right}");
            }
        }
    }

    #[test]
    fn a_contractors_people_get_nothing_more() {
        assert_eq!(allowed(Role::Contractor), defaults(Role::Contractor));
    }

    #[test]
    fn work_is_done_by_technicians_unless_an_organization_says_otherwise() {
        let (usual, grantable) = holders(Right::TicketOwn);
        assert_eq!(usual, [Role::Technician, Role::Contractor]);
        assert!(grantable.contains(&Role::Steward) && !grantable.contains(&Role::FrontDesk));
    }

    #[test]
    fn what_is_stored_is_read_again() {
        for right in Right::ALL.iter().copied() {
            let set: RightSet = [right, Right::TicketRead].into_iter().collect();
            assert_eq!(RightSet::read(&set.stored()), set);
            assert!(set.stored().contains(&format!(",{right},")));
        }
        assert_eq!(RightSet::read(",TICKET_READ,OF_A_LATER_RELEASE,"), [Right::TicketRead].into_iter().collect());
        assert_eq!((RightSet::default().stored().as_str(), RightSet::read(",")), (",", RightSet::default()));
    }

    fn sets() -> impl Strategy<Value = RightSet> {
        proptest::sample::subsequence(Right::ALL.to_vec(), 0..=Right::ALL.len())
            .prop_map(|rights| rights.into_iter().collect())
    }

    proptest! {
        /// Whatever rows say, and whatever sequence of changes made them.
        #[test]
        fn rights_never_leave_what_is_allowed(changes in proptest::collection::vec((sets(), sets()), 0..6)) {
            for role in Role::ALL.iter().copied() {
                let mut now = effective(role, Default::default());
                for change in &changes {
                    now = effective(role, *change);
                    prop_assert!(now.within(allowed(role)));
                    prop_assert!(kept(role).within(now));
                }
                // What is asked for within the bounds is what one gets: as the difference from the default is stored.
                let asked = now.without(defaults(role));
                prop_assert_eq!(effective(role, (asked, defaults(role).without(now))), now);
            }
        }
    }
}
