//! The use cases of tickets.

mod attach;
mod browse;
mod commands;
mod report;
mod setup;
mod step;
mod submit;

pub use super::repo::{
    AttachmentRow, Grouping, Named, OnTimeRow, PlaceId as Place, ReportFilter, TicketCard, TicketCursor, TicketFilter,
    WorkList,
};
pub use attach::{NewAttachment, attach};
pub use browse::{
    Facts, attachments_of, attempts_of, available_actions, comments_of, counts, histories_of, household_of, page,
    ratings_of, ticket, total, trades_of, work_of,
};
pub use commands::{
    CallbackNote, Completion, Marks, Step, accept, callback, cancel, claim, comment, complete, decline, dispatch,
    pause, rate, reaccept, reinspect, reopen, report_unsolved, resume, start, transfer,
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
