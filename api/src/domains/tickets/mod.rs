//! Tickets: what somebody asked for, from submission through work and callback to its end.

mod error;
pub mod graphql;
mod import;
mod jobs;
pub mod model;
mod policy;
mod repo;
mod service;

pub use error::TicketError;
pub use import::{CasesCounts, CasesOptions, import_cases};
pub use jobs::{dispatch_waiting, escalate, make_services};
pub use service::{
    ContactFilter, ContactGrouping, ContactList, ContactPeriod, Grouping, ReportFilter, TicketFilter, WorkList,
    contact_count_heads, contact_count_rows, contact_heads, contact_rows, on_time_heads, on_time_rows, ticket_heads,
    ticket_rows,
};
pub use service::{
    NewAttachment, NewTicket, Place, SeedPlace, ensure_defaults, seed_defaults, seed_prices, seed_service_plan, submit,
};
pub use service::{PublicNotice, WorkOrder, public_notice, work_order};
pub use service::{forget_person, open_matters, own_tickets, person_of_contact, person_of_plan, person_of_ticket};
