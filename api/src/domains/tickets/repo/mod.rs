//! Every query of tickets.

mod card;
mod contractor;
mod details;
mod dispatching;
mod helper;
mod list;
mod report;
mod settings;
mod setup;
mod slots;
mod step;
mod submit;

pub use card::*;
pub use contractor::*;
pub use details::*;
pub use dispatching::*;
pub use helper::*;
pub use list::*;
pub use report::*;
pub use settings::*;
pub use setup::*;
pub use slots::*;
pub use step::*;
pub use submit::*;
