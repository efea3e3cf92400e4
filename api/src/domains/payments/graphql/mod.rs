//! Payments in the schema.

mod enums;
mod loaders;
mod merchants;
mod mutations;
mod pay_with;
mod queries;
mod reconcile;
mod refund_enums;
mod refund_inputs;
mod refunds;
mod suspense;
mod types;

use async_graphql::MergedObject;

pub use queries::PaymentQuery;
pub use reconcile::{Reconciliation, find_reconciliation};
pub use refunds::{Refund, find_refund};
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
