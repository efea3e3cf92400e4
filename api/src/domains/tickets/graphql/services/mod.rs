//! Recurring services (特约服务) in the schema.

mod enums;
mod inputs;
mod loaders;
mod mutations;
mod types;

pub use loaders::PlanOfTicket;
pub use mutations::{ServiceMutation, ServiceQuery};
pub use types::ServicePlan;

use async_graphql::Context;
use entities::values::ServicePlanId;

use crate::domains::tickets::service;
use crate::error::Error;
use crate::graphql::request;

/// A recurring service by id, for `node`.
pub async fn find_service_plan(context: &Context<'_>, id: ServicePlanId) -> Result<ServicePlan, Error> {
    let request = request(context);
    Ok(service::plan(&request.app, request.viewer()?, id).await?.into())
}
