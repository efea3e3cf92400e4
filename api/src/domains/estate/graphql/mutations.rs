//! Mutations of residencies.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};

use super::types::Home;
use crate::domains::estate::service;
use crate::graphql::payload::split;
use crate::graphql::{UserError, request};

/// Binds the viewer to the units that the register has under the viewer's phone.
#[derive(InputObject)]
pub struct ResidencyBindInput {
    /// The name as the register has it; needed unless `idLastFour` is given.
    name: Option<String>,
    /// Last four characters of the identity card; needed unless `name` is given.
    id_last_four: Option<String>,
}

/// The viewer's units.
#[derive(SimpleObject)]
pub struct ResidencyBindPayload {
    /// Every unit where the viewer lives now.
    pub units: Option<Vec<Home>>,
    /// Why it was refused; empty when it happened.
    pub user_errors: Vec<UserError>,
}

/// Mutations of residencies.
#[derive(Default)]
pub struct ResidencyMutation;

#[Object]
impl ResidencyMutation {
    /// Binds the viewer to the units that the household register has under the viewer's phone. Repeating it is harmless.
    async fn residency_bind(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Proof beside the phone.")] input: ResidencyBindInput,
    ) -> Result<ResidencyBindPayload> {
        let request = request(context);
        let outcome = service::bind_residency(&request.app, request.viewer()?, input.name, input.id_last_four).await;
        let (homes, user_errors) = split(context, outcome)?;
        let units = homes.map(|homes| homes.into_iter().map(Into::into).collect());
        Ok(ResidencyBindPayload { units, user_errors })
    }
}
