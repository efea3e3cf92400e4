//! Every query of tickets.

mod card;
mod contact;
mod contact_callback;
mod contact_counts;
mod details;
mod household;
mod list;
mod report;
mod setup;
mod step;
mod submit;

pub use card::*;
pub use contact::*;
pub use contact_callback::*;
pub use contact_counts::*;
pub use details::*;
pub use household::*;
pub use list::*;
pub use report::*;
pub use setup::*;
pub use step::*;
pub use submit::*;
