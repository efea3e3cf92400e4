//! Contacts (来电来访) in the schema.

pub mod enums;
mod inputs;
mod loaders;
mod mutations;
mod queries;
mod reports;
mod types;

pub use inputs::ContactFilterInput;
pub use loaders::{By, ContactsOfTicket, ContactsOfUnit, TicketOf};
pub use mutations::ContactMutation;
pub use queries::ContactQuery;
pub use reports::{ContactCountsInput, ContactReportQuery};
pub use types::{Contact, ContactConnection, ContactTotal, find_contact};
