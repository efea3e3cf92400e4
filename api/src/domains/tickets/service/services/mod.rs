//! Recurring services (特约服务): agreeing them, changing where they stand, and making their tickets.

mod browse;
mod change;
mod create;
mod make;
mod seed;

pub use browse::{count_plans, next_dates, plan, plans, plans_of_tickets, records_of, taken_of};
pub use change::{PlanStep, end_plan, resume_plan, skip_date, suspend_plan};
pub use create::{NewPlan, create_plan};
pub use make::make_plan;
pub use seed::{SeedPlace, seed_service_plan};

use chrono::{DateTime, NaiveDate, Utc, Weekday};
use chrono_tz::Tz;
use entities::service_plan;
use entities::values::ServiceCadence;
use serde_json::{Value, json};

use super::super::model::services::{Cadence, Recurrence, slot};
use super::super::repo::PlanRow;
use crate::db::Tx;
use crate::error::Error;
use crate::infra::history::{self, Actor, NewEvent, ObjectKind};
use crate::infra::outbox;
use crate::state::App;

/// On which dates a plan falls.
fn recurrence(plan: &service_plan::Model) -> Recurrence {
    let number = |number: i32| u32::try_from(number).unwrap_or(1);
    let cadence = match plan.cadence {
        ServiceCadence::Weekly => Cadence::Weekly { every: number(plan.every), weekday: weekday(plan.weekday) },
        ServiceCadence::Monthly => {
            Cadence::Monthly { every: number(plan.every), day: number(plan.month_day.unwrap_or(1)) }
        }
    };
    Recurrence { cadence, first_on: plan.first_on, last_on: plan.last_on, times: plan.times.map(number) }
}

/// The day of the week that a number from 1 to 7 stands for.
fn weekday(number: Option<i32>) -> Weekday {
    let from_monday = number.and_then(|number| u8::try_from(number - 1).ok());
    from_monday.and_then(|number| Weekday::try_from(number).ok()).unwrap_or(Weekday::Mon)
}

fn zone(name: &str) -> Result<Tz, Error> {
    name.parse().map_err(|_| Error::internal("unknown time zone"))
}

/// The first date of a plan whose time is still ahead and of which nothing is recorded.
fn next_ahead(plan: &service_plan::Model, zone: Tz, taken: &[NaiveDate], now: DateTime<Utc>) -> Option<NaiveDate> {
    let today = now.with_timezone(&zone).date_naive();
    let ahead = |date: &NaiveDate| slot(zone, *date, (plan.slot_from, plan.slot_to)).0 >= now;
    recurrence(plan).dates_from(today).filter(ahead).find(|date| !taken.contains(date))
}

/// Appends an event to a plan's history and tells of it; the plan's row has the version and is locked.
async fn note(
    tx: &Tx,
    app: &App,
    plan: &service_plan::Model,
    (kind, before): (&'static str, Option<&service_plan::Model>),
    actor: Actor,
    payload: Value,
) -> Result<(), Error> {
    let event = NewEvent {
        org_id: plan.org_id,
        object_kind: ObjectKind::ServicePlan,
        object_id: plan.id.0,
        kind,
        from_state: before.map(|before| before.state.as_str()),
        to_state: Some(plan.state.as_str()),
        actor,
        payload,
        occurred_at: app.clock.now(),
    };
    history::append(tx, &app.clock, event).await?;
    let message = outbox::Message {
        org_id: plan.org_id,
        topic: "service_plan.changed",
        object_kind: ObjectKind::ServicePlan,
        object_id: plan.id.0,
        object_version: plan.version,
        staff_id: None,
        staff_before_id: None,
        payload: json!({ "communityId": plan.community_id, "event": kind }),
    };
    Ok(outbox::write(tx, &app.clock, message).await?)
}

/// The same row after a change.
fn after(row: &PlanRow, change: impl FnOnce(&mut service_plan::Model)) -> service_plan::Model {
    let mut plan = row.plan.clone();
    change(&mut plan);
    plan.version += 1;
    plan
}
