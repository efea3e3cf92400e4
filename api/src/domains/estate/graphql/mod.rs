//! The estate in the schema.

mod asking;
pub mod calendar;
pub mod enums;
pub mod loaders;
mod manage;
mod mutations;
mod queries;
mod requests;
mod residents;
mod types;
mod update;

use async_graphql::MergedObject;

pub use queries::UnitFilterInput;
pub use requests::{ResidencyRequest, ResidencyRequestConnection, own_requests};
pub use types::{Building, Community, Home, Unit, find_building, find_community, find_unit, homes_of_viewer};

/// Queries of the estate.
#[derive(MergedObject, Default)]
pub struct EstateQuery(queries::PlaceQuery, asking::ReviewQuery);

/// Mutations of the estate.
#[derive(MergedObject, Default)]
pub struct EstateMutation(
    mutations::ResidencyMutation,
    manage::ManageMutation,
    calendar::CalendarMutation,
    update::HandoverMutation,
    asking::RequestMutation,
    residents::ResidentMutation,
);
