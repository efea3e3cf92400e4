//! Mutations of tickets: one for each business action.

use async_graphql::{Context, Object, Result};

use super::attachments::read_uploads;
use super::inputs::{
    TicketAcceptInput, TicketCallbackRecordInput, TicketCancelInput, TicketClaimInput, TicketCommentAddInput,
    TicketCompleteInput, TicketDeclineInput, TicketDispatchInput, TicketPauseInput, TicketRateInput,
    TicketReacceptInput, TicketReinspectInput, TicketReopenInput, TicketReportUnsolvedInput, TicketResumeInput,
    TicketStartInput, TicketSubmitInput, TicketTransferInput,
};
use super::quotes::read_materials;
use super::types::Ticket;
use crate::domains::tickets::service::{self, CallbackNote, Completion, Marks};
use crate::error::Error;
use crate::graphql::id::parse_id;
use crate::graphql::request;
use crate::payloads;

payloads! {
    /// What became of it.
    TicketSubmitPayload {
        /// The ticket as it now is.
        ticket: Ticket
    }
    /// What became of it.
    TicketDispatchPayload {
        /// The ticket as it now is.
        ticket: Ticket
    }
    /// What became of it.
    TicketClaimPayload {
        /// The ticket as it now is.
        ticket: Ticket
    }
    /// What became of it.
    TicketTransferPayload {
        /// The ticket as it now is.
        ticket: Ticket
    }
    /// What became of it.
    TicketCancelPayload {
        /// The ticket as it now is.
        ticket: Ticket
    }
    /// What became of it.
    TicketCommentAddPayload {
        /// The ticket as it now is.
        ticket: Ticket
    }
    /// What became of it.
    TicketAcceptPayload {
        /// The ticket as it now is.
        ticket: Ticket
    }
    /// What became of it.
    TicketDeclinePayload {
        /// The ticket as it now is; null for a contractor's person, who sees it no more.
        ticket: Ticket
    }
    /// What became of it.
    TicketStartPayload {
        /// The ticket as it now is.
        ticket: Ticket
    }
    /// What became of it.
    TicketPausePayload {
        /// The ticket as it now is.
        ticket: Ticket
    }
    /// What became of it.
    TicketResumePayload {
        /// The ticket as it now is.
        ticket: Ticket
    }
    /// What became of it.
    TicketCompletePayload {
        /// The ticket as it now is.
        ticket: Ticket
    }
    /// What became of it.
    TicketCallbackRecordPayload {
        /// The ticket as it now is.
        ticket: Ticket
    }
    /// What became of it.
    TicketReinspectPayload {
        /// The ticket as it now is.
        ticket: Ticket
    }
    /// What became of it.
    TicketReacceptPayload {
        /// The ticket as it now is.
        ticket: Ticket
    }
    /// What became of it.
    TicketReportUnsolvedPayload {
        /// The ticket as it now is.
        ticket: Ticket
    }
    /// What became of it.
    TicketReopenPayload {
        /// The ticket as it now is.
        ticket: Ticket
    }
    /// What became of it.
    TicketRatePayload {
        /// The ticket as it now is.
        ticket: Ticket
    }
}

/// How work ended.
pub(super) fn completion(input: &TicketCompleteInput) -> Result<Completion, Error> {
    Ok(Completion {
        outcome: input.outcome.into(),
        words: input.words.clone(),
        water_test_ended_at: input.water_test_ended_at.map(|time| time.0),
        attachments: read_uploads(input.uploads.as_deref())?,
        materials: read_materials(input.materials.as_deref())?,
    })
}

/// A callback's record.
pub(super) fn note(input: &TicketCallbackRecordInput) -> CallbackNote {
    CallbackNote { method: input.method.into(), result: input.result.into(), words: input.words.clone() }
}

fn marks(input: &TicketRateInput) -> Marks {
    Marks {
        overall: input.overall,
        speed: input.speed,
        quality: input.quality,
        attitude: input.attitude,
        words: input.words.clone(),
    }
}

/// Mutations that bring tickets in and give them out.
#[derive(Default)]
pub struct IntakeMutation;

#[Object]
impl IntakeMutation {
    /// Submits a ticket (报修).
    async fn ticket_submit(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The command.")] input: TicketSubmitInput,
    ) -> Result<TicketSubmitPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let key = input.idempotency_key.clone();
            service::submit(app, viewer, input.read()?, &key).await
        }
        .await;
        Ok(TicketSubmitPayload::from_outcome(context, outcome)?)
    }

    /// Gives a submitted ticket to a technician (派单).
    async fn ticket_dispatch(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The command.")] input: TicketDispatchInput,
    ) -> Result<TicketDispatchPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> =
            async { service::dispatch(app, viewer, input.step()?, parse_id(&input.assignee_id, "assigneeId")?).await }
                .await;
        Ok(TicketDispatchPayload::from_outcome(context, outcome)?)
    }

    /// Takes a ticket from the pool (抢单); exactly one technician wins.
    async fn ticket_claim(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The command.")] input: TicketClaimInput,
    ) -> Result<TicketClaimPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async { service::claim(app, viewer, input.step()?).await }.await;
        Ok(TicketClaimPayload::from_outcome(context, outcome)?)
    }

    /// Gives a ticket to another technician (转单).
    async fn ticket_transfer(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The command.")] input: TicketTransferInput,
    ) -> Result<TicketTransferPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            service::transfer(app, viewer, input.step()?, parse_id(&input.assignee_id, "assigneeId")?, &input.reason)
                .await
        }
        .await;
        Ok(TicketTransferPayload::from_outcome(context, outcome)?)
    }

    /// Gives a ticket up (取消): a resident until it was taken on, staff until the work has ended.
    async fn ticket_cancel(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The command.")] input: TicketCancelInput,
    ) -> Result<TicketCancelPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> =
            async { service::cancel(app, viewer, input.step()?, input.reason.as_deref()).await }.await;
        Ok(TicketCancelPayload::from_outcome(context, outcome)?)
    }

    /// Writes on a ticket (留言).
    async fn ticket_comment_add(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The command.")] input: TicketCommentAddInput,
    ) -> Result<TicketCommentAddPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> =
            async { service::comment(app, viewer, input.step()?, &input.words, input.visibility.into()).await }.await;
        Ok(TicketCommentAddPayload::from_outcome(context, outcome)?)
    }
}

/// Mutations of the technician.
#[derive(Default)]
pub struct WorkMutation;

#[Object]
impl WorkMutation {
    /// Takes a dispatched ticket on (接单).
    async fn ticket_accept(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The command.")] input: TicketAcceptInput,
    ) -> Result<TicketAcceptPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async { service::accept(app, viewer, input.step()?).await }.await;
        Ok(TicketAcceptPayload::from_outcome(context, outcome)?)
    }

    /// Gives a dispatched ticket back (拒单), with the reason.
    async fn ticket_decline(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The command.")] input: TicketDeclineInput,
    ) -> Result<TicketDeclinePayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> =
            async { service::decline(app, viewer, input.step()?, &input.reason).await }.await;
        Ok(match outcome.transpose() {
            Some(outcome) => TicketDeclinePayload::from_outcome(context, outcome)?,
            None => TicketDeclinePayload { ticket: None, user_errors: Vec::new() },
        })
    }

    /// Begins the work, on arrival (到场).
    async fn ticket_start(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The command.")] input: TicketStartInput,
    ) -> Result<TicketStartPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async { service::start(app, viewer, input.step()?).await }.await;
        Ok(TicketStartPayload::from_outcome(context, outcome)?)
    }

    /// Lets the work wait (挂起); its clock stands still.
    async fn ticket_pause(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The command.")] input: TicketPauseInput,
    ) -> Result<TicketPausePayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> =
            async { service::pause(app, viewer, input.step()?, input.reason.into(), input.words.as_deref()).await }
                .await;
        Ok(TicketPausePayload::from_outcome(context, outcome)?)
    }

    /// Goes on with the work (恢复).
    async fn ticket_resume(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The command.")] input: TicketResumeInput,
    ) -> Result<TicketResumePayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async { service::resume(app, viewer, input.step()?).await }.await;
        Ok(TicketResumePayload::from_outcome(context, outcome)?)
    }

    /// Ends the work (完工): done, or not repairable with the reason.
    async fn ticket_complete(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The command.")] input: TicketCompleteInput,
    ) -> Result<TicketCompletePayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> =
            async { service::complete(app, viewer, input.step()?, completion(&input)?).await }.await;
        Ok(TicketCompletePayload::from_outcome(context, outcome)?)
    }
}

/// Mutations that confirm finished work, or send it back.
#[derive(Default)]
pub struct ClosingMutation;

#[Object]
impl ClosingMutation {
    /// Records a callback (回访). Solved closes the ticket; not solved sends it back to work.
    async fn ticket_callback_record(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The command.")] input: TicketCallbackRecordInput,
    ) -> Result<TicketCallbackRecordPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> =
            async { service::callback(app, viewer, input.step()?, note(&input)).await }.await;
        Ok(TicketCallbackRecordPayload::from_outcome(context, outcome)?)
    }

    /// Re-inspects a patrol finding (复检); never by whoever did the work.
    async fn ticket_reinspect(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The command.")] input: TicketReinspectInput,
    ) -> Result<TicketReinspectPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> =
            async { service::reinspect(app, viewer, input.step()?, input.passed, &input.words).await }.await;
        Ok(TicketReinspectPayload::from_outcome(context, outcome)?)
    }

    /// The owner re-accepts a handover defect, or refuses to.
    async fn ticket_reaccept(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The command.")] input: TicketReacceptInput,
    ) -> Result<TicketReacceptPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> =
            async { service::reaccept(app, viewer, input.step()?, input.accepted, input.words.as_deref()).await }.await;
        Ok(TicketReacceptPayload::from_outcome(context, outcome)?)
    }

    /// The resident says that completed work did not solve it; the ticket goes back to work.
    async fn ticket_report_unsolved(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The command.")] input: TicketReportUnsolvedInput,
    ) -> Result<TicketReportUnsolvedPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> =
            async { service::report_unsolved(app, viewer, input.step()?, &input.reason).await }.await;
        Ok(TicketReportUnsolvedPayload::from_outcome(context, outcome)?)
    }

    /// Takes a closed ticket up again (重开), within the community's days for it.
    async fn ticket_reopen(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The command.")] input: TicketReopenInput,
    ) -> Result<TicketReopenPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> =
            async { service::reopen(app, viewer, input.step()?, &input.reason).await }.await;
        Ok(TicketReopenPayload::from_outcome(context, outcome)?)
    }

    /// Rates a round of work (评价), once it is completed.
    async fn ticket_rate(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The command.")] input: TicketRateInput,
    ) -> Result<TicketRatePayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async { service::rate(app, viewer, input.step()?, marks(&input)).await }.await;
        Ok(TicketRatePayload::from_outcome(context, outcome)?)
    }
}
