//! The office in the schema.

mod disclosures;
mod enums;
mod exports;
mod filters;
mod personal;
mod saved;

use async_graphql::MergedObject;

pub use exports::{Export, own_exports};
pub use saved::{SavedFilter, own_filters};

/// Queries of the office.
#[derive(MergedObject, Default)]
pub struct OfficeQuery(saved::SavedFilterQuery, exports::ExportQuery, disclosures::DisclosureQuery);

/// Mutations of the office.
#[derive(MergedObject, Default)]
pub struct OfficeMutation(saved::SavedFilterMutation, exports::ExportMutation, personal::PersonalMutation);
