//! Loaders of payments: what belongs to payments that the viewer was shown, a batch at a time.

use std::collections::HashMap;

use async_graphql::dataloader::Loader as BatchLoader;
use entities::refund_part;
use entities::values::{PaymentId, RefundId};

use crate::domains::payments::service::{self, PaymentPartRow};
use crate::graphql::loader::{Loader, SharedError};

/// The parts of a payment.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PartsOf(pub PaymentId);

impl BatchLoader<PartsOf> for Loader {
    type Value = Vec<PaymentPartRow>;
    type Error = SharedError;

    async fn load(&self, keys: &[PartsOf]) -> Result<HashMap<PartsOf, Self::Value>, SharedError> {
        let ids: Vec<PaymentId> = keys.iter().map(|key| key.0).collect();
        let mut found: HashMap<PartsOf, Self::Value> = HashMap::new();
        for row in service::parts(&self.app, &ids).await? {
            found.entry(PartsOf(row.payment_id)).or_default().push(row);
        }
        Ok(found)
    }
}

/// What of a refund is owed again.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct RefundPartsOf(pub RefundId);

impl BatchLoader<RefundPartsOf> for Loader {
    type Value = Vec<refund_part::Model>;
    type Error = SharedError;

    async fn load(&self, keys: &[RefundPartsOf]) -> Result<HashMap<RefundPartsOf, Self::Value>, SharedError> {
        let ids: Vec<RefundId> = keys.iter().map(|key| key.0).collect();
        let mut found: HashMap<RefundPartsOf, Self::Value> = HashMap::new();
        for row in service::parts_of_refunds(&self.app, &ids).await? {
            found.entry(RefundPartsOf(row.refund_id)).or_default().push(row);
        }
        Ok(found)
    }
}
