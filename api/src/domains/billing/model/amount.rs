//! Amounts: exact until the end, rounded once, and parts that add up to the whole.

use entities::values::{FeeRounding, Money, Rate};

use super::period::Period;
use super::segments::WHOLE;

/// A common multiple of 28, 29, 30 and 31: every part of a month is a whole number of these.
const MONTH_PARTS: i128 = 377_580;
/// A rate counts 1/10,000 yuan, which is 1/100 fen.
const RATES_PER_FEN: i128 = 100;

/// An exact amount of money: `value / SCALE` fen.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Exact(i128);

/// How many parts of an [`Exact`] make a fen. Quantities count 1/1,000 of their unit, areas 1/100 m², shares 1/10,000.
const SCALE: i128 = RATES_PER_FEN * 1_000 * MONTH_PARTS * WHOLE as i128;

/// How many months a period has, in [`MONTH_PARTS`]: each day counts as that part of its own month.
fn month_parts(period: &Period) -> i128 {
    period.months().map(|(part, of)| MONTH_PARTS / i128::from(of) * i128::from(part.days())).sum()
}

impl Exact {
    /// `quantity` (in 1/1,000 of its unit: m², households) at `rate` for each month of `period`; `share` of it is charged,
    /// in 1/10,000. `None` when it does not fit.
    pub fn monthly(rate: Rate, quantity: i64, period: &Period, share: i64) -> Option<Self> {
        let once = i128::from(rate.0).checked_mul(i128::from(quantity))?;
        once.checked_mul(month_parts(period))?.checked_mul(i128::from(share)).map(Self)
    }

    /// `quantity` (in 1/1,000 of its unit: t, kWh, m³) at `rate`; `share` of it is charged, in 1/10,000.
    pub fn once(rate: Rate, quantity: i64, share: i64) -> Option<Self> {
        let once = i128::from(rate.0).checked_mul(i128::from(quantity))?;
        once.checked_mul(MONTH_PARTS)?.checked_mul(i128::from(share)).map(Self)
    }

    /// Rounded half up (away from zero).
    pub fn rounded(self, to: FeeRounding) -> Option<Money> {
        let step = step(to);
        let unit = SCALE * step;
        let half = if self.0 < 0 { -unit / 2 } else { unit / 2 };
        let steps = self.0.checked_add(half)? / unit;
        i64::try_from(steps.checked_mul(step)?).ok().map(Money)
    }
}

/// Fen of the smallest amount.
const fn step(to: FeeRounding) -> i128 {
    match to {
        FeeRounding::Fen => 1,
        FeeRounding::Jiao => 10,
        FeeRounding::Yuan => 100,
    }
}

/// Rounds the parts of one whole so that they add up to the whole's own rounded amount.
///
/// Each is rounded down to the smallest amount; what is left over goes to the largest remainders, of equal ones to the
/// first. `None` when something does not fit, or is negative: corrections are made of whole charges.
pub fn rounded_parts(parts: &[Exact], to: FeeRounding) -> Option<Vec<Money>> {
    if parts.iter().any(|part| part.0 < 0) {
        return None;
    }
    let mut sum = 0_i128;
    for part in parts {
        sum = sum.checked_add(part.0)?;
    }
    let step = step(to);
    let unit = SCALE * step;
    let whole = i128::from(Exact(sum).rounded(to)?.0) / step;
    let mut steps: Vec<i128> = parts.iter().map(|part| part.0 / unit).collect();
    let given: i128 = steps.iter().sum();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_key(|index| (std::cmp::Reverse(parts[*index].0 % unit), *index));
    for index in order.into_iter().take(usize::try_from(whole - given).ok()?) {
        steps[index] += 1;
    }
    steps.into_iter().map(|count| i64::try_from(count * step).ok().map(Money)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;
    use proptest::prelude::*;

    fn period(start: &str, end: &str) -> Period {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a date");
        Period::new(day(start), day(end)).expect("a period")
    }

    /// 89.50 m² in 1/1,000 m².
    const AREA: i64 = 89_500;

    #[test]
    fn a_month_of_area_is_area_times_rate() {
        // 89.50 m² × 0.3 yuan = 26.85 yuan.
        let month = Exact::monthly(Rate(3_000), AREA, &period("2026-02-01", "2026-03-01"), WHOLE).expect("fits");
        assert_eq!(month.rounded(FeeRounding::Fen), Some(Money(2_685)));
        assert_eq!(month.rounded(FeeRounding::Jiao), Some(Money(2_690)));
        assert_eq!(month.rounded(FeeRounding::Yuan), Some(Money(2_700)));
        // A year is twelve of them, leap or not.
        for (start, end) in [("2026-01-01", "2027-01-01"), ("2028-01-01", "2029-01-01")] {
            let year = Exact::monthly(Rate(3_000), AREA, &period(start, end), WHOLE).expect("fits");
            assert_eq!(year.rounded(FeeRounding::Fen), Some(Money(12 * 2_685)));
        }
    }

    #[test]
    fn a_part_of_a_month_counts_by_its_days() {
        // 10 of 31 days of 26.85 yuan are 8.6612… yuan, the other 21 are 18.1887….
        let parts = [("2026-03-01", "2026-03-11"), ("2026-03-11", "2026-04-01")];
        let parts =
            parts.map(|(start, end)| Exact::monthly(Rate(3_000), AREA, &period(start, end), WHOLE).expect("fits"));
        assert_eq!(rounded_parts(&parts, FeeRounding::Fen), Some(vec![Money(866), Money(1_819)]));
        assert_eq!(rounded_parts(&parts, FeeRounding::Yuan), Some(vec![Money(900), Money(1_800)]));
    }

    #[test]
    fn water_at_two_prices() {
        // 6.5 t at 2.0 yuan and 3.25 t at 2.8 yuan: 13.00 and 9.10 yuan.
        let parts = [(20_000, 6_500), (28_000, 3_250)];
        let parts = parts.map(|(rate, tons)| Exact::once(Rate(rate), tons, WHOLE).expect("fits"));
        assert_eq!(rounded_parts(&parts, FeeRounding::Fen), Some(vec![Money(1_300), Money(910)]));
    }

    #[test]
    fn too_much_is_no_amount() {
        let month = period("2026-01-01", "2026-02-01");
        let most = Exact::monthly(Rate(i64::MAX), i64::MAX, &month, WHOLE);
        assert!(most.is_none_or(|most| most.rounded(FeeRounding::Fen).is_none()));
        assert_eq!(rounded_parts(&[Exact(-1)], FeeRounding::Fen), None);
        assert_eq!(rounded_parts(&[], FeeRounding::Fen), Some(vec![]));
    }

    proptest! {
        #[test]
        fn parts_of_a_period_add_up_to_it(
            rate in 1_i64..100_000, quantity in 1_i64..10_000_000, cuts in proptest::collection::btree_set(1_u64..364, 0..6),
        ) {
            let year = period("2027-01-01", "2028-01-01");
            let mut days: Vec<NaiveDate> = cuts.iter().map(|cut| year.start + chrono::Days::new(*cut)).collect();
            days.insert(0, year.start);
            days.push(year.end);
            let parts: Vec<Exact> = days.windows(2)
                .map(|pair| Exact::monthly(Rate(rate), quantity, &Period::new(pair[0], pair[1]).expect("days"), WHOLE).expect("fits"))
                .collect();
            let whole = Exact::monthly(Rate(rate), quantity, &year, WHOLE).expect("fits");
            prop_assert_eq!(parts.iter().map(|part| part.0).sum::<i128>(), whole.0);
            for to in [FeeRounding::Fen, FeeRounding::Jiao, FeeRounding::Yuan] {
                let rounded = rounded_parts(&parts, to).expect("fits");
                prop_assert_eq!(Money::sum(rounded.iter().copied()), whole.rounded(to));
                for (part, money) in parts.iter().zip(&rounded) {
                    let off = i128::from(money.0) * SCALE - part.0;
                    prop_assert!(off.abs() < SCALE * step(to));
                }
            }
        }
    }
}
