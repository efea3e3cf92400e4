//! Recurring services (特约服务): on which dates one falls, and when its time is on each.

use chrono::{
    DateTime, Datelike as _, Days, Duration, MappedLocalTime, Months, NaiveDate, NaiveDateTime, NaiveTime,
    TimeZone as _, Utc, Weekday,
};
use chrono_tz::Tz;

/// Longest interval, in weeks or months.
pub const EVERY_MAX: i32 = 52;
/// Most times that a plan may be limited to.
pub const TIMES_MAX: i32 = 1_000;
/// Longest time of one service in minutes: half a day.
pub const SLOT_MAX_MINUTES: i32 = 12 * 60;
/// How far ahead a plan may begin, in days.
pub const AHEAD_MAX: i64 = 366;
/// Most dates that are shown ahead.
pub const SHOWN_MAX: usize = 50;
/// Most days ahead that a ticket is made of a date.
pub const LEAD_MAX: i32 = 30;
/// Days ahead that a ticket is made of a date, until a community sets it otherwise.
pub const LEAD_DAYS: i32 = 3;

/// Clocks go on in steps of which a missing hour is left, one day at most.
const GAP_STEP_MINUTES: i64 = 15;
const GAP_STEPS: i64 = 24 * 4;

/// How a service recurs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cadence {
    /// Every so many weeks on a weekday.
    Weekly {
        /// Weeks from one to the next, 1 or more.
        every: u32,
        /// On which day.
        weekday: Weekday,
    },
    /// Every so many months on a day of the month; on the last one of a month that is shorter.
    Monthly {
        /// Months from one to the next, 1 or more.
        every: u32,
        /// On which day, 1 to 31.
        day: u32,
    },
}

/// On which dates a service falls.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Recurrence {
    /// How it recurs.
    pub cadence: Cadence,
    /// No date lies before this one.
    pub first_on: NaiveDate,
    /// Nor after this one.
    pub last_on: Option<NaiveDate>,
    /// How many dates there are. Those that are skipped, or pass while the plan is suspended, count as well.
    pub times: Option<u32>,
}

impl Recurrence {
    /// The date of a number, from 0; `None` when there is no such date.
    pub fn date(&self, number: u32) -> Option<NaiveDate> {
        if self.times.is_some_and(|times| number >= times) {
            return None;
        }
        let date = match self.cadence {
            Cadence::Weekly { every, weekday } => {
                let ahead = weekday.days_since(self.first_on.weekday());
                let weeks = u64::from(every.max(1)) * u64::from(number);
                self.first_on.checked_add_days(Days::new(u64::from(ahead) + 7 * weeks))?
            }
            Cadence::Monthly { every, day } => {
                // Counted from the first of the month: the 31st stays the 31st after a February.
                let month = self.first_on.with_day(1)?;
                let late = u32::from(in_month(month, day)? < self.first_on);
                let months = every.max(1).checked_mul(number)?.checked_add(late)?;
                in_month(month.checked_add_months(Months::new(months))?, day)?
            }
        };
        self.last_on.is_none_or(|last| date <= last).then_some(date)
    }

    /// The dates from `from` on, in order.
    pub fn dates_from(self, from: NaiveDate) -> impl Iterator<Item = NaiveDate> {
        let passed = (from - self.first_on).num_days();
        // No date of a smaller number lies at `from` or after it: months have 31 days at most.
        let skipped = match self.cadence {
            Cadence::Weekly { every, .. } => passed / (7 * i64::from(every.max(1))),
            Cadence::Monthly { every, .. } => passed / (31 * i64::from(every.max(1))),
        };
        let first = u32::try_from(skipped - 1).unwrap_or(0);
        (first..).map_while(move |number| self.date(number)).skip_while(move |date| *date < from)
    }

    /// Whether the service falls on a date.
    pub fn falls_on(&self, date: NaiveDate) -> bool {
        self.dates_from(date).next() == Some(date)
    }
}

/// The day of a month, or its last one.
fn in_month(month: NaiveDate, day: u32) -> Option<NaiveDate> {
    (day.min(28)..=day).rev().find_map(|day| month.with_day(day))
}

/// The time of a service on a date, as moments.
///
/// Local times that the clocks skip are the moment at which they go on; of those that they show twice a service begins
/// at the first and ends at the last. A time that the clocks skip whole keeps its length.
pub fn slot(zone: Tz, date: NaiveDate, (from, to): (i32, i32)) -> (DateTime<Utc>, DateTime<Utc>) {
    let start = moment(zone, date, from, true);
    let end = moment(zone, date, to, false);
    if end > start { (start, end) } else { (start, start + Duration::minutes(i64::from(to - from).max(1))) }
}

fn moment(zone: Tz, date: NaiveDate, minute: i32, first: bool) -> DateTime<Utc> {
    let local = NaiveDateTime::new(date, NaiveTime::MIN) + Duration::minutes(minute.into());
    for step in 0..=GAP_STEPS {
        match zone.from_local_datetime(&(local + Duration::minutes(step * GAP_STEP_MINUTES))) {
            MappedLocalTime::Single(moment) => return moment.to_utc(),
            MappedLocalTime::Ambiguous(earlier, later) => return if first { earlier } else { later }.to_utc(),
            MappedLocalTime::None => {}
        }
    }
    local.and_utc()
}
