//! What a refund takes from its payment, and what of a day's bill is whose.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use entities::values::Money;

/// Where the money of a payment is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Standing {
    /// In charges.
    pub allocated: Money,
    /// In the prepaid balance, when it arrived.
    pub prepaid: Money,
    /// In suspense.
    pub suspense: Money,
}

/// From where a refund takes its money.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Taking {
    /// From charges, which are owed again.
    pub charges: Money,
    /// From a prepaid balance.
    pub prepaid: Money,
    /// From suspense.
    pub suspense: Money,
    /// From a deposit, which stays paid.
    pub deposit: Money,
}

impl Taking {
    /// All of it; nothing when it does not fit.
    pub fn sum(&self) -> Option<Money> {
        Money::sum([self.charges, self.prepaid, self.suspense, self.deposit])
    }
}

/// By what the parts of a payment shrink; nothing when it did not bring so much. What a correction moved from a charge to
/// the balance counts as prepaid, though the payment brought it for the charge.
pub fn take(from: Standing, taking: Taking) -> Option<Standing> {
    let prepaid = Money(taking.prepaid.0.min(from.prepaid.0));
    let moved = Money(taking.prepaid.0 - prepaid.0);
    let allocated = Money::sum([taking.charges, taking.deposit, moved])?;
    let taken = Standing { allocated, prepaid, suspense: taking.suspense };
    (taken.allocated <= from.allocated && taken.suspense <= from.suspense).then_some(taken)
}

/// Beijing's time, in which gateways count their days.
const BEIJING: TimeDelta = TimeDelta::hours(8);

/// The first moment of a day in Beijing, and the first one after it.
pub fn beijing_day(day: NaiveDate) -> (DateTime<Utc>, DateTime<Utc>) {
    let from = day.and_time(NaiveTime::MIN).and_utc() - BEIJING;
    (from, from + TimeDelta::days(1))
}

/// The day in Beijing, and how many hours of it have passed.
pub fn beijing_now(now: DateTime<Utc>) -> (NaiveDate, i64) {
    let there = (now + BEIJING).naive_utc();
    (there.date(), (there.time() - NaiveTime::MIN).num_hours())
}

/// The days before a moment whose bills gateways have: until ten in the morning the day before is not among them.
pub fn billed_days(now: DateTime<Utc>, back: u64) -> Vec<NaiveDate> {
    let (today, hours) = beijing_now(now);
    let first = if hours < 10 { 2 } else { 1 };
    (first..=back).filter_map(|days| today.checked_sub_days(Days::new(days))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn standing(allocated: i64, prepaid: i64, suspense: i64) -> Standing {
        Standing { allocated: Money(allocated), prepaid: Money(prepaid), suspense: Money(suspense) }
    }

    #[test]
    fn a_payment_gives_back_what_it_brought() {
        let from = standing(100, 50, 10);
        let taking = |charges, prepaid, suspense, deposit| Taking {
            charges: Money(charges),
            prepaid: Money(prepaid),
            suspense: Money(suspense),
            deposit: Money(deposit),
        };
        assert_eq!(take(from, taking(60, 50, 10, 40)), Some(standing(100, 50, 10)));
        assert_eq!(take(from, taking(60, 80, 0, 10)), Some(standing(100, 50, 0)), "30 were moved by a correction");
        assert_eq!(take(from, taking(60, 80, 0, 11)), None);
        assert_eq!(take(from, taking(0, 0, 11, 0)), None);
        assert_eq!(take(from, taking(i64::MAX, 0, 0, 1)), None);
    }

    #[test]
    fn a_day_is_beijings() {
        let day: NaiveDate = "2026-03-02".parse().expect("a day");
        let (from, before) = beijing_day(day);
        assert_eq!((from.to_rfc3339(), before - from), ("2026-03-01T16:00:00+00:00".to_owned(), TimeDelta::days(1)));
        assert_eq!(beijing_now(from), (day, 0));
        assert_eq!(beijing_now(before - TimeDelta::seconds(1)), (day, 23));
        let days = |at: &str| billed_days(at.parse().expect("a time"), 3).len();
        assert_eq!((days("2026-03-02T01:00:00Z"), days("2026-03-02T02:00:00Z")), (2, 3));
    }

    proptest! {
        #[test]
        fn what_is_taken_is_what_goes_back(
            allocated in 0_i64..200, prepaid in 0_i64..200, suspense in 0_i64..200,
            a in 0_i64..200, b in 0_i64..200, c in 0_i64..200, d in 0_i64..200,
        ) {
            let taking = Taking { charges: Money(a), prepaid: Money(b), suspense: Money(c), deposit: Money(d) };
            if let Some(taken) = take(standing(allocated, prepaid, suspense), taking) {
                let sum = taken.allocated.0 + taken.prepaid.0 + taken.suspense.0;
                prop_assert_eq!(Some(Money(sum)), taking.sum());
                prop_assert!(taken.allocated.0 <= allocated && taken.prepaid.0 <= prepaid && taken.suspense.0 <= suspense);
            }
        }
    }
}
