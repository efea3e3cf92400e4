//! Service hours and holidays: in which minutes a clock runs.

use std::collections::BTreeMap;

use chrono::{
    DateTime, Datelike as _, Duration, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, TimeZone as _, Utc,
};
use chrono_tz::Tz;
use entities::values::ClockBasis;

/// How many days a clock is followed; one that would need more counts around the clock.
const HORIZON_DAYS: u32 = 10 * 366;
/// Longest time by which clocks are put forward anywhere, in steps of which the missing hour is left.
const GAP_STEP_MINUTES: i64 = 15;
const GAP_STEPS: i64 = 24 * 4;

/// Hours of one day, in minutes after local midnight.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hours {
    /// When service begins, 0 to 1,439.
    pub opens: i32,
    /// When it ends, more than `opens`, 1,440 at most.
    pub closes: i32,
}

/// When a community serves.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Calendar {
    /// Where its days begin.
    pub zone: Tz,
    /// The usual hours.
    pub hours: Hours,
    /// Weekdays with service, a bit each: 1 is Monday, 64 is Sunday.
    pub weekdays: i32,
    /// Days with other hours; `None` on a holiday.
    pub days: BTreeMap<NaiveDate, Option<Hours>>,
}

impl Calendar {
    /// Open every minute of every day.
    pub const fn always() -> Self {
        Self { zone: Tz::UTC, hours: Hours { opens: 0, closes: 1440 }, weekdays: 127, days: BTreeMap::new() }
    }

    /// The hours of a day; `None` when nobody serves.
    pub fn hours_on(&self, day: NaiveDate) -> Option<Hours> {
        let usual = self.weekdays >> day.weekday().num_days_from_monday() & 1 == 1;
        self.days.get(&day).copied().unwrap_or_else(|| usual.then_some(self.hours))
    }

    /// The moments at which service begins and ends on a day.
    pub fn window(&self, day: NaiveDate) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let hours = self.hours_on(day)?;
        let window = (self.moment(day, hours.opens, true), self.moment(day, hours.closes, false));
        (window.0 < window.1).then_some(window)
    }

    /// A local time as a moment. One that the clocks show twice opens at the first and closes at the last; one that
    /// they skip is the moment at which they go on.
    fn moment(&self, day: NaiveDate, minute: i32, opening: bool) -> DateTime<Utc> {
        let local = NaiveDateTime::new(day, NaiveTime::MIN) + Duration::minutes(minute.into());
        for step in 0..=GAP_STEPS {
            match self.zone.from_local_datetime(&(local + Duration::minutes(step * GAP_STEP_MINUTES))) {
                MappedLocalTime::Single(moment) => return moment.to_utc(),
                MappedLocalTime::Ambiguous(first, last) => return if opening { first } else { last }.to_utc(),
                MappedLocalTime::None => {}
            }
        }
        local.and_utc()
    }

    /// The moment at which `time` has passed since `start`, as `basis` counts.
    pub fn add(&self, basis: ClockBasis, start: DateTime<Utc>, time: Duration) -> DateTime<Utc> {
        if basis == ClockBasis::AroundTheClock || time <= Duration::zero() {
            return start + time;
        }
        let mut left = time;
        let mut day = start.with_timezone(&self.zone).date_naive();
        for _ in 0..HORIZON_DAYS {
            if let Some((opens, closes)) = self.window(day) {
                let from = opens.max(start);
                if from < closes {
                    if left <= closes - from {
                        return from + left;
                    }
                    left -= closes - from;
                }
            }
            let Some(next) = day.succ_opt() else { break };
            day = next;
        }
        start + time
    }

    /// How much time has passed between two moments, as `basis` counts; zero when `to` is not after `from`.
    pub fn between(&self, basis: ClockBasis, from: DateTime<Utc>, to: DateTime<Utc>) -> Duration {
        if to <= from {
            return Duration::zero();
        }
        if basis == ClockBasis::AroundTheClock {
            return to - from;
        }
        let mut passed = Duration::zero();
        let mut day = from.with_timezone(&self.zone).date_naive();
        let last = to.with_timezone(&self.zone).date_naive();
        for _ in 0..HORIZON_DAYS {
            if day > last {
                break;
            }
            if let Some((opens, closes)) = self.window(day) {
                passed += (closes.min(to) - opens.max(from)).max(Duration::zero());
            }
            let Some(next) = day.succ_opt() else { break };
            day = next;
        }
        passed
    }
}
