//! Mutations around whoever has a ticket: another appointment, urging, helpers.

use async_graphql::{Context, Object, Result};

use super::inputs::{TicketHelperAddInput, TicketHelperRemoveInput, TicketRescheduleInput, TicketUrgeInput};
use super::types::Ticket;
use crate::domains::tickets::service;
use crate::error::Error;
use crate::graphql::id::parse_id;
use crate::graphql::request;
use crate::payloads;

payloads! {
    /// What became of it.
    TicketReschedulePayload {
        /// The ticket as it now is.
        ticket: Ticket
    }
    /// What became of it.
    TicketUrgePayload {
        /// The ticket as it now is.
        ticket: Ticket
    }
    /// What became of it.
    TicketHelperAddPayload {
        /// The ticket as it now is.
        ticket: Ticket
    }
    /// What became of it.
    TicketHelperRemovePayload {
        /// The ticket as it now is.
        ticket: Ticket
    }
}

/// Mutations around whoever has a ticket.
#[derive(Default)]
pub struct AssigningMutation;

#[Object]
impl AssigningMutation {
    /// Agrees another appointment (改约), until the work has ended: the household, the assignee, and who coordinates.
    async fn ticket_reschedule(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The command.")] input: TicketRescheduleInput,
    ) -> Result<TicketReschedulePayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let slot = (input.slot_start.0, input.slot_end.0);
            service::reschedule(app, viewer, input.step()?, slot, input.reason.as_deref()).await
        }
        .await;
        Ok(TicketReschedulePayload::from_outcome(context, outcome)?)
    }

    /// Asks for a ticket to be hurried (催单): the household, or the front desk for somebody who calls.
    async fn ticket_urge(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The command.")] input: TicketUrgeInput,
    ) -> Result<TicketUrgePayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> =
            async { service::urge(app, viewer, input.step()?, input.words.as_deref()).await }.await;
        Ok(TicketUrgePayload::from_outcome(context, outcome)?)
    }

    /// Lets another technician of the community help (协助人): the helper finds the ticket in `myDay`.
    async fn ticket_helper_add(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The command.")] input: TicketHelperAddInput,
    ) -> Result<TicketHelperAddPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> =
            async { service::add_helper(app, viewer, input.step()?, parse_id(&input.staff_id, "staffId")?).await }
                .await;
        Ok(TicketHelperAddPayload::from_outcome(context, outcome)?)
    }

    /// Lets a helper help no longer.
    async fn ticket_helper_remove(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The command.")] input: TicketHelperRemoveInput,
    ) -> Result<TicketHelperRemovePayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> =
            async { service::remove_helper(app, viewer, input.step()?, parse_id(&input.staff_id, "staffId")?).await }
                .await;
        Ok(TicketHelperRemovePayload::from_outcome(context, outcome)?)
    }
}
