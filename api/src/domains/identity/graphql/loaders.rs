//! Loaders of identity.

use std::collections::HashMap;

use async_graphql::dataloader::Loader as BatchLoader;
use entities::values::{RoleRightsId, StaffId};
use entities::{staff_assignment, staff_trade};

use crate::domains::identity::service::{self, RoleEventRow};
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

/// Asks for the latest changes of a role.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ChangesOf(pub RoleRightsId);

impl BatchLoader<ChangesOf> for Loader {
    type Value = Vec<RoleEventRow>;
    type Error = SharedError;

    async fn load(&self, keys: &[ChangesOf]) -> Result<HashMap<ChangesOf, Vec<RoleEventRow>>, SharedError> {
        let ids: Vec<RoleRightsId> = keys.iter().map(|key| key.0).collect();
        let found = service::role_events(&self.app, &ids).await.map_err(SharedError::from)?;
        Ok(found.into_iter().map(|(id, events)| (ChangesOf(id), events)).collect())
    }
}
