//! Tickets in the schema.

mod badges;
mod contact;
pub mod enums;
mod household;
mod inputs;
pub mod loaders;
mod mutations;
mod people;
mod queries;
mod reports;
mod setup;
mod types;

use async_graphql::MergedObject;

pub use badges::Badges;
pub use contact::{Contact, find_contact};
pub use household::Household;
pub use types::{Ticket, find_ticket};

/// Queries of tickets.
#[derive(MergedObject, Default)]
pub struct TicketQuery(
    queries::WorkListQuery,
    contact::ContactQuery,
    household::HouseholdQuery,
    reports::ReportQuery,
    contact::ContactReportQuery,
    setup::SetupQuery,
);

/// Mutations of tickets.
#[derive(MergedObject, Default)]
pub struct TicketMutation(
    mutations::IntakeMutation,
    mutations::WorkMutation,
    mutations::ClosingMutation,
    contact::ContactMutation,
    setup::SetupMutation,
);
