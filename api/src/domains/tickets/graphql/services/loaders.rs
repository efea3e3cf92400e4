//! Loaders of recurring services, for plans and tickets that the viewer was shown.

use std::collections::HashMap;

use async_graphql::dataloader::Loader as BatchLoader;
use chrono::NaiveDate;
use entities::service_occurrence;
use entities::values::{ServicePlanId, TicketId};

use crate::domains::tickets::graphql::loaders::grouped;
use crate::domains::tickets::service::{self, PlanRow};
use crate::graphql::loader::{Loader, SharedError};

/// Asks for the plan of which a ticket is a date.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PlanOfTicket(pub TicketId);

impl BatchLoader<PlanOfTicket> for Loader {
    type Value = PlanRow;
    type Error = SharedError;

    async fn load(&self, keys: &[PlanOfTicket]) -> Result<HashMap<PlanOfTicket, PlanRow>, SharedError> {
        let ids: Vec<TicketId> = keys.iter().map(|key| key.0).collect();
        let found = service::plans_of_tickets(&self.app, &ids).await?;
        Ok(found.into_iter().map(|(ticket, plan)| (PlanOfTicket(ticket), plan)).collect())
    }
}

/// Asks for the dates of a plan from one on of which something is recorded.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TakenOf {
    /// The plan.
    pub plan: ServicePlanId,
    /// From this date on.
    pub from: NaiveDate,
}

impl BatchLoader<TakenOf> for Loader {
    type Value = Vec<NaiveDate>;
    type Error = SharedError;

    async fn load(&self, keys: &[TakenOf]) -> Result<HashMap<TakenOf, Self::Value>, SharedError> {
        let Some(from) = keys.iter().map(|key| key.from).min() else { return Ok(HashMap::new()) };
        let plans: Vec<ServicePlanId> = keys.iter().map(|key| key.plan).collect();
        let found = service::taken_of(&self.app, &plans, from).await?;
        Ok(keys.iter().filter_map(|key| Some((*key, found.get(&key.plan)?.clone()))).collect())
    }
}

/// Asks for what became of a plan's latest dates.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct RecordsOf {
    /// The plan.
    pub plan: ServicePlanId,
    /// Only before this date.
    pub before: Option<NaiveDate>,
    /// How many.
    pub limit: u64,
}

impl BatchLoader<RecordsOf> for Loader {
    type Value = Vec<service_occurrence::Model>;
    type Error = SharedError;

    async fn load(&self, keys: &[RecordsOf]) -> Result<HashMap<RecordsOf, Self::Value>, SharedError> {
        let mut found = HashMap::new();
        // A page of plans asks for the same page of each: one statement.
        for ((before, limit), keys) in grouped(keys.to_vec(), |key| (key.before, key.limit)) {
            let plans: Vec<ServicePlanId> = keys.iter().map(|key| key.plan).collect();
            let rows = service::records_of(&self.app, &plans, before, limit).await?;
            found.extend(grouped(rows, |row| RecordsOf { plan: row.plan_id, before, limit }));
        }
        Ok(found)
    }
}
