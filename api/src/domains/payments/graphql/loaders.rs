//! Loaders of payments: what belongs to payments that the viewer was shown, a batch at a time.

use std::collections::HashMap;

use async_graphql::dataloader::Loader as BatchLoader;
use entities::values::PaymentId;

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
