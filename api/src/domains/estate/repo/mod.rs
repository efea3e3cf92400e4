//! Every query of the estate.

mod calendar;
mod community;
mod forget;
mod request;
mod residency;
mod resident;
mod scope;
mod unit;
mod update;

pub use calendar::*;
pub use community::*;
pub use forget::*;
pub use request::*;
pub use residency::*;
pub use resident::*;
pub use scope::in_scope;
pub use unit::*;
pub use update::*;
