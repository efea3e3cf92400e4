//! Every query of the estate.

mod calendar;
mod community;
mod residency;
mod scope;
mod unit;
mod update;

pub use calendar::*;
pub use community::*;
pub use residency::*;
pub use scope::in_scope;
pub use unit::*;
pub use update::*;
