//! Stored deadlines and calendars as the model knows them.

use entities::values::{CallbackClass, ClockBasis, Urgency};

use super::super::model::{Bases, Calendar, Hours, Policy, defaults};
use super::super::repo::{CalendarRow, PolicyRow};
use crate::error::Error;

/// A community's calendar.
pub fn calendar(row: &CalendarRow) -> Result<Calendar, Error> {
    let days = row.days().into_iter();
    Ok(Calendar {
        zone: row.time_zone.parse().map_err(|_| Error::internal("unknown time zone"))?,
        hours: Hours { opens: row.service_opens_minute, closes: row.service_closes_minute },
        weekdays: row.service_weekdays,
        days: days.map(|(day, hours)| (day, hours.map(|(opens, closes)| Hours { opens, closes }))).collect(),
    })
}

fn bases(all: [Option<ClockBasis>; 4]) -> Bases {
    let [respond, arrive, complete, callback] = all.map(|basis| basis.unwrap_or(ClockBasis::AroundTheClock));
    Bases { respond, arrive, complete, callback }
}

/// A policy's deadlines, or the default ones where an organization has none.
pub fn policy(row: &PolicyRow, class: CallbackClass, urgency: Urgency) -> Policy {
    let Some(callback) = row.callback_minutes else { return defaults::policy(urgency, class) };
    Policy {
        respond: row.respond_minutes,
        arrive: row.arrive_minutes,
        complete: row.complete_minutes,
        callback,
        bases: bases([row.respond_basis, row.arrive_basis, row.complete_basis, row.callback_basis]),
    }
}
