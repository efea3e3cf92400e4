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
mod reconcile;
mod refund_enums;
mod refund_inputs;
mod refunds;
mod shifts;
mod suspense;
mod types;

use async_graphql::MergedObject;

pub use desk::{DeskMutation, DeskQuery};
pub use invoices::{InvoiceRequest, find_invoice};
pub use queries::PaymentQuery;
pub use receipts::{Receipt, find_receipt};
pub use reconcile::{Reconciliation, find_reconciliation};
pub use refunds::{Refund, find_refund};
pub use shifts::{Shift, find_shift};
pub use suspense::{SuspenseItem, find_suspense_item};
pub use types::{Payment, find_payment};

/// Mutations of payments.
#[derive(MergedObject, Default)]
pub struct PaymentsMutation(mutations::PaymentMutation, merchants::MerchantMutation);

/// Queries of refunds, suspense and reconciliation.
#[derive(MergedObject, Default)]
pub struct ReconciliationQueries(refunds::RefundQuery, suspense::SuspenseQuery, reconcile::ReconciliationQuery);

/// Mutations of refunds, suspense and reconciliation.
#[derive(MergedObject, Default)]
pub struct ReconciliationMutations(
    refund_inputs::RefundMutation,
    suspense::SuspenseMutation,
    reconcile::ReconciliationMutation,
);
