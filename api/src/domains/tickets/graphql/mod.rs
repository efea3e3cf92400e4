//! Tickets in the schema.

mod badges;
pub mod enums;
mod escalations;
mod inputs;
pub mod loaders;
mod mutations;
mod parts;
mod people;
mod queries;
mod reports;
mod setup;
mod types;

use async_graphql::MergedObject;

pub use badges::Badges;
pub use types::{Ticket, find_ticket};

/// Queries of tickets.
#[derive(MergedObject, Default)]
pub struct TicketQuery(queries::WorkListQuery, reports::ReportQuery, escalations::OverdueQuery, setup::SetupQuery);

/// Mutations of tickets.
#[derive(MergedObject, Default)]
pub struct TicketMutation(
    mutations::IntakeMutation,
    mutations::WorkMutation,
    mutations::ClosingMutation,
    setup::SetupMutation,
);
