//! Queues of phones, and what came too late, in the schema.

use async_graphql::{ComplexObject, Context, Enum, ID, InputObject, Object, OneofObject, Result, SimpleObject};
use entities::values::{LateCommandId, TicketId};
use serde_json::Value;

use super::attachments::read_uploads;
use super::inputs::{
    TicketAcceptInput, TicketAttachInput, TicketCallbackRecordInput, TicketCommentAddInput, TicketCompleteInput,
    TicketDeclineInput, TicketPauseInput, TicketQuoteSubmitInput, TicketReinspectInput, TicketResumeInput,
    TicketStartInput, TicketTransferInput,
};
use super::mutations::{completion, note};
use super::quotes::read_lines;
use super::types::{Ticket, words_of};
use crate::connection;
use crate::domains::tickets::service::{self, FieldCommand, LateRow, Outcome, QUEUE_MAX, Queued, Status};
use crate::error::{Code, Error};
use crate::graphql::connection::{Page, Window};
use crate::graphql::id::{parse_id, parse_optional_id, wire_id};
use crate::graphql::payload::{split, user_error};
use crate::graphql::scalars::DateTime;
use crate::graphql::{UserError, UserErrorCode, request};
use crate::payloads;

/// One command of a phone's queue; exactly one of these.
#[derive(OneofObject)]
pub enum TicketCommandInput {
    /// Takes a dispatched ticket on.
    Accept(TicketAcceptInput),
    /// Gives it back.
    Decline(TicketDeclineInput),
    /// Gives it to another technician.
    Transfer(TicketTransferInput),
    /// Begins the work.
    Start(TicketStartInput),
    /// Lets it wait.
    Pause(TicketPauseInput),
    /// Goes on.
    Resume(TicketResumeInput),
    /// Ends the work.
    Complete(TicketCompleteInput),
    /// Records a callback.
    CallbackRecord(TicketCallbackRecordInput),
    /// Re-inspects.
    Reinspect(TicketReinspectInput),
    /// Attaches uploads.
    Attach(TicketAttachInput),
    /// Writes on it.
    CommentAdd(TicketCommentAddInput),
    /// Offers it for a price.
    QuoteSubmit(TicketQuoteSubmitInput),
}

impl TicketCommandInput {
    fn key(&self) -> &str {
        match self {
            Self::Accept(input) => input.key(),
            Self::Decline(input) => input.key(),
            Self::Transfer(input) => input.key(),
            Self::Start(input) => input.key(),
            Self::Pause(input) => input.key(),
            Self::Resume(input) => input.key(),
            Self::Complete(input) => input.key(),
            Self::CallbackRecord(input) => input.key(),
            Self::Reinspect(input) => input.key(),
            Self::Attach(input) => input.key(),
            Self::CommentAdd(input) => input.key(),
            Self::QuoteSubmit(input) => input.key(),
        }
    }

    fn read(self) -> Result<Queued, Error> {
        let (step, command) = match self {
            Self::Accept(input) => (input.step()?, FieldCommand::Accept),
            Self::Decline(input) => (input.step()?, FieldCommand::Decline(input.reason)),
            Self::Transfer(input) => {
                let staff = parse_id(&input.assignee_id, "assigneeId")?;
                (input.step()?, FieldCommand::Transfer(staff, input.reason))
            }
            Self::Start(input) => (input.step()?, FieldCommand::Start),
            Self::Pause(input) => (input.step()?, FieldCommand::Pause(input.reason.into(), input.words)),
            Self::Resume(input) => (input.step()?, FieldCommand::Resume),
            Self::Complete(input) => (input.step()?, FieldCommand::Complete(completion(&input)?)),
            Self::CallbackRecord(input) => (input.step()?, FieldCommand::Callback(note(&input))),
            Self::Reinspect(input) => (input.step()?, FieldCommand::Reinspect(input.passed, input.words)),
            Self::Attach(input) => (input.step()?, FieldCommand::Attach(read_uploads(Some(&input.uploads))?)),
            Self::CommentAdd(input) => (input.step()?, FieldCommand::Comment(input.words, input.visibility.into())),
            Self::QuoteSubmit(input) => {
                (input.step()?, FieldCommand::QuoteSubmit(read_lines(&input.lines)?, input.words))
            }
        };
        Ok(Queued { step, command })
    }
}

/// Replays a phone's queue.
#[derive(InputObject)]
pub struct TicketCommandsReplayInput {
    /// The commands in the order in which they were given, 1 to 100.
    commands: Vec<TicketCommandInput>,
    /// The phone's time at sending; by it the server corrects `occurredAt` of a phone whose clock is wrong.
    sent_at: DateTime,
}

/// What became of a queued command.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "Status")]
pub enum TicketCommandStatus {
    /// It was done now. Take it out of the queue.
    Applied,
    /// It was done when it came before. Take it out of the queue.
    Repeated,
    /// Refused for good, for somebody else moved the ticket first; a dispatcher sees it. Take it out of the queue and tell
    /// its giver.
    Conflict,
    /// Refused for good, for the command or its giver is at fault; a dispatcher sees it. Take it out of the queue and tell
    /// its giver.
    Rejected,
    /// Not done: the command before it, or the server, is not ready or was refused. Leave it in the queue when its error
    /// is `retryable`; otherwise it is refused for good as well.
    Skipped,
}

/// The result of one queued command. However often it is sent: an `APPLIED` one is told as `REPEATED` from then on, a
/// refused one stays what it was.
#[derive(SimpleObject)]
pub struct TicketCommandResult {
    /// The command's key.
    pub idempotency_key: String,
    /// What became of it.
    pub status: TicketCommandStatus,
    /// Why it was not done.
    pub error: Option<UserError>,
    /// The ticket as it now is, if the viewer may see it.
    pub ticket: Option<Ticket>,
}

/// What became of a queue.
#[derive(SimpleObject)]
pub struct TicketCommandsReplayPayload {
    /// One result for each command, in their order.
    pub results: Option<Vec<TicketCommandResult>>,
    /// The server's time.
    pub server_time: DateTime,
    /// Why the queue as a whole was refused; empty when it was read.
    pub user_errors: Vec<UserError>,
}

/// A command that was refused when it arrived: somebody did what the ticket no longer allowed (迟到的操作).
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct LateCommand {
    /// Opaque id.
    pub id: ID,
    /// The mutation that it was meant for, such as `ticketComplete`.
    pub mutation: String,
    /// Why it was refused.
    pub code: UserErrorCode,
    /// What it said, in words.
    pub words: Option<String>,
    /// Name of the member of staff who gave it.
    pub staff_name: String,
    /// The ticket's number; null when it names no ticket of the organization.
    pub ticket_number: Option<String>,
    /// When it was given, by the phone's clock.
    pub occurred_at: Option<DateTime>,
    /// When it arrived.
    pub received_at: DateTime,
    /// When somebody saw to it.
    pub resolved_at: Option<DateTime>,
    /// How.
    pub resolution: Option<String>,
    #[graphql(skip)]
    ticket_id: Option<TicketId>,
}

#[ComplexObject]
impl LateCommand {
    /// The ticket's id.
    async fn ticket_id(&self) -> Option<ID> {
        self.ticket_id.map(wire_id)
    }
}

impl From<LateRow> for LateCommand {
    fn from(row: LateRow) -> Self {
        let command = row.command;
        let payload: Option<Value> = serde_json::from_str(&command.payload).ok();
        Self {
            id: wire_id(command.id),
            mutation: command.mutation,
            code: Code::parse(&command.code).unwrap_or(Code::AlreadyRefused).into(),
            words: payload.as_ref().and_then(words_of),
            staff_name: row.staff_name,
            ticket_number: row.ticket_number,
            occurred_at: command.occurred_at.map(Into::into),
            received_at: command.received_at.into(),
            resolved_at: command.resolved_at.map(Into::into),
            resolution: command.resolution,
            ticket_id: command.ticket_id,
        }
    }
}

/// How to count late commands.
pub struct LateCount {
    open: bool,
    ticket: Option<TicketId>,
}

impl LateCount {
    async fn count(&self, context: &Context<'_>) -> Result<i64> {
        let request = request(context);
        Ok(service::count_late_commands(&request.app, request.viewer()?, self.open, self.ticket).await?)
    }
}

connection! {
    /// A list of late commands.
    LateCommandConnection, LateCommandEdge, LateCommand, count: LateCount
}

/// Notes how somebody saw to a late command.
#[derive(InputObject)]
pub struct TicketLateCommandResolveInput {
    /// Which.
    late_command_id: ID,
    /// How, at most 1,000 characters.
    words: String,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

payloads! {
    /// What became of it.
    TicketLateCommandResolvePayload {
        /// The late command as it now is.
        late_command: LateCommand
    }
}

/// Queries of what came too late.
#[derive(Default)]
pub struct LateQuery;

#[Object]
impl LateQuery {
    /// Commands that came too late, for those who give tickets out, in the order in which they came.
    #[graphql(complexity = "2 + first.unwrap_or(20).clamp(0, 100) as usize * child_complexity")]
    async fn ticket_late_commands(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Only of this ticket.")] ticket_id: Option<ID>,
        #[graphql(desc = "Also those that somebody saw to.", default)] resolved: bool,
        #[graphql(desc = "How many rows, 20 unless said, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Cursor after which the page starts.")] after: Option<String>,
    ) -> Result<LateCommandConnection> {
        let request = request(context);
        let window: Window<LateCommandId> = Window::new(first, after.as_deref())?;
        let (open, ticket) = (!resolved, parse_optional_id(ticket_id.as_ref(), "ticketId")?);
        let viewer = request.viewer()?;
        let rows = service::late_commands(&request.app, viewer, open, ticket, window.after, window.fetch()).await?;
        let page = Page::new(&window, rows, |row: &LateRow| row.command.id)?;
        Ok(LateCommandConnection::new(page, LateCount { open, ticket }))
    }
}

/// Mutations of queues.
#[derive(Default)]
pub struct ReplayMutation;

#[Object]
impl ReplayMutation {
    /// Replays what a phone's user did without a signal (离线补传): in order, one result for each command, the same
    /// however often the queue is sent.
    async fn ticket_commands_replay(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The queue.")] input: TicketCommandsReplayInput,
    ) -> Result<TicketCommandsReplayPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let mut results: Vec<Option<TicketCommandResult>> = Vec::new();
        let (mut keys, mut queue) = (Vec::new(), Vec::new());
        for command in input.commands.into_iter().take(QUEUE_MAX + 1) {
            let key = command.key().to_owned();
            match command.read() {
                Ok(queued) => {
                    queue.push(queued);
                    results.push(None);
                    keys.push(key);
                }
                Err(Error::Refused(refusal)) => results.push(Some(TicketCommandResult {
                    idempotency_key: key,
                    status: Status::of_refusal(refusal.code).into(),
                    error: Some(user_error(context, &refusal)),
                    ticket: None,
                })),
                Err(other) => return Err(other.into()),
            }
        }
        let outcome = service::replay(app, viewer, queue, input.sent_at.0).await;
        let (outcomes, user_errors) = split(context, outcome)?;
        let results = outcomes.map(|outcomes| {
            let mut done = keys.into_iter().zip(outcomes).map(|(key, outcome)| result(context, key, outcome));
            results.into_iter().filter_map(|known| known.or_else(|| done.next())).collect()
        });
        Ok(TicketCommandsReplayPayload { results, server_time: app.clock.now().into(), user_errors })
    }

    /// Notes how somebody saw to a command that came too late.
    async fn ticket_late_command_resolve(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which, and how.")] input: TicketLateCommandResolveInput,
    ) -> Result<TicketLateCommandResolvePayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let id = parse_id(&input.late_command_id, "lateCommandId")?;
            service::resolve_late_command(app, viewer, id, &input.words, &input.idempotency_key).await
        }
        .await;
        Ok(TicketLateCommandResolvePayload::from_outcome(context, outcome)?)
    }
}

fn result(context: &Context<'_>, idempotency_key: String, outcome: Outcome) -> TicketCommandResult {
    TicketCommandResult {
        idempotency_key,
        status: outcome.status.into(),
        error: outcome.refusal.map(|refusal| user_error(context, &refusal)),
        ticket: outcome.card.map(|card| Ticket::from(*card)),
    }
}
