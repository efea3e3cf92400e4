//! The estate in the schema.

mod enums;
pub mod loaders;
mod mutations;
mod queries;
mod types;

pub use mutations::EstateMutation;
pub use queries::EstateQuery;
pub use types::{Building, Community, Home, Unit, find_building, find_unit, homes_of_viewer};
