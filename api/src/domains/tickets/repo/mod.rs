//! Every query of tickets.

mod attachment;
mod calendar;
mod card;
mod contractor;
mod details;
mod dispatching;
mod escalation;
mod helper;
mod list;
mod report;
mod settings;
mod setup;
mod slots;
mod step;
mod submit;

pub use attachment::*;
pub use calendar::CalendarRow;
pub use card::*;
pub use contractor::*;
pub use details::*;
pub use dispatching::*;
pub use escalation::*;
pub use helper::*;
pub use list::*;
pub use report::*;
pub use settings::*;
pub use setup::*;
pub use slots::*;
pub use step::*;
pub use submit::*;
