//! Every query of tickets.

mod calendar;
mod card;
mod details;
mod escalation;
mod list;
mod report;
mod setup;
mod step;
mod submit;

pub use calendar::CalendarRow;
pub use card::*;
pub use details::*;
pub use escalation::*;
pub use list::*;
pub use report::*;
pub use setup::*;
pub use step::*;
pub use submit::*;
