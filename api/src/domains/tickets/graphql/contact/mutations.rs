//! Mutations of contacts.

use async_graphql::{Context, Object, Result};

use super::inputs::{
    ContactAnswerInput, ContactCallbackRecordInput, ContactJoinInput, ContactRecordInput, ContactToTicketInput,
};
use super::types::Contact;
use crate::domains::tickets::service::{self, CallbackNote};
use crate::error::Error;
use crate::graphql::id::parse_id;
use crate::graphql::request;
use crate::payloads;

payloads! {
    /// What became of it.
    ContactRecordPayload {
        /// The contact, with its ticket where one was made or joined.
        contact: Contact
    }
    /// What became of it.
    ContactToTicketPayload {
        /// The contact, with its ticket.
        contact: Contact
    }
    /// What became of it.
    ContactJoinPayload {
        /// The contact, with its ticket.
        contact: Contact
    }
    /// What became of it.
    ContactAnswerPayload {
        /// The contact as it now is.
        contact: Contact
    }
    /// What became of it.
    ContactCallbackRecordPayload {
        /// The contact as it now is; its ticket says whether others are still to be called back.
        contact: Contact
    }
}

/// Mutations of contacts.
#[derive(Default)]
pub struct ContactMutation;

#[Object]
impl ContactMutation {
    /// Records what somebody came to the company with (来电来访), and answers it, makes a ticket of it or joins it to one in
    /// the same step where that is asked.
    async fn contact_record(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The contact.")] input: ContactRecordInput,
    ) -> Result<ContactRecordPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let key = input.idempotency_key.clone();
            service::record_contact(app, viewer, input.read()?, &key).await
        }
        .await;
        Ok(ContactRecordPayload::from_outcome(context, outcome)?)
    }

    /// Makes a ticket of an open contact (转工单).
    async fn contact_to_ticket(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The command.")] input: ContactToTicketInput,
    ) -> Result<ContactToTicketPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> =
            async { service::contact_to_ticket(app, viewer, input.step()?, input.ticket.read()?).await }.await;
        Ok(ContactToTicketPayload::from_outcome(context, outcome)?)
    }

    /// Joins an open contact to a public repair that is not over (合并来电): several contacts to one fault.
    async fn contact_join(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The command.")] input: ContactJoinInput,
    ) -> Result<ContactJoinPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> =
            async { service::join_contact(app, viewer, input.step()?, parse_id(&input.ticket_id, "ticketId")?).await }
                .await;
        Ok(ContactJoinPayload::from_outcome(context, outcome)?)
    }

    /// Answers an open contact in words (答复), which ends it.
    async fn contact_answer(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The command.")] input: ContactAnswerInput,
    ) -> Result<ContactAnswerPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> =
            async { service::answer_contact(app, viewer, input.step()?, &input.words).await }.await;
        Ok(ContactAnswerPayload::from_outcome(context, outcome)?)
    }

    /// Records a callback (回访) of a contact about its ticket. Solved closes the ticket once nobody else is to be called
    /// back; not solved sends it back to work, after which everybody is called back again.
    async fn contact_callback_record(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The command.")] input: ContactCallbackRecordInput,
    ) -> Result<ContactCallbackRecordPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let step = input.step()?;
            let (method, result) = (input.method.into(), input.result.into());
            service::contact_callback(app, viewer, step, CallbackNote { method, result, words: input.words }).await
        }
        .await;
        Ok(ContactCallbackRecordPayload::from_outcome(context, outcome)?)
    }
}
