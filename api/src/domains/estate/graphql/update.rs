//! Mutations that set when units were handed over and buildings completed.

use async_graphql::{Context, ID, InputObject, Object, Result};

use super::types::{Building, Unit};
use crate::domains::estate::service;
use crate::error::Error;
use crate::graphql::id::parse_id;
use crate::graphql::request;
use crate::graphql::scalars::Date;
use crate::payloads;

/// Sets when a unit was handed over.
#[derive(InputObject)]
pub struct UnitUpdateInput {
    /// The unit.
    unit_id: ID,
    /// When it was handed over to its first owner (交付日期); null when nobody knows. Neither ahead nor before its building
    /// was completed.
    delivered_on: Option<Date>,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

/// Sets when a building was completed.
#[derive(InputObject)]
pub struct BuildingUpdateInput {
    /// The building.
    building_id: ID,
    /// When it was completed (竣工日期); null when nobody knows. Neither ahead nor after one of its units was handed over.
    completed_on: Option<Date>,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

payloads! {
    /// What became of it.
    UnitUpdatePayload {
        /// The unit as it now is.
        unit: Unit
    }
    /// What became of it.
    BuildingUpdatePayload {
        /// The building as it now is.
        building: Building
    }
}

/// Mutations of handover.
#[derive(Default)]
pub struct HandoverMutation;

#[Object]
impl HandoverMutation {
    /// Sets when a unit was handed over (交付). Tickets that exist keep what they were found to be.
    async fn unit_update(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which, and when.")] input: UnitUpdateInput,
    ) -> Result<UnitUpdatePayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let (id, day) = (parse_id(&input.unit_id, "unitId")?, input.delivered_on.map(|day| day.0));
            service::update_unit(app, viewer, id, day, &input.idempotency_key).await
        }
        .await;
        Ok(UnitUpdatePayload::from_outcome(context, outcome)?)
    }

    /// Sets when a building was completed (竣工).
    async fn building_update(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which, and when.")] input: BuildingUpdateInput,
    ) -> Result<BuildingUpdatePayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let (id, day) = (parse_id(&input.building_id, "buildingId")?, input.completed_on.map(|day| day.0));
            service::update_building(app, viewer, id, day, &input.idempotency_key).await
        }
        .await;
        Ok(BuildingUpdatePayload::from_outcome(context, outcome)?)
    }
}
