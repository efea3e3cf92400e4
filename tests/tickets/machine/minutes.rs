//! The minutes of some years, each open or not by the calendar of the games, counted one by one.

use std::sync::OnceLock;

use chrono::{DateTime, Datelike as _, Duration, FixedOffset, Timelike as _, Utc};
use support::start_of_time;

use super::game::calendar;

/// How long before the first game the count begins.
const BEFORE: i64 = 30 * 24 * 60;
/// How long the longest game can last, and its last deadline.
const ALL: i64 = 4 * 366 * 24 * 60;

/// For each minute, how many open ones came before it.
pub struct OpenMinutes(Vec<u32>);

/// The count, made once.
pub fn open_minutes() -> &'static OpenMinutes {
    static COUNT: OnceLock<OpenMinutes> = OnceLock::new();
    COUNT.get_or_init(|| {
        let days = calendar().days;
        let shanghai = FixedOffset::east_opt(8 * 3600).unwrap();
        let first = (start_of_time() - Duration::minutes(BEFORE)).with_timezone(&shanghai);
        let mut count = Vec::with_capacity(ALL as usize + 1);
        let mut open = 0;
        for minute in 0..=ALL {
            count.push(open);
            let local = first + Duration::minutes(minute);
            let hour = local.hour();
            let serves = match days.get(&local.date_naive()) {
                Some(None) => false,
                Some(Some(_)) => (9..12).contains(&hour),
                None => local.weekday().number_from_monday() < 7 && (7..21).contains(&hour),
            };
            open += u32::from(serves);
        }
        OpenMinutes(count)
    })
}

impl OpenMinutes {
    fn index(at: DateTime<Utc>) -> usize {
        usize::try_from((at - start_of_time()).num_minutes() + BEFORE).unwrap()
    }

    /// The first moment by which so many open minutes have passed.
    pub fn after(&self, at: DateTime<Utc>, minutes: i64) -> DateTime<Utc> {
        let wanted = self.0[Self::index(at)] + u32::try_from(minutes).unwrap();
        let found = self.0.partition_point(|count| *count < wanted);
        assert!(found < self.0.len(), "the count is too short");
        start_of_time() + Duration::minutes(found as i64 - BEFORE)
    }

    /// How many open minutes lie between two moments.
    pub fn between(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> i64 {
        i64::from(self.0[Self::index(to)] - self.0[Self::index(from)])
    }
}
