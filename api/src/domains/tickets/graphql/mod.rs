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
pub mod listing;
mod loaders;
mod mutations;
mod paper;
mod parts;
mod people;
mod price_list;
mod queries;
mod quotes;
mod reference;
mod replay;
mod reports;
mod services;
mod setup;
mod subscriptions;
mod types;
mod warranty;

use async_graphql::MergedObject;

pub use badges::Badges;
pub use contact::{Contact, ContactCountsInput, ContactFilterInput, find_contact};
pub use contractors::{Contractor, find_contractor};
pub use household::Household;
pub use inputs::TicketFilterInput;
pub use price_list::{PriceItem, find_price_item};
pub use quotes::{TicketQuote, find_quote};
pub use reports::OnTimeReportInput;
pub use services::{ServicePlan, find_service_plan};
pub use subscriptions::TicketSubscription;
pub use types::{Ticket, find_ticket};
pub use warranty::{CategoryWarranty, warranty_of};

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
    warranty::WarrantyQuery,
    services::ServiceQuery,
    price_list::PriceQuery,
    reference::ReferenceQuery,
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
    paper::NoticeMutation,
    replay::ReplayMutation,
    setup::SetupMutation,
    warranty::WarrantyMutation,
    services::ServiceMutation,
    price_list::PriceMutation,
    quotes::QuoteMutation,
);
