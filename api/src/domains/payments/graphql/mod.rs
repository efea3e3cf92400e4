//! Payments in the schema.

mod books;
mod desk;
mod desk_enums;
mod desk_loaders;
mod enums;
mod invoices;
mod loaders;
mod merchants;
mod mutations;
mod pay_with;
mod queries;
mod receipts;
mod shifts;
mod types;

use async_graphql::MergedObject;

pub use desk::{DeskMutation, DeskQuery};
pub use invoices::{InvoiceRequest, find_invoice};
pub use queries::PaymentQuery;
pub use receipts::{Receipt, find_receipt};
pub use shifts::{Shift, find_shift};
pub use types::{Payment, find_payment};

/// Mutations of payments.
#[derive(MergedObject, Default)]
pub struct PaymentsMutation(mutations::PaymentMutation, merchants::MerchantMutation);
