//! Looking at tickets.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::values::{AccountId, StaffId, TicketId, TicketState, Trade, UnitId};
use entities::{callback_attempt, history_event, ticket, ticket_comment, ticket_escalation, ticket_rating};

use super::super::error::TicketError;
use super::super::model::{Action, Calendar, Rules, Work, defaults, permitted, possible};
use super::super::policy::actor;
use super::super::repo::{
    self, AttachmentRow, HelperRow, Named, StateCount, TicketCard, TicketCursor, TicketFilter, WorkList,
};
use crate::domains::estate::{Tie, resident_ties};
use crate::domains::identity::{Right, Scope, Viewer};
use crate::error::Error;
use crate::state::App;

/// The right that a list asks for.
fn right(list: &WorkList) -> Right {
    match list {
        WorkList::All | WorkList::Overdue(_) => Right::TicketRead,
        WorkList::Day(_) => Right::TicketOwn,
        WorkList::Pool(_) => Right::TicketWork,
        WorkList::ToDispatch => Right::TicketDispatch,
        WorkList::CallbacksDue => Right::TicketCallback,
    }
}

/// The scope in which the viewer has a list.
pub(super) fn scope(app: &App, viewer: &Viewer, list: &WorkList) -> Result<Scope, Error> {
    viewer.scope(right(list), app.clock.now())
}

/// The list in full: a pool is a matter of the viewer's trades.
pub(super) async fn completed(app: &App, viewer: &Viewer, list: WorkList) -> Result<WorkList, Error> {
    match list {
        WorkList::Pool(trades) if trades.is_empty() => {
            let staff = viewer.require_staff()?;
            Ok(WorkList::Pool(repo::trades_of(app.db.read(), staff.staff_id).await?))
        }
        other => Ok(other),
    }
}

/// A page of a work list, and the list itself for the cursors.
pub async fn page(
    app: &App,
    viewer: &Viewer,
    list: WorkList,
    filter: &TicketFilter,
    after: Option<&TicketCursor>,
    limit: u64,
) -> Result<(WorkList, Vec<TicketCard>), Error> {
    let scope = scope(app, viewer, &list)?;
    let list = completed(app, viewer, list).await?;
    let cards = repo::list_cards(app.db.read(), &scope, &list, filter, after, limit).await?;
    Ok((list, cards))
}

/// How many tickets a work list has.
pub async fn total(app: &App, viewer: &Viewer, list: WorkList, filter: &TicketFilter) -> Result<i64, Error> {
    let scope = scope(app, viewer, &list)?;
    let list = completed(app, viewer, list).await?;
    Ok(repo::count_cards(app.db.read(), &scope, &list, filter).await?)
}

/// How many tickets are in each state.
pub async fn counts(app: &App, viewer: &Viewer, filter: &TicketFilter) -> Result<Vec<StateCount>, Error> {
    let now = app.clock.now();
    let scope = viewer.scope(Right::TicketRead, now)?;
    Ok(repo::count_by_state(app.db.read(), &scope, filter, now).await?)
}

/// One ticket that the viewer may see.
pub async fn ticket(app: &App, viewer: &Viewer, id: TicketId) -> Result<TicketCard, Error> {
    let scope = viewer.scope(Right::TicketRead, app.clock.now())?;
    Ok(repo::find_card(app.db.read(), &scope, id).await?.ok_or(TicketError::NotFound)?)
}

/// The part of a ticket that the state machine knows.
pub fn work_of(card: &TicketCard) -> Work {
    let ticket = &card.ticket;
    Work {
        kind: ticket.kind,
        urgency: ticket.urgency,
        callback_class: card.category_callback_class,
        quote: ticket.quote_state,
        state: ticket.state,
        assignee: ticket.assignee_id,
        worker: ticket.worker_id,
        rework_count: ticket.rework_count,
        callback_tries: ticket.callback_tries,
        pause_reason: ticket.pause_reason,
        outcome: ticket.outcome,
        outcome_words: ticket.outcome_words.clone(),
        water_test_ended_at: ticket.water_test_ended_at,
        slot_start: ticket.slot_start,
        slot_end: ticket.slot_end,
        clock_started_at: ticket.clock_started_at,
        responded_at: ticket.responded_at,
        arrived_at: ticket.arrived_at,
        paused_at: ticket.paused_at,
        completed_at: ticket.completed_at,
        first_callback_at: ticket.first_callback_at,
        closed_at: ticket.closed_at,
        cancelled_at: ticket.cancelled_at,
        respond_due_at: ticket.respond_due_at,
        arrive_due_at: ticket.arrive_due_at,
        complete_due_at: ticket.complete_due_at,
        callback_due_at: ticket.callback_due_at,
        missed_completion: ticket.missed_completion,
        complete_basis: ticket.complete_basis,
        respond_half_at: ticket.respond_half_at,
        arrive_half_at: ticket.arrive_half_at,
        complete_half_at: ticket.complete_half_at,
        callback_half_at: ticket.callback_half_at,
        escalated: ticket.escalated,
        rated: card.rated,
        urge_count: ticket.urge_count,
        last_urged_at: ticket.last_urged_at,
        urge_again_at: ticket.urge_again_at,
        helpers: Vec::new(),
        helped: Vec::new(),
        payer: ticket.payer,
        liable: ticket.liable_party,
    }
}

/// The same with the ticket's helpers, which stand in the order of their ids.
pub fn with_helpers(work: Work, rows: &[HelperRow]) -> Work {
    let present = rows.iter().filter(|row| row.removed_at.is_none()).map(|row| row.staff_id);
    Work { helpers: present.collect(), helped: rows.iter().map(|row| row.staff_id).collect(), ..work }
}

/// Whether the viewer needs the contact's name and phone for a ticket that the viewer was shown: its household, its
/// assignee until it is over, and who coordinates.
pub fn sees_contact(viewer: &Viewer, ticket: &ticket::Model) -> bool {
    match viewer.staff() {
        // A resident sees a ticket of the own household only.
        None => true,
        Some(staff) => {
            let over = matches!(ticket.state, TicketState::Closed | TicketState::Cancelled);
            let works_on_it = ticket.assignee_id == Some(staff.staff_id) && !over;
            works_on_it || staff.may(Right::ContactRead, ticket.community_id)
        }
    }
}

/// Whether the viewer reads and writes internal comments: staff, but not a contractor's people.
pub fn sees_internal(viewer: &Viewer) -> bool {
    viewer.staff().is_some_and(|staff| !staff.is_contractor())
}

/// What decides which actions a viewer has on a ticket that the viewer was shown.
pub struct Facts<'v> {
    /// The viewer.
    pub viewer: &'v Viewer,
    /// A resident's ties to the ticket's unit.
    pub ties: Vec<Tie>,
    /// A technician's trades.
    pub trades: Vec<Trade>,
    /// Who helps or has helped with the ticket.
    pub helpers: Vec<HelperRow>,
    /// Now.
    pub now: DateTime<Utc>,
}

/// The actions that the viewer has on a ticket at this moment.
pub fn available_actions(card: &TicketCard, facts: &Facts<'_>) -> Vec<Action> {
    let ticket = &card.ticket;
    let requester = ticket.unit_id.is_none() && ticket.requester_id == Some(facts.viewer.account_id);
    let actor = actor(facts.viewer, ticket.community_id, &facts.ties, requester);
    let rules = Rules {
        callback_tries: card.rule_callback_tries,
        reopen_days: card.rule_reopen_days,
        policy: defaults::policy(ticket.urgency, card.category_callback_class),
        calendar: Calendar::always(),
        urge_minutes: defaults::URGE_MINUTES,
    };
    let work = with_helpers(work_of(card), &facts.helpers);
    Action::ALL
        .into_iter()
        .filter(|action| *action != Action::Claim || suits(card.category_trade, &facts.trades))
        .filter(|action| permitted(*action, &work, &actor).is_ok())
        .filter(|action| possible(*action, &work, &actor, &rules, facts.now).is_ok())
        .collect()
}

/// Whether somebody with these trades can do work of a category that needs `wanted`.
fn suits(wanted: Trade, trades: &[Trade]) -> bool {
    wanted == Trade::General || trades.contains(&wanted)
}

/// A resident's ties to several units, for tickets that the resident was shown.
pub async fn household_of(app: &App, account: AccountId, units: &[UnitId]) -> Result<HashMap<UnitId, Vec<Tie>>, Error> {
    let mut found: HashMap<UnitId, Vec<Tie>> = HashMap::new();
    for tie in resident_ties(app.db.read(), account, units, app.clock.now()).await? {
        found.entry(tie.unit_id).or_default().push(tie);
    }
    Ok(found)
}

/// A technician's trades.
pub async fn trades_of(app: &App, staff: StaffId) -> Result<Vec<Trade>, Error> {
    Ok(repo::trades_of(app.db.read(), staff).await?)
}

/// Helpers of tickets that the viewer was shown, also former ones.
pub async fn helpers_of(app: &App, ids: &[TicketId]) -> Result<Vec<HelperRow>, Error> {
    Ok(repo::helpers_of(app.db.read(), ids).await?)
}

/// Events of tickets that the viewer was shown, with the names of staff.
pub async fn histories_of(app: &App, ids: &[TicketId]) -> Result<Vec<Named<history_event::Model>>, Error> {
    Ok(repo::events_of(app.db.read(), ids).await?)
}

/// Names of staff whom events of tickets name that the viewer was shown.
pub async fn staff_names(app: &App, ids: &[StaffId]) -> Result<HashMap<StaffId, String>, Error> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    Ok(repo::staff_names(app.db.read(), ids).await?)
}

/// Comments on tickets that the viewer was shown, with the names of staff; internal ones for staff only.
pub async fn comments_of(
    app: &App,
    ids: &[TicketId],
    internal: bool,
) -> Result<Vec<Named<ticket_comment::Model>>, Error> {
    Ok(repo::comments_of(app.db.read(), ids, internal).await?)
}

/// Callbacks of tickets that the viewer was shown, with the names of staff.
pub async fn attempts_of(app: &App, ids: &[TicketId]) -> Result<Vec<Named<callback_attempt::Model>>, Error> {
    Ok(repo::attempts_of(app.db.read(), ids).await?)
}

/// Ratings of tickets that the viewer was shown.
pub async fn ratings_of(app: &App, ids: &[TicketId]) -> Result<Vec<ticket_rating::Model>, Error> {
    Ok(repo::ratings_of(app.db.read(), ids).await?)
}

/// Escalations of tickets that the viewer was shown.
pub async fn escalations_of(app: &App, ids: &[TicketId]) -> Result<Vec<ticket_escalation::Model>, Error> {
    Ok(repo::escalations_of(app.db.read(), ids).await?)
}

/// Attachments of tickets that the viewer was shown, with the names of staff.
pub async fn attachments_of(app: &App, ids: &[TicketId]) -> Result<Vec<AttachmentRow>, Error> {
    Ok(repo::attachments_of(app.db.read(), ids).await?)
}
