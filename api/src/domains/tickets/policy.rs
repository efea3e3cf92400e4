//! Who a viewer is with regard to one ticket.

use entities::values::{CommunityId, ResidencyRole};

use super::model::Actor;
use crate::domains::estate::Tie;
use crate::domains::identity::{Right, Viewer, Who};

/// What counts of the viewer for a ticket of `community`.
///
/// `ties` are a resident's ties to the ticket's unit; `requester` says that the resident asked for a ticket without a
/// unit. Staff have neither.
pub fn actor(viewer: &Viewer, community: CommunityId, ties: &[Tie], requester: bool) -> Actor {
    match &viewer.who {
        Who::Resident => Actor {
            household: requester || !ties.is_empty(),
            owner: ties.iter().any(|tie| matches!(tie.role, ResidencyRole::Owner | ResidencyRole::Proxy)),
            ..Actor::default()
        },
        Who::Staff(staff) => Actor {
            staff: Some(staff.staff_id),
            household: false,
            owner: false,
            may_dispatch: staff.may(Right::TicketDispatch, community),
            may_work: staff.may(Right::TicketWork, community),
            may_own: staff.may(Right::TicketOwn, community),
            may_callback: staff.may(Right::TicketCallback, community),
            may_inspect: staff.may(Right::TicketInspect, community),
            may_reopen: staff.may(Right::TicketReopen, community),
            may_cancel: staff.may(Right::TicketCancel, community),
            may_comment: staff.may(Right::TicketComment, community),
            may_reschedule: staff.may(Right::TicketReschedule, community),
            may_urge: staff.may(Right::TicketUrge, community),
            contractor: staff.is_contractor(),
            may_record_contact: staff.may(Right::ContactRecord, community),
            may_set_payer: staff.may(Right::TicketPayer, community),
            may_revise_payer: staff.may(Right::TicketPayerRevise, community),
            may_decide_quote: staff.may(Right::QuoteDecide, community),
        },
    }
}
