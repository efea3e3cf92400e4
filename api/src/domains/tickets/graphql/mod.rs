//! Tickets in the schema.

mod assigning;
mod attachments;
mod badges;
mod changes;
mod contact;
mod contractors;
mod dispatching;
pub mod enums;
mod escalations;
pub mod history;
mod household;
mod inputs;
pub mod loaders;
mod mutations;
mod parts;
mod people;
mod queries;
mod replay;
mod reports;
mod setup;
mod subscriptions;
mod types;

use async_graphql::MergedObject;

pub use badges::Badges;
pub use contact::{Contact, find_contact};
pub use contractors::{Contractor, find_contractor};
pub use household::Household;
pub use subscriptions::TicketSubscription;
pub use types::{Ticket, find_ticket};

/// Queries of tickets.
#[derive(MergedObject, Default)]
pub struct TicketQuery(
    queries::WorkListQuery,
    contact::ContactQuery,
    household::HouseholdQuery,
    reports::ReportQuery,
    contact::ContactReportQuery,
    escalations::OverdueQuery,
    replay::LateQuery,
    changes::ChangesQuery,
    setup::SetupQuery,
    dispatching::DispatchingQuery,
    contractors::ContractorQuery,
);

/// Mutations of tickets.
#[derive(MergedObject, Default)]
pub struct TicketMutation(
    mutations::IntakeMutation,
    mutations::WorkMutation,
    mutations::ClosingMutation,
    assigning::AssigningMutation,
    dispatching::DispatchingMutation,
    contractors::ContractorMutation,
    attachments::AttachmentMutation,
    contact::ContactMutation,
    replay::ReplayMutation,
    setup::SetupMutation,
);
