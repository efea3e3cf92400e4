//! Segments: a period cut wherever who pays, the rate, a discount or vacancy changes.

use chrono::NaiveDate;
use entities::values::Rate;

use super::period::Period;

/// Something that holds from a day on, up to, but without, another; for ever when that is missing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Dated<T> {
    /// Its first day.
    pub from: NaiveDate,
    /// The day after its last.
    pub to: Option<NaiveDate>,
    /// What holds.
    pub value: T,
}

impl<T> Dated<T> {
    fn holds_on(&self, day: NaiveDate) -> bool {
        self.from <= day && self.to.is_none_or(|to| day < to)
    }
}

/// What decides a unit's charges for an item over some time. `P` names a payer.
#[derive(Clone, Debug)]
pub struct Terms<P> {
    /// Who pays. Of several on one day the one who began last.
    pub payers: Vec<Dated<P>>,
    /// Who pays this item alone; goes before those who pay all.
    pub payers_of_item: Vec<Dated<P>>,
    /// Rates by the day from which they count.
    pub rates: Vec<(NaiveDate, Rate)>,
    /// Discounts in 1/10,000 of the amount. Of several on one day the highest.
    pub discounts: Vec<Dated<i64>>,
    /// When the unit is vacant.
    pub vacancies: Vec<Dated<()>>,
    /// What of the amount is charged while it is vacant, in 1/10,000.
    pub vacant_share: i64,
}

/// The whole, in the parts that discounts and vacancy are stated in.
pub const WHOLE: i64 = 10_000;

/// A part of a period in which everything stays the same.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Segment<P> {
    /// Its days.
    pub period: Period,
    /// Who pays.
    pub payer: P,
    /// At which rate.
    pub rate: Rate,
    /// What of the amount is charged, in 1/10,000.
    pub share: i64,
}

/// Why a part of a period cannot be billed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Gap {
    /// Nobody is named who pays.
    NoPayer,
    /// No rate counts yet.
    NoRate,
}

/// A part of a period that cannot be billed.
pub type Unbillable = (Period, Gap);

impl<P: Clone + PartialEq> Terms<P> {
    /// Cuts a period into its segments and what cannot be billed, each in order of time.
    pub fn segments(&self, period: Period) -> (Vec<Segment<P>>, Vec<Unbillable>) {
        let (mut segments, mut gaps): (Vec<Segment<P>>, Vec<Unbillable>) = (Vec::new(), Vec::new());
        let days = self.days_of_change(period);
        for pair in days.windows(2) {
            let Some(part) = Period::new(pair[0], pair[1]) else { continue };
            match (self.payer(part.start), self.rate(part.start)) {
                (Some(payer), Some(rate)) => {
                    let share = self.share(part.start);
                    match segments.last_mut() {
                        Some(last)
                            if last.period.end == part.start
                                && (&last.payer, last.rate, last.share) == (payer, rate, share) =>
                        {
                            last.period.end = part.end;
                        }
                        _ => segments.push(Segment { period: part, payer: payer.clone(), rate, share }),
                    }
                }
                (payer, _) => {
                    let why = if payer.is_none() { Gap::NoPayer } else { Gap::NoRate };
                    match gaps.last_mut() {
                        Some((last, before)) if last.end == part.start && *before == why => last.end = part.end,
                        _ => gaps.push((part, why)),
                    }
                }
            }
        }
        (segments, gaps)
    }

    /// The days on which something may change, the period's first and end among them, in order.
    fn days_of_change(&self, period: Period) -> Vec<NaiveDate> {
        let mut days = vec![period.start, period.end];
        let mut add = |from: NaiveDate, to: Option<NaiveDate>| days.extend([Some(from), to].into_iter().flatten());
        self.payers.iter().chain(&self.payers_of_item).for_each(|it| add(it.from, it.to));
        self.rates.iter().for_each(|(from, _)| add(*from, None));
        self.discounts.iter().for_each(|it| add(it.from, it.to));
        self.vacancies.iter().for_each(|it| add(it.from, it.to));
        days.retain(|day| (period.start..=period.end).contains(day));
        days.sort_unstable();
        days.dedup();
        days
    }

    fn payer(&self, day: NaiveDate) -> Option<&P> {
        let on_day = |all: &'_ [Dated<P>]| {
            let holding = all.iter().enumerate().filter(|(_, it)| it.holds_on(day));
            holding.max_by_key(|(_, it)| it.from).map(|(index, _)| index)
        };
        match on_day(&self.payers_of_item) {
            Some(index) => self.payers_of_item.get(index).map(|it| &it.value),
            None => on_day(&self.payers).and_then(|index| self.payers.get(index)).map(|it| &it.value),
        }
    }

    fn rate(&self, day: NaiveDate) -> Option<Rate> {
        self.rates.iter().filter(|(from, _)| *from <= day).max_by_key(|(from, _)| *from).map(|(_, rate)| *rate)
    }

    fn share(&self, day: NaiveDate) -> i64 {
        let discount = self.discounts.iter().filter(|it| it.holds_on(day)).map(|it| it.value).max().unwrap_or(0);
        let vacant = self.vacancies.iter().any(|it| it.holds_on(day));
        let whole = if vacant { self.vacant_share.clamp(0, WHOLE) } else { WHOLE };
        whole * (WHOLE - discount.clamp(0, WHOLE)) / WHOLE
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn period(start: &str, end: &str) -> Period {
        Period::new(day(start), day(end)).expect("a period")
    }

    fn held<T>(from: &str, to: Option<&str>, value: T) -> Dated<T> {
        Dated { from: day(from), to: to.map(day), value }
    }

    fn terms() -> Terms<&'static str> {
        Terms {
            payers: vec![held("2020-01-01", Some("2026-03-11"), "甲"), held("2026-03-11", None, "乙")],
            payers_of_item: Vec::new(),
            rates: vec![(day("2020-01-01"), Rate(3_000)), (day("2026-03-21"), Rate(4_000))],
            discounts: Vec::new(),
            vacancies: Vec::new(),
            vacant_share: 7_000,
        }
    }

    #[test]
    fn a_sale_and_a_new_rate_cut_a_month_in_three() {
        let (segments, gaps) = terms().segments(period("2026-03-01", "2026-04-01"));
        let found: Vec<_> = segments.iter().map(|it| (it.period, it.payer, it.rate.0, it.share)).collect();
        assert_eq!(
            found,
            [
                (period("2026-03-01", "2026-03-11"), "甲", 3_000, WHOLE),
                (period("2026-03-11", "2026-03-21"), "乙", 3_000, WHOLE),
                (period("2026-03-21", "2026-04-01"), "乙", 4_000, WHOLE),
            ]
        );
        assert_eq!(gaps, []);
    }

    #[test]
    fn what_changes_nothing_cuts_nothing() {
        let mut same = terms();
        same.rates.push((day("2026-01-15"), Rate(3_000)));
        same.payers = vec![held("2020-01-01", Some("2026-01-10"), "甲"), held("2026-01-10", None, "甲")];
        let (segments, _) = same.segments(period("2026-01-01", "2026-02-01"));
        assert_eq!(segments.len(), 1);
        assert_eq!(segments[0].period, period("2026-01-01", "2026-02-01"));
    }

    #[test]
    fn vacancy_and_discount_multiply() {
        let mut terms = terms();
        terms.vacancies.push(held("2026-02-01", Some("2026-02-15"), ()));
        terms.discounts.push(held("2026-02-08", None, 1_000));
        terms.discounts.push(held("2026-02-08", None, 500));
        let (segments, _) = terms.segments(period("2026-02-01", "2026-03-01"));
        assert_eq!(segments.iter().map(|it| it.share).collect::<Vec<_>>(), [7_000, 6_300, 9_000]);
    }

    #[test]
    fn who_pays_one_item_goes_before_who_pays_all() {
        let mut terms = terms();
        terms.payers_of_item = vec![held("2026-02-10", Some("2026-02-15"), "丙")];
        let (segments, _) = terms.segments(period("2026-02-01", "2026-03-01"));
        let found: Vec<_> = segments.iter().map(|it| (it.payer, it.period.days())).collect();
        assert_eq!(found, [("甲", 9), ("丙", 5), ("甲", 14)]);
    }

    #[test]
    fn what_nobody_pays_is_told() {
        let mut terms = terms();
        terms.payers = vec![held("2026-03-05", Some("2026-03-20"), "甲")];
        terms.rates = vec![(day("2026-03-10"), Rate(1))];
        let (segments, gaps) = terms.segments(period("2026-03-01", "2026-04-01"));
        assert_eq!(segments.len(), 1);
        assert_eq!(
            gaps,
            [
                (period("2026-03-01", "2026-03-05"), Gap::NoPayer),
                (period("2026-03-05", "2026-03-10"), Gap::NoRate),
                (period("2026-03-20", "2026-04-01"), Gap::NoPayer),
            ]
        );
    }

    fn any_day() -> impl Strategy<Value = NaiveDate> {
        (0_u64..120).prop_map(|days| day("2026-01-01") + chrono::Days::new(days))
    }

    fn any_dated<T: Clone + std::fmt::Debug + 'static>(
        value: impl Strategy<Value = T>,
    ) -> impl Strategy<Value = Dated<T>> {
        (any_day(), proptest::option::of(any_day()), value).prop_map(|(from, to, value)| Dated { from, to, value })
    }

    proptest! {
        #[test]
        fn segments_and_gaps_cover_each_day_once(
            payers in proptest::collection::vec(any_dated(0_u8..3), 0..5),
            payers_of_item in proptest::collection::vec(any_dated(0_u8..3), 0..2),
            rates in proptest::collection::vec((any_day(), (1_i64..4).prop_map(Rate)), 0..4),
            discounts in proptest::collection::vec(any_dated(0_i64..12_000), 0..4),
            vacancies in proptest::collection::vec(any_dated(Just(())), 0..3),
            start in any_day(), days in 1_u64..90,
        ) {
            let terms = Terms { payers, payers_of_item, rates, discounts, vacancies, vacant_share: 5_000 };
            let whole = Period::new(start, start + chrono::Days::new(days)).expect("a period");
            let (segments, gaps) = terms.segments(whole);
            let mut parts: Vec<Period> = segments.iter().map(|it| it.period).chain(gaps.iter().map(|it| it.0)).collect();
            parts.sort();
            prop_assert_eq!(parts.first().map(|it| it.start), Some(whole.start));
            prop_assert_eq!(parts.last().map(|it| it.end), Some(whole.end));
            prop_assert!(parts.windows(2).all(|pair| pair[0].end == pair[1].start));
            for segment in &segments {
                for on in [segment.period.start, segment.period.last_day()] {
                    prop_assert_eq!(terms.payer(on), Some(&segment.payer));
                    prop_assert_eq!(terms.rate(on), Some(segment.rate));
                    prop_assert_eq!(terms.share(on), segment.share);
                }
                prop_assert!((0..=WHOLE).contains(&segment.share));
            }
        }
    }
}
