//! The use cases of tickets.

mod browse;
mod commands;
mod contact;
mod household;
mod report;
mod setup;
mod step;
mod submit;

pub use super::repo::{
    ContactCall, ContactCountRow, ContactCursor, ContactFilter, ContactGrouping, ContactList, ContactPeriod,
    ContactRow, Grouping, Named, OnTimeRow, PlaceId as Place, ReportFilter, TicketCard, TicketCursor, TicketFilter,
    UnitMatch, WorkList,
};
pub use browse::{
    Facts, attempts_of, available_actions, comments_of, counts, histories_of, household_of, page, ratings_of, ticket,
    total, trades_of, work_of,
};
pub use commands::{
    CallbackNote, Completion, Marks, Step, accept, callback, cancel, claim, comment, complete, decline, dispatch,
    pause, rate, reaccept, reinspect, reopen, report_unsolved, resume, start, transfer,
};
pub use contact::{
    ContactStep, NewContact, TicketWish, answer_contact, calls_of, contact, contact_callback, contact_counts,
    contact_to_ticket, contacts, contacts_of_tickets, contacts_of_units, join_contact, record_contact, total_contacts,
};
pub use household::{
    SEARCH_MAX, open_tickets_of, opens_households, past_tickets_of, people_of, search_units, tickets_by_id,
};
pub use report::on_time;
pub use setup::{categories, ensure_defaults, policies, seed_defaults, set_policy};
pub use submit::{NewTicket, submit};

use super::error::TicketError;
use super::model::Policy;
use super::model::text::TextFault;
use super::repo::PolicyRow;

/// Says which input field a text fault belongs to.
fn at(field: &'static str) -> impl Fn(TextFault) -> TicketError {
    move |fault| match fault {
        TextFault::Empty => TicketError::Required(field),
        TextFault::TooLong(max) => TicketError::TooLong(field, max),
    }
}

impl From<PolicyRow> for Policy {
    fn from(row: PolicyRow) -> Self {
        Self {
            respond: row.respond_minutes,
            arrive: row.arrive_minutes,
            complete: row.complete_minutes,
            callback: row.callback_minutes,
        }
    }
}
