//! What tickets refuse.

use super::model::Denial;
use super::model::field::TimeFault;
use super::model::pricing::{LINES_MAX, LineFault, QUANTITY_MAX};
use crate::error::{Code, Error, Refusal};

/// A refused command on a ticket.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TicketError {
    /// No such ticket within the viewer's scope.
    NotFound,
    /// No such unit, building, community, category or staff member within reach; names the input field.
    NotFoundAt(&'static str),
    /// A text is missing; names the input field.
    Required(&'static str),
    /// A text is too long; names the input field and the limit in characters.
    TooLong(&'static str, usize),
    /// A value is not allowed; names the input field.
    Invalid(&'static str),
    /// A list is too long; names the input field and the limit.
    TooMany(&'static str, usize),
    /// A file does not fit its role; names the input field.
    RoleMismatch(&'static str),
    /// `expectedVersion` is old, or another change came first.
    Stale,
    /// Somebody else was faster.
    ClaimLost,
    /// The assignee cannot take the ticket.
    AssigneeUnsuitable,
    /// The slot is no slot.
    SlotInvalid,
    /// The slot lies in the past.
    SlotInPast,
    /// Nobody is free in the slot, where that matters.
    SlotFull,
    /// The helper is no technician of the ticket's community.
    HelperUnsuitable,
    /// A contractor of this name is there.
    ContractorExists,
    /// `occurredAt` cannot be.
    Occurred(TimeFault),
    /// Somebody has seen to the late command.
    ResolvedAlready,
    /// The command that `afterCommand` names has not arrived.
    PredecessorMissing,
    /// The command that `afterCommand` names was refused.
    PredecessorRefused,
    /// Neither unit nor place fits the kind.
    PlaceRequired,
    /// The category was retired.
    CategoryInactive,
    /// Two things that belong together lie in different communities; names the input field.
    OtherCommunity(&'static str),
    /// The contact was answered.
    ContactAnswered,
    /// The contact has its ticket.
    ContactTicketed,
    /// The contact has no ticket.
    ContactWithoutTicket,
    /// The ticket is no public fault.
    NoticeNotPublic,
    /// There is nothing to announce any more.
    NoticeOver,
    /// The ticket has its link.
    NoticeExists,
    /// The ticket has no link.
    NoticeMissing,
    /// The recurring service cannot be changed so where it stands.
    PlanState,
    /// The recurring service does not fall on the date, or its time has come.
    DateNotPlanned,
    /// The date has its ticket, or was left out before.
    DateTaken,
    /// The recurring service's resident lives there no more.
    ResidentGone,
    /// A line of a list is not allowed; names the list's field, the line's place from 0 on, and what is wrong.
    Line(&'static str, usize, LineFault),
    /// The price item was retired.
    PriceItemRetired,
    /// The rules of the state machine forbid it.
    Denied(Denial),
}

impl From<Denial> for TicketError {
    fn from(denial: Denial) -> Self {
        Self::Denied(denial)
    }
}

impl From<TicketError> for Error {
    fn from(error: TicketError) -> Self {
        Self::Refused(match error {
            TicketError::Denied(Denial::Forbidden) => return Self::Forbidden,
            TicketError::NotFound => Refusal::at(Code::NotFound, "ticketId"),
            TicketError::NotFoundAt(field) => Refusal::at(Code::NotFound, field),
            TicketError::Required(field) => Refusal::at(Code::Required, field),
            TicketError::TooLong(field, max) => Refusal::at(Code::TooLong, field).value("max", max),
            TicketError::Invalid(field) => Refusal::at(Code::InvalidValue, field),
            TicketError::TooMany(field, max) => Refusal::at(Code::TooMany, field).value("max", max),
            TicketError::RoleMismatch(field) => Refusal::at(Code::MediaMismatch, field),
            TicketError::Stale => Refusal::at(Code::StaleVersion, "expectedVersion"),
            TicketError::ClaimLost => Refusal::at(Code::ClaimLost, "ticketId"),
            TicketError::AssigneeUnsuitable => Refusal::at(Code::AssigneeUnsuitable, "assigneeId"),
            TicketError::SlotInvalid => Refusal::at(Code::SlotInvalid, "slotEnd"),
            TicketError::SlotInPast => Refusal::at(Code::SlotInPast, "slotStart"),
            TicketError::SlotFull => Refusal::at(Code::SlotFull, "slotStart"),
            TicketError::HelperUnsuitable | TicketError::Denied(Denial::HelperIsAssignee) => {
                Refusal::at(Code::AssigneeUnsuitable, "staffId")
            }
            TicketError::ContractorExists => Refusal::at(Code::AlreadyExists, "name"),
            TicketError::Denied(Denial::SlotInPast) => Refusal::at(Code::SlotInPast, "slotStart"),
            TicketError::Denied(Denial::UrgedRecently { minutes }) => {
                Refusal::at(Code::UrgedRecently, "ticketId").value("min", minutes)
            }
            TicketError::Denied(Denial::HelpsAlready) => Refusal::at(Code::AlreadyExists, "staffId"),
            TicketError::Denied(Denial::NotHelper) => Refusal::at(Code::NotFound, "staffId"),
            TicketError::Occurred(TimeFault::InFuture) => Refusal::at(Code::TimeInFuture, "occurredAt"),
            TicketError::Occurred(TimeFault::TooOld { days }) => {
                Refusal::at(Code::TimeTooOld, "occurredAt").value("max", days)
            }
            TicketError::ResolvedAlready => Refusal::at(Code::ResolvedAlready, "lateCommandId"),
            TicketError::PredecessorMissing => Refusal::at(Code::PredecessorMissing, "afterCommand"),
            TicketError::PredecessorRefused => Refusal::at(Code::PredecessorRefused, "afterCommand"),
            TicketError::Line(list, at, fault) => line(list, at, fault),
            TicketError::PriceItemRetired => Refusal::at(Code::PriceItemRetired, "priceItemId"),
            TicketError::Denied(Denial::QuoteOpen) => Refusal::at(Code::QuoteOpen, "ticketId"),
            TicketError::Denied(Denial::QuoteDecided) => Refusal::at(Code::QuoteDecided, "ticketId"),
            TicketError::Denied(Denial::QuoteReplaced) => Refusal::at(Code::QuoteReplaced, "quoteId"),
            TicketError::Denied(Denial::NoSuchQuote) => Refusal::at(Code::NotFound, "quoteId"),
            TicketError::Denied(Denial::QuoteRequired) => Refusal::at(Code::QuoteRequired, "ticketId"),
            TicketError::Denied(Denial::NotPaidWork) => Refusal::at(Code::NotPaidWork, "ticketId"),
            TicketError::Denied(Denial::QuoteByWorker) => Refusal::at(Code::QuoteByWorker, "ticketId"),
            TicketError::PlaceRequired => Refusal::at(Code::PlaceRequired, "unitId"),
            TicketError::CategoryInactive => Refusal::at(Code::CategoryInactive, "categoryId"),
            TicketError::OtherCommunity(field) => Refusal::at(Code::OtherCommunity, field),
            TicketError::ContactAnswered => Refusal::at(Code::ContactAnswered, "contactId"),
            TicketError::ContactTicketed => Refusal::at(Code::ContactTicketed, "contactId"),
            TicketError::ContactWithoutTicket => Refusal::at(Code::ContactWithoutTicket, "contactId"),
            TicketError::NoticeNotPublic => Refusal::at(Code::NoticeNotPublic, "ticketId"),
            TicketError::NoticeOver => Refusal::at(Code::NoticeOver, "ticketId"),
            TicketError::NoticeExists => Refusal::at(Code::AlreadyExists, "ticketId"),
            TicketError::NoticeMissing => Refusal::at(Code::NotFound, "ticketId"),
            TicketError::PlanState => Refusal::at(Code::PlanState, "servicePlanId"),
            TicketError::DateNotPlanned => Refusal::at(Code::DateNotPlanned, "date"),
            TicketError::DateTaken => Refusal::at(Code::DateTaken, "date"),
            TicketError::ResidentGone => Refusal::at(Code::ResidentGone, "servicePlanId"),
            TicketError::Denied(Denial::AlreadyCalledBack) => Refusal::at(Code::AlreadyCalledBack, "result"),
            TicketError::Denied(Denial::NotPublic) => Refusal::at(Code::NotPublicFault, "ticketId"),
            TicketError::Denied(Denial::AlreadyRated) => Refusal::at(Code::AlreadyRated, "ticketId"),
            TicketError::Denied(Denial::State) => Refusal::at(Code::InvalidTransition, "ticketId"),
            TicketError::Denied(Denial::NotAssignee) => Refusal::at(Code::NotAssignee, "ticketId"),
            TicketError::Denied(Denial::ClosingPath) => Refusal::at(Code::ClosingPath, "ticketId"),
            TicketError::Denied(Denial::ByWorker) => Refusal::at(Code::CallbackByWorker, "ticketId"),
            TicketError::Denied(Denial::SameDay) => Refusal::at(Code::CallbackSameDay, "result"),
            TicketError::Denied(Denial::ReopenTooLate { days }) => {
                Refusal::at(Code::ReopenTooLate, "ticketId").value("max", days)
            }
            TicketError::Denied(Denial::WaterTestRequired) => Refusal::at(Code::WaterTestRequired, "waterTestEndedAt"),
            TicketError::Denied(Denial::WaterTestInFuture) => Refusal::at(Code::TimeInFuture, "waterTestEndedAt"),
            TicketError::Denied(Denial::TooEarlyToRate) => Refusal::at(Code::RatingTooEarly, "ticketId"),
        })
    }
}

/// The places of lines in a list, as paths of input fields have them.
const PLACES: [&str; LINES_MAX] = [
    "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20",
    "21", "22", "23", "24", "25", "26", "27", "28", "29", "30", "31", "32", "33", "34", "35", "36", "37", "38", "39",
    "40", "41", "42", "43", "44", "45", "46", "47", "48", "49",
];

fn line(list: &'static str, at: usize, fault: LineFault) -> Refusal {
    let (code, field) = match fault {
        LineFault::UnknownItem => (Code::NotFound, "priceItemId"),
        LineFault::RetiredItem => (Code::PriceItemRetired, "priceItemId"),
        LineFault::WordsMissing => (Code::Required, "words"),
        LineFault::WordsTooLong(_) => (Code::TooLong, "words"),
        LineFault::UnitTooLong(_) => (Code::TooLong, "unit"),
        LineFault::KindMissing => (Code::Required, "kind"),
        LineFault::Quantity => (Code::QuantityOutOfRange, "quantity"),
        LineFault::PriceMissing => (Code::Required, "unitPrice"),
        LineFault::PriceInvalid => (Code::InvalidValue, "unitPrice"),
        LineFault::PriceOutOfRange { .. } => (Code::PriceOutOfRange, "unitPrice"),
        LineFault::OverQuote => (Code::OverQuote, "quantity"),
    };
    let field = vec!["input", list, PLACES.get(at).copied().unwrap_or_default(), field];
    let refusal = Refusal { field, ..Refusal::new(code) }.value("line", at + 1);
    match fault {
        LineFault::WordsTooLong(max) | LineFault::UnitTooLong(max) => refusal.value("max", max),
        LineFault::Quantity => refusal.value("max", QUANTITY_MAX.plain()),
        LineFault::PriceOutOfRange { low, high, decimals } => {
            refusal.value("min", low.plain(decimals)).value("max", high.plain(decimals))
        }
        _ => refusal,
    }
}
