//! Late fees (滞纳金): off unless an item has a daily rate.

use chrono::{Days, NaiveDate};
use entities::values::Money;

/// An item's rule.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LateFeeRule {
    /// For each day and yuan that is overdue, in 1/1,000,000 (500 is 0.05 %).
    pub daily_rate: i64,
    /// Days after the due day on which nothing accrues yet.
    pub grace_days: u32,
    /// The most that is charged, in 1/10,000 of the charge.
    pub cap: i64,
}

/// What was paid of a charge, or taken from it, on a day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reduction {
    /// On which day; that day is late no more for this part.
    pub on: NaiveDate,
    /// How much.
    pub amount: Money,
}

/// The late fee of a charge up to, but without, `today`, to the fen, whatever its item is rounded to.
///
/// Each day after the grace days counts once, on what was still owed on it. What was paid stops counting with the day of
/// its payment; the fee that has accrued until then stays owed. `None` when it does not fit.
pub fn late_fee(
    rule: &LateFeeRule,
    charged: Money,
    due_on: NaiveDate,
    reductions: &[Reduction],
    today: NaiveDate,
) -> Option<Money> {
    let first = due_on.checked_add_days(Days::new(u64::from(rule.grace_days) + 1))?;
    let mut reductions = reductions.to_vec();
    reductions.sort_by_key(|reduction| reduction.on);
    let (mut from, mut owed, mut weighted) = (first, i128::from(charged.0), 0_i128);
    let ends = reductions.iter().map(|it| (it.on, it.amount.0)).chain([(today, 0)]);
    for (day, amount) in ends {
        let until = day.min(today);
        weighted += owed.max(0) * i128::from((until - from).num_days().max(0));
        from = from.max(until);
        owed -= i128::from(amount);
    }
    let accrued = weighted.checked_mul(i128::from(rule.daily_rate.max(0)))?;
    // Rounded half up to the fen.
    let accrued = (accrued + 500_000) / 1_000_000;
    let most = i128::from(charged.0).max(0) * i128::from(rule.cap.max(0)) / 10_000;
    i64::try_from(accrued.min(most)).ok().map(Money)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// 0.05 % a day from the 16th day on, a tenth at most.
    const RULE: LateFeeRule = LateFeeRule { daily_rate: 500, grace_days: 15, cap: 1_000 };

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn fee(reductions: &[(&str, i64)], today: &str) -> i64 {
        let reductions: Vec<_> =
            reductions.iter().map(|(on, fen)| Reduction { on: day(on), amount: Money(*fen) }).collect();
        late_fee(&RULE, Money(100_000), day("2026-03-01"), &reductions, day(today)).expect("fits").0
    }

    #[test]
    fn days_count_after_the_grace() {
        // 17 March is the first day that counts: 1,000 yuan × 0.05 % = 0.50 yuan a day.
        for (today, fen) in
            [("2026-02-01", 0), ("2026-03-17", 0), ("2026-03-18", 50), ("2026-03-27", 500), ("2027-03-01", 10_000)]
        {
            assert_eq!(fee(&[], today), fen, "{today}");
        }
    }

    #[test]
    fn what_is_paid_stops_counting_with_its_day() {
        assert_eq!(fee(&[("2026-03-10", 100_000)], "2026-12-01"), 0);
        assert_eq!(fee(&[("2026-03-27", 100_000)], "2026-12-01"), 500);
        // Ten days on 1,000 yuan, then ten on 400.
        assert_eq!(fee(&[("2026-03-27", 60_000)], "2026-04-06"), 700);
        assert_eq!(fee(&[("2026-04-10", 60_000), ("2026-03-27", 40_000)], "2026-05-01"), 500 + 14 * 30);
        assert_eq!(fee(&[("2026-03-27", 200_000)], "2026-05-01"), 500);
    }

    proptest! {
        #[test]
        fn it_never_falls_and_never_passes_its_cap(
            fen in 0_i64..10_000_000, paid in proptest::collection::vec((0_u64..300, 0_i64..3_000_000), 0..5), days in 0_u64..400,
        ) {
            let due = day("2026-01-01");
            let reductions: Vec<_> = paid.iter()
                .map(|(after, fen)| Reduction { on: due + Days::new(*after), amount: Money(*fen) })
                .collect();
            let at = |days| late_fee(&RULE, Money(fen), due, &reductions, due + Days::new(days)).expect("fits");
            prop_assert!(at(days) <= at(days + 1));
            prop_assert!(at(days).0 <= fen / 10);
            let unpaid = late_fee(&RULE, Money(fen), due, &[], due + Days::new(days)).expect("fits");
            prop_assert!(at(days) <= unpaid);
        }
    }
}
