//! Loaders of identity.

use std::collections::HashMap;

use async_graphql::dataloader::Loader as BatchLoader;
use entities::values::StaffId;
use entities::{staff_assignment, staff_trade};

use crate::domains::identity::service;
use crate::graphql::loader::{Loader, SharedError};

/// Asks for a staff member's roles and trades.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct DetailsOf(pub StaffId);

/// A staff member's roles and trades.
#[derive(Clone, Default)]
pub struct Details {
    /// Roles.
    pub assignments: Vec<staff_assignment::Model>,
    /// Trades.
    pub trades: Vec<staff_trade::Model>,
}

impl BatchLoader<DetailsOf> for Loader {
    type Value = Details;
    type Error = SharedError;

    async fn load(&self, keys: &[DetailsOf]) -> Result<HashMap<DetailsOf, Details>, SharedError> {
        let ids: Vec<StaffId> = keys.iter().map(|key| key.0).collect();
        let (assignments, trades) = service::staff_details(&self.app, &ids).await.map_err(SharedError::from)?;
        let mut found: HashMap<DetailsOf, Details> = HashMap::new();
        for row in assignments {
            found.entry(DetailsOf(row.staff_id)).or_default().assignments.push(row);
        }
        for row in trades {
            found.entry(DetailsOf(row.staff_id)).or_default().trades.push(row);
        }
        Ok(found)
    }
}
