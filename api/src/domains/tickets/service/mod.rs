//! The use cases of tickets.

mod browse;
mod clocks;
mod commands;
mod report;
mod setup;
mod step;
mod submit;

pub use super::repo::{
    Grouping, Named, OnTimeRow, OverdueRow, PlaceId as Place, ReportFilter, TicketCard, TicketCursor, TicketFilter,
    WorkList,
};
pub use browse::{
    Facts, attempts_of, available_actions, comments_of, counts, escalations_of, histories_of, household_of, page,
    ratings_of, ticket, total, trades_of, work_of,
};
pub use commands::{
    CallbackNote, Completion, Marks, Step, accept, callback, cancel, claim, comment, complete, decline, dispatch,
    pause, rate, reaccept, reinspect, reopen, report_unsolved, resume, start, transfer,
};
pub use report::{on_time, overdue_board};
pub use setup::{categories, ensure_defaults, policies, seed_defaults, set_policy};
pub use submit::{NewTicket, submit};

use super::error::TicketError;
use super::model::text::TextFault;

/// Says which input field a text fault belongs to.
fn at(field: &'static str) -> impl Fn(TextFault) -> TicketError {
    move |fault| match fault {
        TextFault::Empty => TicketError::Required(field),
        TextFault::TooLong(max) => TicketError::TooLong(field, max),
    }
}
