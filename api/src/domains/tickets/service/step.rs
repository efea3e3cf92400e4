//! One step of a ticket: the pipeline that every command goes through.
//!
//! In one transaction: the key, the ticket as it is, the rules, the conditional update, the event, the outbox.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use entities::ticket;
use entities::values::{StaffId, TicketId};
use serde_json::Value;

use super::super::error::TicketError;
use super::super::model::{Command, Denial, Rules, Work, apply, defaults, permitted};
use super::super::policy::actor;
use super::super::repo::{self, TicketCard};
use super::browse;
use crate::db::Tx;
use crate::domains::estate::resident_ties;
use crate::domains::identity::{Right, Scope, Viewer};
use crate::error::Error;
use crate::infra::history::{self, Actor as EventActor, Head, NewEvent, ObjectKind};
use crate::infra::{idempotency, outbox};
use crate::state::App;

/// What every step needs.
#[derive(Clone, Debug)]
pub struct StepInput {
    /// Which ticket.
    pub ticket_id: TicketId,
    /// The version that the client saw; refused when the ticket has moved on.
    pub expected_version: Option<i32>,
    /// The client's key.
    pub key: String,
}

/// What runs inside the step's transaction beside the step itself.
pub trait Beside: Send + Sync + 'static {
    /// Completes the command from what the transaction sees, before the rules are asked.
    fn prepare<'t>(&'t self, tx: &'t Tx, seen: &'t Seen) -> impl Future<Output = Result<Command, Error>> + Send + 't;

    /// Adds rows of its own after the step.
    fn record<'t>(
        &'t self,
        _tx: &'t Tx,
        _seen: &'t Seen,
        _after: &'t Work,
    ) -> impl Future<Output = Result<(), Error>> + Send + 't {
        async { Ok(()) }
    }
}

/// What a step sees of its ticket.
pub struct Seen {
    /// The application.
    pub app: App,
    /// Who acts.
    pub viewer: Viewer,
    /// The ticket before the step.
    pub card: TicketCard,
    /// Now.
    pub now: DateTime<Utc>,
}

impl Seen {
    /// The community's time zone.
    pub fn zone(&self) -> Result<Tz, Error> {
        self.card.time_zone.parse().map_err(|_| Error::internal("unknown time zone"))
    }
}

/// A command that needs nothing else.
pub struct Plain(pub Command);

impl Beside for Plain {
    async fn prepare(&self, _: &Tx, _: &Seen) -> Result<Command, Error> {
        Ok(self.0.clone())
    }
}

/// Runs a step and returns the ticket as it then is. A repeat with the same key returns the ticket as it now is.
pub async fn step(
    app: &App,
    viewer: &Viewer,
    mutation: &'static str,
    input: StepInput,
    payload: Value,
    beside: impl Beside,
) -> Result<TicketCard, Error> {
    let scope = viewer.scope(Right::TicketRead, app.clock.now())?;
    let body = (input.ticket_id, input.expected_version, &payload);
    let claim = idempotency::Claim::new(app, viewer.account_id, mutation, &input.key, &body, input.ticket_id.0)?;
    let beside = Arc::new(beside);
    let (job_app, job_viewer) = (app.clone(), viewer.clone());
    let id = input.ticket_id;
    app.db
        .write(move |tx| {
            let (app, viewer, scope) = (job_app.clone(), job_viewer.clone(), scope.clone());
            let (claim, input, payload, beside) = (claim.clone(), input.clone(), payload.clone(), Arc::clone(&beside));
            Box::pin(async move {
                if idempotency::claim(tx, &claim).await?.is_some() {
                    return Ok(());
                }
                let target = Target { ticket_id: input.ticket_id, expected_version: input.expected_version };
                within(tx, &app, &viewer, &scope, target, payload, beside.as_ref()).await
            })
        })
        .await?;
    browse::ticket(app, viewer, id).await
}

/// Which ticket a step is for.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// The ticket.
    pub ticket_id: TicketId,
    /// The version that the client saw.
    pub expected_version: Option<i32>,
}

/// Runs a step inside a transaction that has claimed its key already.
pub async fn within(
    tx: &Tx,
    app: &App,
    viewer: &Viewer,
    scope: &Scope,
    target: Target,
    payload: Value,
    beside: &impl Beside,
) -> Result<(), Error> {
    let card = repo::find_card(tx, scope, target.ticket_id).await?.ok_or(TicketError::NotFound)?;
    let seen = Seen { app: app.clone(), viewer: viewer.clone(), card, now: app.clock.now() };
    run(tx, &seen, target, payload, beside).await
}

async fn run(tx: &Tx, seen: &Seen, input: Target, payload: Value, beside: &impl Beside) -> Result<(), Error> {
    let Seen { app, viewer, card, now } = seen;
    let before = browse::work_of(card);
    let command = beside.prepare(tx, seen).await?;
    let ties = match (viewer.staff(), card.ticket.unit_id) {
        (None, Some(unit)) => resident_ties(tx, viewer.account_id, &[unit], *now).await?,
        _ => Vec::new(),
    };
    let requester = card.ticket.unit_id.is_none() && card.ticket.requester_id == Some(viewer.account_id);
    let actor = actor(viewer, card.ticket.community_id, &ties, requester);
    let stale = input.expected_version.is_some_and(|expected| expected != card.ticket.version);
    if stale && command != Command::Claim {
        permitted(command.action(), &before, &actor).map_err(TicketError::from)?;
        return Err(TicketError::Stale.into());
    }
    let after = match apply(&before, &command, &actor, &rules(tx, card).await?, *now) {
        Ok(after) => after,
        Err(denial) => return Err(lost_or_denied(&command, denial)),
    };
    if stale {
        return Err(TicketError::Stale.into());
    }
    let event = NewEvent {
        org_id: card.ticket.org_id,
        object_kind: ObjectKind::Ticket,
        object_id: card.ticket.id.0,
        kind: command.event(),
        from_state: Some(before.state.as_str()),
        to_state: Some(after.state.as_str()),
        actor: EventActor { account_id: Some(viewer.account_id), staff_id: viewer.staff().map(|staff| staff.staff_id) },
        payload,
        occurred_at: *now,
    };
    let head = Head { seq: card.ticket.version, hash: card.ticket.history_hash.clone() };
    let (event, head) = history::link(&app.clock, &head, event)?;
    let row = changed(&card.ticket, &after, &head, *now);
    if !repo::update_work(tx, &row, card.ticket.version).await? {
        // Somebody else's change was committed between our read and our update.
        return Err(match command {
            Command::Claim => TicketError::ClaimLost.into(),
            _ => TicketError::Stale.into(),
        });
    }
    history::insert(tx, event).await?;
    beside.record(tx, seen, &after).await?;
    let message = outbox::Message {
        org_id: card.ticket.org_id,
        topic: topic(&command),
        object_kind: ObjectKind::Ticket,
        object_id: card.ticket.id.0,
        object_version: head.seq,
        payload: serde_json::json!({
            "communityId": card.ticket.community_id,
            "assigneeId": after.assignee,
            "assigneeBeforeId": before.assignee,
        }),
    };
    Ok(outbox::write(tx, &app.clock, message).await?)
}

/// A claim of what is no longer in the pool was lost to somebody else.
fn lost_or_denied(command: &Command, denial: Denial) -> Error {
    match (command, denial) {
        (Command::Claim, Denial::State) => TicketError::ClaimLost.into(),
        _ => TicketError::Denied(denial).into(),
    }
}

/// The community's rules, with the deadlines that count now.
async fn rules(tx: &Tx, card: &TicketCard) -> Result<Rules, Error> {
    let ticket = &card.ticket;
    let found = repo::current_policy(tx, ticket.community_id, ticket.category_id, ticket.urgency).await?;
    let policy = found.map_or_else(|| defaults::policy(ticket.urgency, card.category_callback_class), Into::into);
    Ok(Rules { callback_tries: card.rule_callback_tries, reopen_days: card.rule_reopen_days, policy })
}

/// The ticket's row after the step.
fn changed(before: &ticket::Model, after: &Work, head: &Head, now: DateTime<Utc>) -> ticket::Model {
    ticket::Model {
        state: after.state,
        version: head.seq,
        history_hash: head.hash.clone(),
        assignee_id: after.assignee,
        worker_id: after.worker,
        rework_count: after.rework_count,
        callback_tries: after.callback_tries,
        pause_reason: after.pause_reason,
        outcome: after.outcome,
        outcome_words: after.outcome_words.clone(),
        water_test_ended_at: after.water_test_ended_at,
        clock_started_at: after.clock_started_at,
        responded_at: after.responded_at,
        arrived_at: after.arrived_at,
        paused_at: after.paused_at,
        completed_at: after.completed_at,
        first_callback_at: after.first_callback_at,
        closed_at: after.closed_at,
        cancelled_at: after.cancelled_at,
        respond_due_at: after.respond_due_at,
        arrive_due_at: after.arrive_due_at,
        complete_due_at: after.complete_due_at,
        callback_due_at: after.callback_due_at,
        next_due_at: after.next_due_at(),
        missed_completion: after.missed_completion,
        updated_at: now,
        ..before.clone()
    }
}

fn topic(command: &Command) -> &'static str {
    match command {
        Command::Dispatch { .. } => "ticket.dispatched",
        Command::Claim => "ticket.claimed",
        Command::Accept => "ticket.accepted",
        Command::Decline => "ticket.declined",
        Command::Transfer { .. } => "ticket.transferred",
        Command::Start => "ticket.started",
        Command::Pause { .. } => "ticket.paused",
        Command::Resume => "ticket.resumed",
        Command::Complete { .. } => "ticket.completed",
        Command::Callback { .. } => "ticket.called_back",
        Command::Reinspect { .. } => "ticket.reinspected",
        Command::Reaccept { .. } => "ticket.reaccepted",
        Command::ReportUnsolved => "ticket.reported_unsolved",
        Command::Reopen => "ticket.reopened",
        Command::Cancel => "ticket.cancelled",
        Command::Rate => "ticket.rated",
        Command::JoinContact => "ticket.contact_joined",
    }
}

/// The refusal that an assignee is out of reach, or cannot take the ticket.
pub async fn check_assignee(tx: &Tx, seen: &Seen, assignee: StaffId) -> Result<(), Error> {
    let ticket = &seen.card.ticket;
    let trade = seen.card.category_trade;
    if repo::is_suitable(tx, ticket.org_id, ticket.community_id, trade, assignee).await? {
        return Ok(());
    }
    Err(TicketError::AssigneeUnsuitable.into())
}
