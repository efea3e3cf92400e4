//! Every query of tickets.

mod attachment;
mod card;
mod details;
mod list;
mod report;
mod setup;
mod step;
mod submit;

pub use attachment::*;
pub use card::*;
pub use details::*;
pub use list::*;
pub use report::*;
pub use setup::*;
pub use step::*;
pub use submit::*;
