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
pub use jobs::{dispatch_waiting, escalate};
pub use service::{NewAttachment, NewTicket, Place, ensure_defaults, seed_defaults, seed_prices, submit};
