//! Identity in the schema.

pub mod enums;
pub mod loaders;
mod mutations;
mod queries;
mod staff_mutations;
mod types;

use async_graphql::MergedObject;

pub use queries::{IdentityQuery, StaffFilterInput};
pub use types::{Staff, ViewerObject, find_staff};

/// Mutations of identity.
#[derive(MergedObject, Default)]
pub struct IdentityMutation(mutations::SessionMutation, staff_mutations::StaffMutation);
