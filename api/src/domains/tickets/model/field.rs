//! When something happened that a phone reports later.

use chrono::{DateTime, Duration, Utc};

/// How far a phone's clock may run ahead before its word is refused, and behind before it is corrected.
const TOLERANCE: Duration = Duration::minutes(2);

/// Why a reported time cannot be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TimeFault {
    /// It lies ahead.
    InFuture,
    /// It lies longer ago than so many days.
    TooOld {
        /// The limit.
        days: i64,
    },
}

/// How far a phone's clock is off, by the time at which it says that it sends; nothing while that can be the way of the
/// message.
pub fn skew(sent_at: DateTime<Utc>, now: DateTime<Utc>) -> Option<Duration> {
    let skew = now - sent_at;
    (skew.abs() > TOLERANCE).then_some(skew)
}

/// When a command happened: as reported, corrected by the skew, not before the ticket's latest step nor after now.
pub fn occurred(
    reported: Option<DateTime<Utc>>,
    skew: Option<Duration>,
    latest: DateTime<Utc>,
    now: DateTime<Utc>,
    days: i64,
) -> Result<DateTime<Utc>, TimeFault> {
    let Some(reported) = reported else { return Ok(now) };
    let at = skew.and_then(|skew| reported.checked_add_signed(skew)).unwrap_or(reported);
    if at > now + TOLERANCE {
        return Err(TimeFault::InFuture);
    }
    if at < now - Duration::days(days) {
        return Err(TimeFault::TooOld { days });
    }
    Ok(at.max(latest).min(now.max(latest)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::<Utc>::UNIX_EPOCH + Duration::days(10_000) + Duration::minutes(minute)
    }

    #[test]
    fn a_reported_time_is_bounded() {
        let found = |reported: Option<i64>, skew: Option<i64>| {
            occurred(reported.map(at), skew.map(Duration::minutes), at(-600), at(0), 7)
        };
        assert_eq!(found(None, None), Ok(at(0)));
        assert_eq!(found(Some(-90), None), Ok(at(-90)));
        assert_eq!(found(Some(1), None), Ok(at(0)), "a little ahead is now");
        assert_eq!(found(Some(3), None), Err(TimeFault::InFuture));
        assert_eq!(found(Some(-700), None), Ok(at(-600)), "not before the step before it");
        assert_eq!(found(Some(-7 * 1440), None), Ok(at(-600)));
        assert_eq!(found(Some(-7 * 1440 - 1), None), Err(TimeFault::TooOld { days: 7 }));
        // A clock that runs an hour ahead said 30 minutes from now: it was half an hour ago.
        assert_eq!(found(Some(30), Some(-60)), Ok(at(-30)));
        assert_eq!(found(Some(-14 * 1440), Some(14 * 1440 - 5)), Ok(at(-5)));
    }

    #[test]
    fn a_clock_is_off_when_the_way_of_the_message_does_not_explain_it() {
        assert_eq!(skew(at(-2), at(0)), None);
        assert_eq!(skew(at(2), at(0)), None);
        assert_eq!(skew(at(60), at(0)), Some(Duration::minutes(-60)));
        assert_eq!(skew(at(-60), at(0)), Some(Duration::minutes(60)));
    }
}
