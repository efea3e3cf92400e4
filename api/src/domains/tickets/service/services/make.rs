//! Making the tickets of a recurring service.

use chrono::{DateTime, Days, NaiveDate, Utc};
use entities::values::{
    Channel, OccurrenceState, ServicePlanId, ServicePlanState, SuspendReason, TicketId, TicketKind, Urgency,
};
use entities::{service_occurrence, service_plan};
use serde_json::json;

use super::super::super::model::services::{LEAD_DAYS, slot};
use super::super::super::repo::{self, PlaceId, PlanRow};
use super::super::submit::{self, By, NewTicket, Source};
use super::{after, note, recurrence, zone};
use crate::db::Tx;
use crate::domains::identity::Scope;
use crate::error::Error;
use crate::infra::history::Actor;
use crate::state::App;

/// Most dates that one transaction makes something of.
const BATCH: usize = 50;

const MAKING: Scope = Scope::System("a date of a recurring service is due");

/// Makes the ticket of each date of a plan that is due, and records those that have passed; how many dates that were.
///
/// Each date is made exactly once, whatever number of workers tries it and however often one is killed: the plan is
/// locked, and the date's record, which is unique, lies in the ticket's transaction. A plan whose resident lives there no
/// longer, or whose category was retired, is suspended instead.
pub async fn make_plan(app: &App, id: ServicePlanId) -> Result<u64, Error> {
    let job = app.clone();
    app.db
        .write_background(move |tx| {
            let app = job.clone();
            Box::pin(async move {
                repo::lock_plan(tx, id).await?;
                let now = app.clock.now();
                let Some(row) = repo::find_plan(tx, &MAKING, id, now).await? else { return Ok(0) };
                let Some(from) = row.plan.next_on else { return Ok(0) };
                let reason = if !row.resident_here {
                    Some(SuspendReason::MovedOut)
                } else if !row.category_active {
                    Some(SuspendReason::CategoryRetired)
                } else {
                    None
                };
                match reason {
                    Some(reason) => suspend(tx, &app, &row, reason).await,
                    None => make(tx, &app, &row, from, now).await,
                }
            })
        })
        .await
}

async fn suspend(tx: &Tx, app: &App, row: &PlanRow, reason: SuspendReason) -> Result<u64, Error> {
    let plan = after(row, |plan| {
        plan.state = ServicePlanState::Suspended;
        (plan.suspend_reason, plan.next_on) = (Some(reason), None);
    });
    write(tx, &plan, row.plan.version).await?;
    note(tx, app, &plan, ("SUSPENDED", Some(&row.plan)), Actor::default(), json!({ "reason": reason })).await?;
    Ok(1)
}

async fn make(tx: &Tx, app: &App, row: &PlanRow, from: NaiveDate, now: DateTime<Utc>) -> Result<u64, Error> {
    let zone = zone(&row.time_zone)?;
    let lead = u64::try_from(row.service_lead_days.unwrap_or(LEAD_DAYS)).unwrap_or(0);
    let today = now.with_timezone(&zone).date_naive();
    let last = today.checked_add_days(Days::new(lead)).unwrap_or(today);
    let taken = repo::occurrences_from(tx, &[row.plan.id], from).await?;
    let open = recurrence(&row.plan).dates_from(from).filter(|date| !taken.iter().any(|it| it.on_date == *date));
    let (mut next, mut done) = (None, 0);
    for date in open {
        if date > last || done == BATCH {
            next = Some(date);
            break;
        }
        let time = slot(zone, date, (row.plan.slot_from, row.plan.slot_to));
        let ticket = if time.0 < now { None } else { Some(ticket(tx, app, row, time).await?) };
        let occurrence = service_occurrence::Model {
            plan_id: row.plan.id,
            on_date: date,
            org_id: row.plan.org_id,
            state: if ticket.is_some() { OccurrenceState::Made } else { OccurrenceState::Missed },
            ticket_id: ticket,
            recorded_at: now,
        };
        repo::insert_occurrence(tx, occurrence).await?;
        done += 1;
    }
    if next.is_some() {
        // Where a plan has got to is no decision of anybody: its version stays.
        if next != row.plan.next_on {
            write(tx, &service_plan::Model { next_on: next, ..row.plan.clone() }, row.plan.version).await?;
        }
    } else {
        let plan = after(row, |plan| (plan.state, plan.next_on) = (ServicePlanState::Ended, None));
        write(tx, &plan, row.plan.version).await?;
        note(tx, app, &plan, ("ENDED", Some(&row.plan)), Actor::default(), json!({})).await?;
    }
    Ok(done as u64)
}

async fn write(tx: &Tx, plan: &service_plan::Model, version: i32) -> Result<(), Error> {
    let written = repo::update_plan(tx, plan, version).await?;
    written.then_some(()).ok_or_else(|| Error::internal("a locked plan was changed"))
}

/// Makes the ticket of one date.
async fn ticket(
    tx: &Tx,
    app: &App,
    row: &PlanRow,
    (start, end): (DateTime<Utc>, DateTime<Utc>),
) -> Result<TicketId, Error> {
    let plan = &row.plan;
    let id: TicketId = app.clock.new_id();
    let new = NewTicket {
        place_id: PlaceId::Unit(plan.unit_id),
        place: None,
        kind: TicketKind::PaidService,
        category_id: plan.category_id,
        urgency: Urgency::Ordinary,
        description: plan.words.clone(),
        contact_name: plan.contact_name.clone(),
        contact_phone: plan.contact_phone.clone(),
        access_note: plan.access_note.clone(),
        slot_start: Some(start),
        slot_end: Some(end),
        channel: plan.maker_staff_id.map(|_| Channel::Staff),
        payer: None,
        attachments: Vec::new(),
    };
    let account = plan.maker_account_id.filter(|_| plan.maker_staff_id.is_none());
    let by = By::Plan { plan: plan.id, staff: plan.maker_staff_id, account };
    submit::insert_by(tx, app, by, &MAKING, new, id, Source::default()).await?;
    Ok(id)
}
