//! Telling of clocks that run out.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use entities::ticket_escalation;
use entities::values::EscalationId;
use serde_json::json;

use super::super::model::{Audience, Escalation, Work, audience};
use super::super::repo::{self, TicketCard};
use super::super::service::work_of;
use crate::db::Tx;
use crate::domains::identity::Scope;
use crate::error::Error;
use crate::infra::history::ObjectKind;
use crate::infra::outbox;
use crate::state::App;

/// How many tickets are escalated in one transaction.
const BATCH: u64 = 100;

/// Tells whoever must know of each clock that has run half or all of its time; how many were told of.
///
/// Each is told exactly once in a round, however many workers run: the ticket is marked by a conditional update, and the
/// escalation's row is unique. What fell due while no worker ran is told by the next one.
pub async fn escalate(app: &App) -> Result<u64, Error> {
    let scope = Scope::System("escalation");
    let mut told = 0;
    loop {
        let now = app.clock.now();
        let cards = Arc::new(repo::to_escalate(app.db.read(), &scope, now, BATCH).await?);
        if cards.is_empty() {
            return Ok(told);
        }
        let (job_app, job_cards) = (app.clone(), Arc::clone(&cards));
        let (marked, count) = app
            .db
            .write_background(move |tx| {
                let (app, cards) = (job_app.clone(), Arc::clone(&job_cards));
                Box::pin(async move {
                    let (mut marked, mut told) = (0_usize, 0);
                    for card in cards.iter() {
                        if let Some(count) = escalate_one(tx, &app, card, now).await? {
                            marked += 1;
                            told += count;
                        }
                    }
                    Ok((marked, told))
                })
            })
            .await?;
        told += count;
        // Those that moved on meanwhile are seen again in the next round; without progress another worker is at it.
        if marked == 0 || (cards.len() as u64) < BATCH {
            return Ok(told);
        }
    }
}

/// Tells of one ticket's clocks; `None` when the ticket has moved on since it was read.
async fn escalate_one(tx: &Tx, app: &App, card: &TicketCard, now: DateTime<Utc>) -> Result<Option<u64>, Error> {
    let ticket = &card.ticket;
    let mut work = work_of(card);
    let due: Vec<Escalation> = work.escalations().into_iter().filter(|escalation| escalation.at <= now).collect();
    for escalation in &due {
        work.escalated |= escalation.bit();
    }
    if !repo::mark_escalated(tx, ticket, work.escalated, work.next_escalation_at()).await? {
        return Ok(None);
    }
    let mut told = 0;
    for escalation in &due {
        told += u64::from(tell(tx, app, card, &work, escalation, now).await?);
    }
    Ok(Some(told))
}

/// Records one escalation with its outbox row; `false` when it was told before.
async fn tell(
    tx: &Tx,
    app: &App,
    card: &TicketCard,
    work: &Work,
    escalation: &Escalation,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let ticket = &card.ticket;
    let audience: Vec<&str> = audience(escalation, work).iter().copied().map(Audience::as_str).collect();
    let row = ticket_escalation::Model {
        id: app.clock.new_id::<EscalationId>(),
        org_id: ticket.org_id,
        ticket_id: ticket.id,
        round: ticket.rework_count,
        kind: escalation.kind,
        level: escalation.level,
        due_at: escalation.due_at,
        told_at: now,
        told: audience.join(","),
    };
    if !repo::insert_escalation(tx, row).await? {
        return Ok(false);
    }
    let message = outbox::Message {
        org_id: ticket.org_id,
        topic: "ticket.escalated",
        object_kind: ObjectKind::Ticket,
        object_id: ticket.id.0,
        object_version: ticket.version,
        staff_id: ticket.assignee_id,
        staff_before_id: None,
        payload: json!({
            "communityId": ticket.community_id,
            "assigneeId": ticket.assignee_id,
            "kind": escalation.kind,
            "level": escalation.level,
            "dueAt": escalation.due_at,
            "audience": audience,
        }),
    };
    outbox::write(tx, &app.clock, message).await?;
    Ok(true)
}
