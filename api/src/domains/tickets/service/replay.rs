//! Commands that a phone gave without a signal, in the order in which it gave them.
//!
//! Each command has one result for ever: it was done, or refused for good. A refused one is kept for a dispatcher, for
//! what a technician did cannot be undone by a refusal. A command whose predecessor has not arrived waits.

use chrono::{DateTime, Duration, Utc};
use entities::late_command;
use entities::values::{CommentVisibility, LateCommandId, PauseReason, StaffId, TicketId};
use serde_json::{Value, json};

use super::super::error::TicketError;
use super::super::model::{field, text};
use super::super::repo::{self, LateRow, TicketCard};
use super::attach::NewAttachment;
use super::{CallbackNote, Completion, NewLine, Step, at, attach, browse, commands, completing, quoting};
use crate::domains::identity::{Right, Viewer};
use crate::error::{Code, Error, Refusal};
use crate::infra::idempotency::{self, Claim, KeyState};
use crate::state::App;

/// Longest queue in one request.
pub const QUEUE_MAX: usize = 100;

/// A command that can be given without a signal.
#[derive(Clone, Debug)]
pub enum FieldCommand {
    /// Take a dispatched ticket on.
    Accept,
    /// Give it back, with the reason.
    Decline(String),
    /// Give it to another technician, with the reason.
    Transfer(StaffId, String),
    /// Begin, on arrival.
    Start,
    /// Let it wait.
    Pause(PauseReason, Option<String>),
    /// Go on.
    Resume,
    /// End the work.
    Complete(Completion),
    /// Record a callback.
    Callback(CallbackNote),
    /// Re-inspect.
    Reinspect(bool, String),
    /// Attach uploads.
    Attach(Vec<NewAttachment>),
    /// Write on it.
    Comment(String, CommentVisibility),
    /// Offer it for a price, with a word to the resident.
    QuoteSubmit(Vec<NewLine>, Option<String>),
}

impl FieldCommand {
    /// The mutation that gives the same command with a signal.
    pub const fn mutation(&self) -> &'static str {
        match self {
            Self::Accept => "ticketAccept",
            Self::Decline(_) => "ticketDecline",
            Self::Transfer(..) => "ticketTransfer",
            Self::Start => "ticketStart",
            Self::Pause(..) => "ticketPause",
            Self::Resume => "ticketResume",
            Self::Complete(_) => "ticketComplete",
            Self::Callback(_) => "ticketCallbackRecord",
            Self::Reinspect(..) => "ticketReinspect",
            Self::Attach(_) => "ticketAttach",
            Self::Comment(..) => "ticketCommentAdd",
            Self::QuoteSubmit(..) => "ticketQuoteSubmit",
        }
    }

    /// What it says, for whoever sees to it when it came too late.
    fn payload(&self) -> Value {
        match self {
            Self::Accept | Self::Start | Self::Resume => json!({}),
            Self::Decline(words) => json!({ "reason": words }),
            Self::Transfer(staff, words) => json!({ "assigneeId": staff, "reason": words }),
            Self::Pause(reason, words) => json!({ "reason": reason, "words": words }),
            Self::Complete(done) => json!({
                "outcome": done.outcome, "words": done.words, "waterTestEndedAt": done.water_test_ended_at,
                "uploads": done.attachments.len(), "materials": done.materials,
            }),
            Self::Callback(note) => json!({ "method": note.method, "result": note.result, "words": note.words }),
            Self::Reinspect(passed, words) => json!({ "passed": passed, "words": words }),
            Self::Attach(uploads) => json!({ "uploads": uploads.len() }),
            Self::Comment(words, visibility) => json!({ "words": words, "visibility": visibility }),
            Self::QuoteSubmit(lines, words) => json!({ "lines": lines, "words": words }),
        }
    }
}

/// One command of a queue.
#[derive(Clone, Debug)]
pub struct Queued {
    /// Ticket, key and what the phone reports.
    pub step: Step,
    /// The command.
    pub command: FieldCommand,
}

/// What became of a command.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// It was done by this request.
    Applied,
    /// It was done when it came before.
    Repeated,
    /// Refused for good: somebody else moved the ticket first.
    Conflict,
    /// Refused for good: the command itself, or its giver, is at fault.
    Rejected,
    /// Not done for want of something else: the command before it, or the server. A retryable refusal says that it
    /// may be sent again; any other is for good.
    Skipped,
}

impl Status {
    /// How a refusal of this code is told. The codes of a conflict are those that a ticket gives which has moved on.
    pub const fn of_refusal(code: Code) -> Self {
        match code {
            Code::StaleVersion
            | Code::ClaimLost
            | Code::InvalidTransition
            | Code::NotAssignee
            | Code::AlreadyCalledBack
            | Code::QuoteDecided
            | Code::UploadClaimed => Self::Conflict,
            Code::PredecessorMissing | Code::PredecessorRefused | Code::TryAgain => Self::Skipped,
            _ => Self::Rejected,
        }
    }
}

/// The result of one command.
#[derive(Debug)]
pub struct Outcome {
    /// What became of it.
    pub status: Status,
    /// Why it was not done.
    pub refusal: Option<Refusal>,
    /// The ticket as it now is, if the viewer may see it.
    pub card: Option<Box<TicketCard>>,
}

/// Replays a queue in its order. `sent_at` is the phone's time at sending, by which a wrong clock is corrected.
pub async fn replay(
    app: &App,
    viewer: &Viewer,
    queue: Vec<Queued>,
    sent_at: DateTime<Utc>,
) -> Result<Vec<Outcome>, Error> {
    viewer.require_staff()?;
    if queue.len() > QUEUE_MAX {
        return Err(Refusal::at(Code::InvalidValue, "commands").into());
    }
    let skew = field::skew(sent_at, app.clock.now());
    let keys = queue.iter().map(|queued| queued.step.key.clone());
    let mut done = idempotency::done_of(app.db.read(), viewer.account_id, keys).await?;
    let mut outcomes = Vec::with_capacity(queue.len());
    for queued in queue {
        let (mutation, key) = (queued.command.mutation().to_owned(), queued.step.key.clone());
        let mut outcome = one(app, viewer, queued, skew).await?;
        if outcome.status == Status::Applied && !done.insert((mutation, key)) {
            outcome.status = Status::Repeated;
        }
        outcomes.push(outcome);
    }
    Ok(outcomes)
}

async fn one(app: &App, viewer: &Viewer, mut queued: Queued, skew: Option<Duration>) -> Result<Outcome, Error> {
    queued.step.field.skew = skew.filter(|_| queued.step.field.occurred_at.is_some());
    let ticket = queued.step.ticket_id;
    let refusal = match run(app, viewer, queued.step.clone(), queued.command.clone()).await {
        Ok(card) => return Ok(Outcome { status: Status::Applied, refusal: None, card: card.map(Box::new) }),
        Err(Error::Refused(refusal)) => refusal,
        Err(Error::Forbidden) => Refusal::new(Code::NotAllowed),
        Err(cause) => {
            tracing::error!(?cause, "tickets.replay_failed");
            Refusal::new(Code::TryAgain)
        }
    };
    let for_good = !matches!(refusal.code, Code::PredecessorMissing | Code::TryAgain);
    let refusal = if for_good { settle(app, viewer, queued, refusal).await? } else { Some(refusal) };
    let status = refusal.as_ref().map_or(Status::Repeated, |refusal| Status::of_refusal(refusal.code));
    let card = browse::ticket(app, viewer, ticket).await.ok().map(Box::new);
    Ok(Outcome { status, refusal, card })
}

async fn run(app: &App, viewer: &Viewer, step: Step, command: FieldCommand) -> Result<Option<TicketCard>, Error> {
    match command {
        FieldCommand::Accept => commands::accept(app, viewer, step).await.map(Some),
        FieldCommand::Decline(words) => commands::decline(app, viewer, step, &words).await,
        FieldCommand::Transfer(staff, words) => commands::transfer(app, viewer, step, staff, &words).await.map(Some),
        FieldCommand::Start => commands::start(app, viewer, step).await.map(Some),
        FieldCommand::Pause(why, words) => commands::pause(app, viewer, step, why, words.as_deref()).await.map(Some),
        FieldCommand::Resume => commands::resume(app, viewer, step).await.map(Some),
        FieldCommand::Complete(done) => completing::complete(app, viewer, step, done).await.map(Some),
        FieldCommand::Callback(note) => commands::callback(app, viewer, step, note).await.map(Some),
        FieldCommand::Reinspect(passed, words) => {
            commands::reinspect(app, viewer, step, passed, &words).await.map(Some)
        }
        FieldCommand::Attach(uploads) => attach::attach(app, viewer, step, uploads).await.map(Some),
        FieldCommand::QuoteSubmit(lines, words) => {
            quoting::submit_quote(app, viewer, step, lines, words.as_deref()).await.map(Some)
        }
        FieldCommand::Comment(words, visibility) => {
            commands::comment(app, viewer, step, &words, visibility).await.map(Some)
        }
    }
}

/// Makes a refusal final, unless the command was refused before, or done: then there is none.
async fn settle(app: &App, viewer: &Viewer, queued: Queued, refusal: Refusal) -> Result<Option<Refusal>, Error> {
    let staff = viewer.require_staff()?;
    let (mutation, ticket) = (queued.command.mutation(), queued.step.ticket_id);
    let row = late_command::Model {
        id: app.clock.new_id::<LateCommandId>(),
        org_id: staff.org_id,
        ticket_id: Some(ticket),
        staff_id: staff.staff_id,
        account_id: viewer.account_id,
        mutation: mutation.to_owned(),
        key: queued.step.key.clone(),
        payload: queued.command.payload().to_string(),
        code: refusal.code.as_str().to_owned(),
        occurred_at: queued.step.field.occurred_at,
        received_at: app.clock.now(),
        resolved_at: None,
        resolved_by: None,
        resolution: None,
    };
    let body = (ticket, &row.payload);
    let claim = match Claim::new(app, viewer.account_id, mutation, &queued.step.key, &body, row.id.0) {
        Ok(claim) => claim,
        // Without a key nothing can be remembered.
        Err(Error::Refused(refusal)) => return Ok(Some(refusal)),
        Err(other) => return Err(other),
    };
    let before = app
        .db
        .write(move |tx| {
            let (claim, mut row) = (claim.clone(), row.clone());
            Box::pin(async move {
                let before = idempotency::refuse(tx, &claim).await?;
                if before.is_none() {
                    // Another organization's ticket, or none, is nobody's here.
                    row.ticket_id = if repo::has_ticket(tx, row.org_id, ticket).await? { Some(ticket) } else { None };
                    repo::insert_late(tx, row).await?;
                }
                Ok(before)
            })
        })
        .await?;
    Ok(match before {
        None => Some(Refusal::new(refusal.code)),
        Some(KeyState::Refused) => {
            let code = repo::late_code(app.db.read(), viewer.account_id, mutation, &queued.step.key).await?;
            Some(Refusal::new(code.as_deref().and_then(Code::parse).unwrap_or(Code::AlreadyRefused)))
        }
        // Done under this key before; what was refused now is another command under it.
        Some(KeyState::Done) if refusal.code == Code::KeyReused => Some(refusal),
        Some(KeyState::Done) => None,
    })
}

/// Late commands of the tickets that the viewer gives out.
pub async fn late_commands(
    app: &App,
    viewer: &Viewer,
    open: bool,
    ticket: Option<TicketId>,
    after: Option<LateCommandId>,
    limit: u64,
) -> Result<Vec<LateRow>, Error> {
    let scope = viewer.scope(Right::TicketDispatch, app.clock.now())?;
    Ok(repo::list_late(app.db.read(), &scope, open, ticket, after, limit).await?)
}

/// How many late commands that list has.
pub async fn count_late_commands(
    app: &App,
    viewer: &Viewer,
    open: bool,
    ticket: Option<TicketId>,
) -> Result<i64, Error> {
    let scope = viewer.scope(Right::TicketDispatch, app.clock.now())?;
    Ok(repo::count_late(app.db.read(), &scope, open, ticket).await?)
}

/// Notes how somebody saw to a late command.
pub async fn resolve_late_command(
    app: &App,
    viewer: &Viewer,
    id: LateCommandId,
    words: &str,
    key: &str,
) -> Result<LateRow, Error> {
    let scope = viewer.scope(Right::TicketDispatch, app.clock.now())?;
    let by = viewer.require_staff()?.staff_id;
    let words = text::required(words, text::WORDS_MAX).map_err(at("words"))?;
    let claim = Claim::new(app, viewer.account_id, "ticketLateCommandResolve", key, &(id, &words), id.0)?;
    let (now, job_scope) = (app.clock.now(), scope.clone());
    app.db
        .write(move |tx| {
            let (claim, scope, words) = (claim.clone(), job_scope.clone(), words.clone());
            Box::pin(async move {
                if idempotency::claim(tx, &claim).await?.is_some() {
                    return Ok(());
                }
                repo::find_late(tx, &scope, id).await?.ok_or(TicketError::NotFoundAt("lateCommandId"))?;
                let resolved = repo::resolve_late(tx, id, by, &words, now).await?;
                resolved.then_some(()).ok_or_else(|| TicketError::ResolvedAlready.into())
            })
        })
        .await?;
    let found = repo::find_late(app.db.read(), &scope, id).await?;
    Ok(found.ok_or(TicketError::NotFoundAt("lateCommandId"))?)
}
