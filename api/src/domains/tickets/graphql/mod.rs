//! Tickets in the schema.

mod attachments;
mod badges;
pub mod enums;
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
pub use types::{Ticket, find_ticket};

/// Queries of tickets.
#[derive(MergedObject, Default)]
pub struct TicketQuery(queries::WorkListQuery, reports::ReportQuery, setup::SetupQuery);

/// Mutations of tickets.
#[derive(MergedObject, Default)]
pub struct TicketMutation(
    mutations::IntakeMutation,
    mutations::WorkMutation,
    mutations::ClosingMutation,
    attachments::AttachmentMutation,
    setup::SetupMutation,
);
