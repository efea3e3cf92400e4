//! Who should get a ticket: suggested to a dispatcher, or given without anybody's doing (自动派单).

use entities::values::{DutyState, StaffId, TicketId, TicketState};
use serde_json::json;

use super::super::error::TicketError;
use super::super::model::dispatching::{Candidate, Exclusion, choose, ranked};
use super::super::model::{Actor, Command, apply};
use super::super::repo::{self, CandidateRow, TicketCard};
use super::browse;
use super::step::{self, Change};
use crate::domains::identity::{Right, Scope, Viewer};
use crate::error::{Code, Error};
use crate::infra::history::Actor as EventActor;
use crate::state::App;

/// Somebody to whom a ticket could be given, or why not.
#[derive(Clone, Debug)]
pub struct Suggestion {
    /// The member of staff.
    pub staff_id: StaffId,
    /// The name.
    pub name: String,
    /// The contractor's name, for its people.
    pub contractor_name: Option<String>,
    /// What decides.
    pub candidate: Candidate,
    /// Why not; empty for whoever can get it.
    pub exclusions: Vec<Exclusion>,
}

fn candidate(card: &TicketCard, row: &CandidateRow) -> Candidate {
    Candidate {
        staff: row.staff_id,
        on_duty: row.duty_state == DutyState::OnDuty,
        has_trade: row.has_trade,
        slot_free: !row.slot_taken,
        declined: row.declined,
        has_it: card.ticket.assignee_id == Some(row.staff_id),
        contractor: row.contractor_name.is_some(),
        open_minutes: row.open_minutes,
        idle_since: row.last_completed_at.map_or(row.duty_changed_at, |ended| ended.max(row.duty_changed_at)),
    }
}

fn candidates(card: &TicketCard, rows: &[CandidateRow]) -> Vec<Candidate> {
    rows.iter().map(|row| candidate(card, row)).collect()
}

/// Everybody who works in a ticket's community, best first; `None` when there is no such ticket within reach.
pub async fn suggest(app: &App, viewer: &Viewer, id: TicketId) -> Result<Option<Vec<Suggestion>>, Error> {
    let scope = viewer.scope(Right::TicketDispatch, app.clock.now())?;
    let Some(card) = repo::find_card(app.db.read(), &scope, id).await? else { return Ok(None) };
    let rows = repo::candidates(app.db.read(), &card).await?;
    let ranked = ranked(candidates(&card, &rows)).into_iter();
    let suggestions = ranked.filter_map(|candidate| {
        let row = rows.iter().find(|row| row.staff_id == candidate.staff)?;
        Some(Suggestion {
            staff_id: row.staff_id,
            name: row.name.clone(),
            contractor_name: row.contractor_name.clone(),
            exclusions: candidate.exclusions(),
            candidate,
        })
    });
    Ok(Some(suggestions.collect()))
}

const AUTOMATIC: Scope = Scope::System("automatic dispatch");

/// Gives a waiting ticket to the best candidate; `false` when nobody can get it, or it waits no longer.
pub async fn dispatch_automatically(app: &App, id: TicketId) -> Result<bool, Error> {
    let Some(card) = repo::find_card(app.db.read(), &AUTOMATIC, id).await? else { return Ok(false) };
    if choose(&candidates(&card, &repo::candidates(app.db.read(), &card).await?)).is_none() {
        return Ok(false);
    }
    let job = app.clone();
    let done = app.db.write_background(move |tx| {
        let app = job.clone();
        let org = card.ticket.org_id;
        Box::pin(async move {
            if !repo::lock_dispatch(tx, org, id).await? {
                return Ok(false);
            }
            let Some(card) = repo::find_card(tx, &AUTOMATIC, id).await? else { return Ok(false) };
            if card.ticket.state != TicketState::Submitted {
                return Ok(false);
            }
            let all = candidates(&card, &repo::candidates(tx, &card).await?);
            let Some(best) = choose(&all) else { return Ok(false) };
            let now = app.clock.now();
            let before = browse::work_of(&card);
            let command = Command::Dispatch { assignee: best.staff };
            let rules = step::rules(tx, &card, &command, &before, now).await?;
            let after = apply(&before, &command, &Actor::system(), &rules, now).map_err(TicketError::from)?;
            let payload = json!({
                "assigneeId": best.staff,
                "automatic": true,
                "reason": {
                    "openMinutes": best.open_minutes,
                    "idleSince": best.idle_since,
                    "candidates": all.len(),
                    "eligible": all.iter().filter(|it| !it.contractor && it.exclusions().is_empty()).count(),
                },
            });
            let change =
                Change { before: &before, after: &after, command: &command, by: EventActor::default(), payload };
            step::write(tx, &app, &card, change, now).await?;
            Ok(true)
        })
    });
    match done.await {
        // Somebody else gave it away meanwhile.
        Err(Error::Refused(refusal)) if refusal.code == Code::StaleVersion => Ok(false),
        other => other,
    }
}
