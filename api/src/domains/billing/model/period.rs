//! Periods that are billed, in the community's days.

use chrono::{Datelike as _, Days, Months, NaiveDate};

/// Whole days from `start` up to, but without, `end`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Period {
    /// Its first day.
    pub start: NaiveDate,
    /// The day after its last.
    pub end: NaiveDate,
}

impl Period {
    /// From `start` to the day before `end`; `None` when that is no day.
    pub fn new(start: NaiveDate, end: NaiveDate) -> Option<Self> {
        (start < end).then_some(Self { start, end })
    }

    /// The period of `cycle_months` (1, 3, 6 or 12) that holds `day`. Cycles begin with January: quarters are those of the
    /// calendar.
    pub fn of_cycle(cycle_months: u32, day: NaiveDate) -> Option<Self> {
        if !matches!(cycle_months, 1 | 3 | 6 | 12) {
            return None;
        }
        let first = day.month0() / cycle_months * cycle_months + 1;
        let start = NaiveDate::from_ymd_opt(day.year(), first, 1)?;
        Self::new(start, start.checked_add_months(Months::new(cycle_months))?)
    }

    /// How many days it has.
    pub fn days(&self) -> i64 {
        (self.end - self.start).num_days()
    }

    /// The part of it that lies in `other`.
    pub fn within(&self, other: &Self) -> Option<Self> {
        Self::new(self.start.max(other.start), self.end.min(other.end))
    }

    /// Its calendar months, the first and the last perhaps in part, each with the days of the whole month.
    pub fn months(&self) -> impl Iterator<Item = (Self, i64)> + use<> {
        let (mut from, end) = (self.start, self.end);
        std::iter::from_fn(move || {
            if from >= end {
                return None;
            }
            let first = from.with_day(1)?;
            let next = first.checked_add_months(Months::new(1))?;
            let part = Self::new(from, next.min(end))?;
            from = part.end;
            Some((part, (next - first).num_days()))
        })
    }

    /// The last day of it.
    pub fn last_day(&self) -> NaiveDate {
        self.end.checked_sub_days(Days::new(1)).unwrap_or(self.start)
    }
}

/// When a bill of a period is due: `days` after the period's first day when it is paid in advance, after its last day when
/// in arrears.
pub fn due_on(period: &Period, in_advance: bool, days: u32) -> Option<NaiveDate> {
    let from = if in_advance { period.start } else { period.last_day() };
    from.checked_add_days(Days::new(u64::from(days)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn period(start: &str, end: &str) -> Period {
        Period::new(day(start), day(end)).expect("a period")
    }

    #[test]
    fn cycles_are_those_of_the_calendar() {
        for (months, on, start, end) in [
            (1, "2026-02-28", "2026-02-01", "2026-03-01"),
            (3, "2026-05-31", "2026-04-01", "2026-07-01"),
            (6, "2026-07-01", "2026-07-01", "2027-01-01"),
            (12, "2028-02-29", "2028-01-01", "2029-01-01"),
        ] {
            assert_eq!(Period::of_cycle(months, day(on)), Some(period(start, end)), "{months} {on}");
        }
        assert_eq!(Period::of_cycle(2, day("2026-01-01")), None);
        assert_eq!(Period::of_cycle(0, day("2026-01-01")), None);
    }

    #[test]
    fn months_are_told_with_their_own_length() {
        let parts: Vec<_> = period("2028-01-31", "2028-03-02").months().collect();
        assert_eq!(
            parts,
            [
                (period("2028-01-31", "2028-02-01"), 31),
                (period("2028-02-01", "2028-03-01"), 29),
                (period("2028-03-01", "2028-03-02"), 31),
            ]
        );
    }

    #[test]
    fn a_bill_is_due_after_its_beginning_or_its_end() {
        let march = period("2026-03-01", "2026-04-01");
        assert_eq!(due_on(&march, true, 0), Some(day("2026-03-01")));
        assert_eq!(due_on(&march, true, 14), Some(day("2026-03-15")));
        assert_eq!(due_on(&march, false, 15), Some(day("2026-04-15")));
        assert_eq!(Period::new(day("2026-03-01"), day("2026-03-01")), None);
    }
}
