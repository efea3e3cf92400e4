//! The estate in the schema.

pub mod calendar;
pub mod enums;
pub mod loaders;
mod manage;
mod mutations;
mod queries;
mod types;
mod update;

use async_graphql::MergedObject;

pub use queries::{EstateQuery, UnitFilterInput};
pub use types::{Building, Community, Home, Unit, find_building, find_community, find_unit, homes_of_viewer};

/// Mutations of the estate.
#[derive(MergedObject, Default)]
pub struct EstateMutation(
    mutations::ResidencyMutation,
    manage::ManageMutation,
    calendar::CalendarMutation,
    update::HandoverMutation,
);
