//! Changing where a recurring service stands.

use chrono::NaiveDate;
use entities::values::{OccurrenceState, ServicePlanId, ServicePlanState, SuspendReason};
use entities::{service_occurrence, service_plan};
use serde_json::json;

use super::super::super::error::TicketError;
use super::super::super::model::services::slot;
use super::super::super::model::text;
use super::super::super::repo::{self, PlanRow};
use super::super::at;
use super::{after, browse, next_ahead, note, recurrence, zone};
use crate::db::Tx;
use crate::domains::identity::{Right, Scope, Viewer};
use crate::error::Error;
use crate::infra::history::Actor;
use crate::infra::idempotency;
use crate::state::App;

/// What every change of a plan needs.
#[derive(Clone, Debug)]
pub struct PlanStep {
    /// Which plan.
    pub plan_id: ServicePlanId,
    /// The version that the client saw; refused when the plan has moved on.
    pub expected_version: Option<i32>,
    /// The client's key.
    pub key: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Change {
    Suspend,
    Resume,
    End,
    Skip(NaiveDate),
}

impl Change {
    const fn mutation(self) -> &'static str {
        match self {
            Self::Suspend => "servicePlanSuspend",
            Self::Resume => "servicePlanResume",
            Self::End => "servicePlanEnd",
            Self::Skip(_) => "servicePlanSkip",
        }
    }

    const fn event(self) -> &'static str {
        match self {
            Self::Suspend => "SUSPENDED",
            Self::Resume => "RESUMED",
            Self::End => "ENDED",
            Self::Skip(_) => "SKIPPED",
        }
    }

    const fn possible(self, state: ServicePlanState) -> bool {
        match self {
            Self::Suspend => matches!(state, ServicePlanState::Active),
            Self::Resume => matches!(state, ServicePlanState::Suspended),
            Self::End | Self::Skip(_) => !matches!(state, ServicePlanState::Ended),
        }
    }
}

/// Lets a plan rest: it makes no tickets until it is resumed. Those that were made stay.
pub async fn suspend_plan(app: &App, viewer: &Viewer, step: PlanStep, words: Option<&str>) -> Result<PlanRow, Error> {
    change(app, viewer, step, Change::Suspend, words).await
}

/// Goes on with a plan that rests, from now on: dates that passed meanwhile are not made up for.
pub async fn resume_plan(app: &App, viewer: &Viewer, step: PlanStep) -> Result<PlanRow, Error> {
    change(app, viewer, step, Change::Resume, None).await
}

/// Ends a plan for good.
pub async fn end_plan(app: &App, viewer: &Viewer, step: PlanStep, words: Option<&str>) -> Result<PlanRow, Error> {
    change(app, viewer, step, Change::End, words).await
}

/// Leaves one date out.
pub async fn skip_date(app: &App, viewer: &Viewer, step: PlanStep, date: NaiveDate) -> Result<PlanRow, Error> {
    change(app, viewer, step, Change::Skip(date), None).await
}

async fn change(
    app: &App,
    viewer: &Viewer,
    step: PlanStep,
    change: Change,
    words: Option<&str>,
) -> Result<PlanRow, Error> {
    let scope = viewer.scope(Right::ServicePlanManage, app.clock.now())?;
    let words = text::optional(words, text::WORDS_MAX).map_err(at("reason"))?;
    let date = if let Change::Skip(date) = change { Some(date) } else { None };
    let body = (step.plan_id, step.expected_version, &words, date);
    let mutation = change.mutation();
    let claim = idempotency::Claim::new(app, viewer.account_id, mutation, &step.key, &body, step.plan_id.0)?;
    let actor = Actor { account_id: Some(viewer.account_id), staff_id: viewer.staff().map(|staff| staff.staff_id) };
    let (id, job_app) = (step.plan_id, app.clone());
    app.db
        .write(move |tx| {
            let (app, scope, step) = (job_app.clone(), scope.clone(), step.clone());
            let (claim, words) = (claim.clone(), words.clone());
            Box::pin(async move {
                if idempotency::claim(tx, &claim).await?.is_some() {
                    return Ok(());
                }
                let row = locked(tx, &app, &scope, &step).await?;
                let plan = changed(tx, &app, &row, change).await?;
                if !repo::update_plan(tx, &plan, row.plan.version).await? {
                    return Err(TicketError::Stale.into());
                }
                let payload = json!({ "reason": words, "date": date });
                note(tx, &app, &plan, (change.event(), Some(&row.plan)), actor, payload).await
            })
        })
        .await?;
    browse::plan(app, viewer, id).await
}

/// The plan, with nobody else at work on it until the commit.
async fn locked(tx: &Tx, app: &App, scope: &Scope, step: &PlanStep) -> Result<PlanRow, Error> {
    let missing = || TicketError::NotFoundAt("servicePlanId");
    let now = app.clock.now();
    // Before the lock: nobody holds up what lies outside the own scope.
    repo::find_plan(tx, scope, step.plan_id, now).await?.ok_or_else(missing)?;
    repo::lock_plan(tx, step.plan_id).await?;
    let row = repo::find_plan(tx, scope, step.plan_id, now).await?.ok_or_else(missing)?;
    if step.expected_version.is_some_and(|expected| expected != row.plan.version) {
        return Err(TicketError::Stale.into());
    }
    Ok(row)
}

/// What a change makes of a plan; records the date that is left out.
async fn changed(tx: &Tx, app: &App, row: &PlanRow, change: Change) -> Result<service_plan::Model, Error> {
    if !change.possible(row.plan.state) {
        return Err(TicketError::PlanState.into());
    }
    let now = app.clock.now();
    let zone = zone(&row.time_zone)?;
    let today = now.with_timezone(&zone).date_naive();
    let taken = repo::occurrences_from(tx, &[row.plan.id], today).await?;
    let mut taken: Vec<NaiveDate> = taken.into_iter().map(|it| it.on_date).collect();
    Ok(match change {
        Change::Suspend => after(row, |plan| {
            plan.state = ServicePlanState::Suspended;
            plan.suspend_reason = Some(SuspendReason::Asked);
            plan.next_on = None;
        }),
        Change::End => after(row, |plan| {
            plan.state = ServicePlanState::Ended;
            (plan.suspend_reason, plan.next_on) = (None, None);
        }),
        Change::Resume => {
            if !row.category_active {
                return Err(TicketError::CategoryInactive.into());
            }
            if !row.resident_here {
                return Err(TicketError::ResidentGone.into());
            }
            // With no date left there is nothing to go on with.
            let next = next_ahead(&row.plan, zone, &taken, now).ok_or(TicketError::PlanState)?;
            after(row, |plan| {
                plan.state = ServicePlanState::Active;
                (plan.suspend_reason, plan.next_on) = (None, Some(next));
            })
        }
        Change::Skip(date) => {
            let slot = slot(zone, date, (row.plan.slot_from, row.plan.slot_to));
            if slot.0 < now || !recurrence(&row.plan).falls_on(date) {
                return Err(TicketError::DateNotPlanned.into());
            }
            if taken.contains(&date) {
                return Err(TicketError::DateTaken.into());
            }
            let occurrence = service_occurrence::Model {
                plan_id: row.plan.id,
                on_date: date,
                org_id: row.plan.org_id,
                state: OccurrenceState::Skipped,
                ticket_id: None,
                recorded_at: now,
            };
            repo::insert_occurrence(tx, occurrence).await?;
            taken.push(date);
            let next = match row.plan.next_on {
                Some(next) if next == date => recurrence(&row.plan).dates_from(date).find(|date| !taken.contains(date)),
                next => next,
            };
            after(row, |plan| {
                plan.next_on = next;
                if plan.state == ServicePlanState::Active && next.is_none() {
                    // The date left out was the last one.
                    plan.state = ServicePlanState::Ended;
                }
            })
        }
    })
}
