//! The people of the properties, and what each is with regard to one ticket.

use api::domains::identity::{Right, StaffViewer};
use api::domains::tickets::model::Actor;
use entities::values::{CommunityId, DutyState, OrganizationId, Role, StaffId};
use uuid::Uuid;

/// Somebody who tries to do something with a ticket.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Person {
    Owner,
    Family,
    Tenant,
    Neighbour,
    Alice,
    Bob,
    Dispatcher,
    Desk,
    Supervisor,
    Leader,
    Collector,
    /// Technician, dispatcher, front desk and supervisor in one.
    Jack,
    /// One of a contractor's people.
    Carl,
}

impl Person {
    pub const ALL: [Self; 13] = [
        Self::Owner,
        Self::Family,
        Self::Tenant,
        Self::Neighbour,
        Self::Alice,
        Self::Bob,
        Self::Dispatcher,
        Self::Desk,
        Self::Supervisor,
        Self::Leader,
        Self::Collector,
        Self::Jack,
        Self::Carl,
    ];
    /// Those who have nothing to do with the ticket.
    pub const STRANGERS: [Self; 2] = [Self::Neighbour, Self::Collector];
    /// Those whom a ticket can be given to.
    pub const TECHNICIANS: [Self; 4] = [Self::Alice, Self::Bob, Self::Jack, Self::Carl];

    pub const fn roles(self) -> &'static [Role] {
        match self {
            Self::Owner | Self::Family | Self::Tenant | Self::Neighbour => &[],
            Self::Alice | Self::Bob => &[Role::Technician],
            Self::Carl => &[Role::Contractor],
            Self::Dispatcher => &[Role::Dispatcher],
            Self::Desk => &[Role::FrontDesk],
            Self::Supervisor => &[Role::Supervisor],
            Self::Leader => &[Role::TeamLeader],
            Self::Collector => &[Role::Collector],
            Self::Jack => &[Role::Technician, Role::Dispatcher, Role::FrontDesk, Role::Supervisor],
        }
    }

    /// Lives in the ticket's unit.
    pub const fn household(self) -> bool {
        matches!(self, Self::Owner | Self::Family | Self::Tenant)
    }

    pub const fn is_staff(self) -> bool {
        !self.roles().is_empty()
    }

    /// The staff member that the pure properties know the person by.
    pub fn staff(self) -> Option<StaffId> {
        self.is_staff().then(|| StaffId(Uuid::from_u128(0x100 + self as u128)))
    }

    /// What the service makes of the person, known there as `staff`.
    pub fn actor(self, staff: Option<StaffId>) -> Actor {
        let community = CommunityId(Uuid::from_u128(1));
        let Some(staff_id) = staff else {
            let owner = self == Self::Owner;
            return Actor { household: self.household(), owner, ..Actor::default() };
        };
        let viewer = StaffViewer {
            staff_id,
            org_id: OrganizationId(Uuid::from_u128(2)),
            duty_state: DutyState::OnDuty,
            assignments: self.roles().iter().map(|role| (*role, Some(community))).collect(),
            changes: Vec::new(),
        };
        Actor {
            staff: Some(staff_id),
            household: false,
            owner: false,
            may_dispatch: viewer.may(Right::TicketDispatch, community),
            may_work: viewer.may(Right::TicketWork, community),
            may_own: viewer.may(Right::TicketOwn, community),
            may_callback: viewer.may(Right::TicketCallback, community),
            may_inspect: viewer.may(Right::TicketInspect, community),
            may_reopen: viewer.may(Right::TicketReopen, community),
            may_cancel: viewer.may(Right::TicketCancel, community),
            may_comment: viewer.may(Right::TicketComment, community),
            may_reschedule: viewer.may(Right::TicketReschedule, community),
            may_urge: viewer.may(Right::TicketUrge, community),
            contractor: viewer.is_contractor(),
            may_record_contact: viewer.may(Right::ContactRecord, community),
            may_set_payer: viewer.may(Right::TicketPayer, community),
            may_revise_payer: viewer.may(Right::TicketPayerRevise, community),
            may_decide_quote: viewer.may(Right::QuoteDecide, community),
        }
    }
}
