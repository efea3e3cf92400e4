//! Payments in the schema.

mod books;
mod desk;
mod desk_enums;
mod desk_loaders;
mod invoices;
mod receipts;
mod shifts;

pub use desk::{DeskMutation, DeskQuery};
pub use invoices::{InvoiceRequest, find_invoice};
pub use receipts::{Receipt, find_receipt};
pub use shifts::{Shift, find_shift};
