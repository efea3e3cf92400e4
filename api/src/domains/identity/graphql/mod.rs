//! Identity in the schema.

mod access_mutations;
pub mod enums;
pub mod loaders;
mod mutations;
mod queries;
mod rights;
mod roles;
mod sessions;
mod staff_mutations;
mod types;

use async_graphql::MergedObject;

pub use queries::{IdentityQuery, StaffFilterInput};
pub use types::{Staff, ViewerObject, find_staff};

/// Mutations of identity.
#[derive(MergedObject, Default)]
pub struct IdentityMutation(
    mutations::SessionMutation,
    access_mutations::AccessMutation,
    staff_mutations::StaffMutation,
    roles::RoleMutation,
);
