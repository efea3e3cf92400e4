//! One step of a ticket: the pipeline that every command goes through.
//!
//! In one transaction: the key, the ticket as it is, the rules, the conditional update, the event, the outbox.

use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use chrono_tz::Tz;
use entities::ticket;
use entities::values::{StaffId, TicketId, TicketState};
use serde_json::Value;

use super::super::error::TicketError;
use super::super::model::field;
use super::super::model::{Calendar, Command, Denial, Rules, Work, apply, defaults, permitted};
use super::super::policy::actor;
use super::super::repo::{self, HelperRow, TicketCard};
use super::attach::{self, NewAttachment, Target};
use super::{browse, clocks};
use crate::db::Tx;
use crate::domains::estate::resident_ties;
use crate::domains::identity::{Right, Scope, Viewer};
use crate::error::Error;
use crate::infra::history::{self, Actor as EventActor, Head, NewEvent, ObjectKind};
use crate::infra::idempotency::{self, KeyState};
use crate::infra::outbox;
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
    /// What a phone reports of a command that was given without a signal.
    pub field: Field,
}

/// What a phone reports of a command that was given without a signal.
#[derive(Clone, Debug, Default)]
pub struct Field {
    /// When it was given, by the phone's clock.
    pub occurred_at: Option<DateTime<Utc>>,
    /// How far that clock is off.
    pub skew: Option<Duration>,
    /// The key of the command that the phone gave before it.
    pub after: Option<String>,
}

impl Field {
    /// Refuses a command whose predecessor has not arrived, or was refused.
    pub async fn check_order(&self, tx: &Tx, viewer: &Viewer) -> Result<(), Error> {
        let Some(after) = &self.after else { return Ok(()) };
        match idempotency::key_state(tx, viewer.account_id, after).await? {
            Some(KeyState::Done) => Ok(()),
            Some(KeyState::Refused) => Err(TicketError::PredecessorRefused.into()),
            None => Err(TicketError::PredecessorMissing.into()),
        }
    }

    /// When the command happened, as far as that can be.
    pub fn moment(&self, app: &App, viewer: &Viewer, latest: DateTime<Utc>) -> Result<DateTime<Utc>, TicketError> {
        // Residents' phones are online, or wait.
        let reported = self.occurred_at.filter(|_| viewer.staff().is_some());
        let days = i64::from(app.config.offline_days);
        field::occurred(reported, self.skew, latest, app.clock.now(), days).map_err(TicketError::Occurred)
    }
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

    /// Completes the event's payload from what the step sees.
    fn payload(&self, _seen: &Seen, payload: Value) -> Value {
        payload
    }

    /// Uploads that the step attaches.
    fn attachments(&self) -> &[NewAttachment] {
        &[]
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
    /// Who helps or has helped.
    pub helpers: Vec<HelperRow>,
    /// When the command happened: now, or as a phone reports it.
    pub now: DateTime<Utc>,
}

impl Seen {
    /// The part of the ticket that the state machine knows.
    pub fn work(&self) -> Work {
        browse::with_helpers(browse::work_of(&self.card), &self.helpers)
    }

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
    let id = input.ticket_id;
    perform(app, viewer, mutation, input, payload, beside).await?;
    browse::ticket(app, viewer, id).await
}

/// Runs a step, after which the viewer may see the ticket no more.
pub async fn perform(
    app: &App,
    viewer: &Viewer,
    mutation: &'static str,
    input: StepInput,
    payload: Value,
    beside: impl Beside,
) -> Result<(), Error> {
    let scope = viewer.scope(Right::TicketRead, app.clock.now())?;
    let body = (input.ticket_id, input.expected_version, &payload);
    let claim = idempotency::Claim::new(app, viewer.account_id, mutation, &input.key, &body, input.ticket_id.0)?;
    let beside = Arc::new(beside);
    let (job_app, job_viewer) = (app.clone(), viewer.clone());
    app.db
        .write(move |tx| {
            let (app, viewer, scope) = (job_app.clone(), job_viewer.clone(), scope.clone());
            let (claim, input, payload, beside) = (claim.clone(), input.clone(), payload.clone(), Arc::clone(&beside));
            Box::pin(async move {
                if idempotency::claim(tx, &claim).await?.is_some() {
                    return Ok(());
                }
                input.field.check_order(tx, &viewer).await?;
                let target = StepTarget {
                    ticket_id: input.ticket_id,
                    expected_version: input.expected_version,
                    field: input.field.clone(),
                };
                within(tx, &app, &viewer, &scope, target, payload, beside.as_ref()).await
            })
        })
        .await
}

/// Which ticket a step is for.
#[derive(Clone, Debug)]
pub struct StepTarget {
    /// The ticket.
    pub ticket_id: TicketId,
    /// The version that the client saw.
    pub expected_version: Option<i32>,
    /// What a phone reports of it.
    pub field: Field,
}

/// Runs a step inside a transaction that has claimed its key already.
pub async fn within(
    tx: &Tx,
    app: &App,
    viewer: &Viewer,
    scope: &Scope,
    target: StepTarget,
    payload: Value,
    beside: &impl Beside,
) -> Result<(), Error> {
    let card = repo::find_card(tx, scope, target.ticket_id).await?.ok_or(TicketError::NotFound)?;
    let helpers = if card.ticket.helped { repo::helpers_of(tx, &[card.ticket.id]).await? } else { Vec::new() };
    let mut seen = Seen { app: app.clone(), viewer: viewer.clone(), card, helpers, now: app.clock.now() };
    seen.now = target.field.moment(app, viewer, seen.work().latest())?;
    run(tx, &seen, target, payload, beside).await
}

async fn run(tx: &Tx, seen: &Seen, input: StepTarget, payload: Value, beside: &impl Beside) -> Result<(), Error> {
    let Seen { app, viewer, card, now, .. } = seen;
    let before = seen.work();
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
    let after = match apply(&before, &command, &actor, &rules(tx, card, &command, &before, *now).await?, *now) {
        Ok(after) => after,
        Err(denial) => return Err(lost_or_denied(&command, denial)),
    };
    if stale {
        return Err(TicketError::Stale.into());
    }
    let by = EventActor { account_id: Some(viewer.account_id), staff_id: viewer.staff().map(|staff| staff.staff_id) };
    let mut payload = beside.payload(seen, payload);
    if let Some(skew) = input.field.skew {
        payload["clockSkewSeconds"] = skew.num_seconds().into();
    }
    if let Some(attached) = attach::claim(tx, app, viewer, card.ticket.org_id, beside.attachments()).await? {
        payload["attachments"] = attached;
    }
    write(tx, app, card, Change { before: &before, after: &after, command: &command, by, payload }, *now).await?;
    beside.record(tx, seen, &after).await?;
    let target =
        Target { org_id: card.ticket.org_id, ticket_id: card.ticket.id, round: card.ticket.rework_count, now: *now };
    attach::insert(tx, app, viewer, target, beside.attachments()).await
}

/// What a command has made of a ticket, and who gave it.
pub struct Change<'c> {
    /// The ticket's work before.
    pub before: &'c Work,
    /// After.
    pub after: &'c Work,
    /// The command.
    pub command: &'c Command,
    /// Whom the event names.
    pub by: EventActor,
    /// The event's payload.
    pub payload: Value,
}

/// Writes a change that the rules allow: the conditional update, the event, the helpers, the outbox row.
pub async fn write(tx: &Tx, app: &App, card: &TicketCard, change: Change<'_>, now: DateTime<Utc>) -> Result<(), Error> {
    let Change { before, after, command, by, payload } = change;
    let event = NewEvent {
        org_id: card.ticket.org_id,
        object_kind: ObjectKind::Ticket,
        object_id: card.ticket.id.0,
        kind: command.event(),
        from_state: Some(before.state.as_str()),
        to_state: Some(after.state.as_str()),
        actor: by,
        payload,
        occurred_at: now,
    };
    let head = Head { seq: card.ticket.version, hash: card.ticket.history_hash.clone() };
    let (event, head) = history::link(&app.clock, &head, event)?;
    let row = changed(&card.ticket, after, &head, app.clock.now());
    if !repo::update_work(tx, &row, card.ticket.version).await? {
        // Somebody else's change was committed between our read and our update.
        return Err(match command {
            Command::Claim => TicketError::ClaimLost.into(),
            _ => TicketError::Stale.into(),
        });
    }
    history::insert(tx, event).await?;
    for helper in after.helpers.iter().filter(|it| !before.helpers.contains(it)) {
        repo::add_helper(tx, card.ticket.org_id, card.ticket.id, *helper, now).await?;
    }
    for helper in before.helpers.iter().filter(|it| !after.helpers.contains(it)) {
        repo::remove_helper(tx, card.ticket.id, *helper, now).await?;
    }
    let mut payload = serde_json::json!({
        "communityId": card.ticket.community_id,
        "assigneeId": after.assignee,
        "assigneeBeforeId": before.assignee,
    });
    if *command == Command::Urge {
        // Whoever has it is to hurry; while nobody has it, whoever gives it out.
        payload["tell"] = if after.assignee.is_some() { "ASSIGNEE" } else { "DISPATCHER" }.into();
    }
    let message = outbox::Message {
        org_id: card.ticket.org_id,
        topic: topic(command),
        object_kind: ObjectKind::Ticket,
        object_id: card.ticket.id.0,
        object_version: head.seq,
        staff_id: after.assignee,
        staff_before_id: before.assignee,
        payload,
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

/// The community's rules, with the deadlines that count now where the command starts or moves a clock.
pub async fn rules(
    tx: &Tx,
    card: &TicketCard,
    command: &Command,
    work: &Work,
    now: DateTime<Utc>,
) -> Result<Rules, Error> {
    let ticket = &card.ticket;
    let class = card.category_callback_class;
    let (policy, calendar) = if command.winds(work) {
        let from = work.clock_started_at.min(now);
        let found = repo::current_clocks(tx, ticket.community_id, ticket.category_id, ticket.urgency, from).await?;
        let found = found.ok_or(Error::internal("a ticket without community or category"))?;
        (clocks::policy(&found.policy, class, ticket.urgency), clocks::calendar(&found.calendar)?)
    } else {
        (defaults::policy(ticket.urgency, class), Calendar::always())
    };
    let urge_minutes = if *command == Command::Urge {
        let scope = Scope::System("the ticket lies in the viewer's scope");
        repo::ticket_settings(tx, &scope, ticket.community_id).await?.and_then(|row| row.urge_minutes)
    } else {
        None
    };
    Ok(Rules {
        callback_tries: card.rule_callback_tries,
        reopen_days: card.rule_reopen_days,
        policy,
        calendar,
        urge_minutes: urge_minutes.unwrap_or(defaults::URGE_MINUTES),
    })
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
        complete_basis: after.complete_basis,
        respond_half_at: after.respond_half_at,
        arrive_half_at: after.arrive_half_at,
        complete_half_at: after.complete_half_at,
        callback_half_at: after.callback_half_at,
        escalated: after.escalated,
        next_escalation_at: after.next_escalation_at(),
        slot_start: after.slot_start,
        slot_end: after.slot_end,
        urge_count: after.urge_count,
        last_urged_at: after.last_urged_at,
        urge_again_at: after.urge_again_at,
        payer: after.payer,
        liable_party: after.liable,
        quote_state: after.quote,
        helped: before.helped || !after.helped.is_empty(),
        // Whatever comes back to the pool is tried at once.
        auto_tried_at: before.auto_tried_at.filter(|_| before.state == TicketState::Submitted),
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
        Command::Reschedule { .. } => "ticket.rescheduled",
        Command::Urge => "ticket.urged",
        Command::AddHelper { .. } => "ticket.helper_added",
        Command::RemoveHelper { .. } => "ticket.helper_removed",
        Command::Attach => "ticket.attached",
        Command::JoinContact => "ticket.contact_joined",
        Command::SetPayer { .. } => "ticket.payer_set",
        Command::Quote(step) => step.topic(),
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
