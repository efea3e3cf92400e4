//! Payments in the schema.

mod enums;
mod loaders;
mod merchants;
mod mutations;
mod pay_with;
mod queries;
mod types;

use async_graphql::MergedObject;

pub use queries::PaymentQuery;
pub use types::{Payment, find_payment};

/// Mutations of payments.
#[derive(MergedObject, Default)]
pub struct PaymentsMutation(mutations::PaymentMutation, merchants::MerchantMutation);
