//! Identity in the schema.

pub mod enums;
pub mod loaders;
mod mutations;
mod queries;
mod types;

pub use mutations::IdentityMutation;
pub use queries::IdentityQuery;
pub use types::{Staff, ViewerObject, find_staff};
