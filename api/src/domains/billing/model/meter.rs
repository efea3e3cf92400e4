//! What meters counted between readings.

use chrono::NaiveDate;
use entities::values::ReadingKind;

/// A reading, in 1/1,000 of the meter's unit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reading {
    /// On which day; what was used on that day counts to the time after it.
    pub on: NaiveDate,
    /// What it showed.
    pub value: i64,
    /// What it is.
    pub kind: ReadingKind,
}

/// A meter as far as counting goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Meter {
    /// Digits before the decimal point: after 9…9 it shows 0 again.
    pub digits: u32,
    /// What one of its units stands for, in 1/1,000: 1,000 but for transformer meters.
    pub multiplier: i64,
}

/// Why readings cannot be counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReadingFault {
    /// It is negative, or has more digits than the meter.
    OutOfRange,
    /// It lies before, or on the day of, the last one of the same meter.
    NotLater,
    /// It is lower than the last, without a rollover or a replacement being the reason.
    Lower,
    /// What was counted does not fit.
    TooMuch,
}

/// What was used over some days.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Usage {
    /// From the day of one reading.
    pub from: NaiveDate,
    /// To the day of another.
    pub to: NaiveDate,
    /// In 1/1,000 of the unit that is charged.
    pub quantity: i64,
}

impl Meter {
    /// The number at which it begins anew, in 1/1,000.
    fn capacity(&self) -> Option<i64> {
        10_i64.checked_pow(self.digits)?.checked_mul(1_000)
    }

    /// Checks a reading against the one before it, as it is to be recorded.
    pub fn check(&self, before: Option<&Reading>, next: &Reading) -> Result<(), ReadingFault> {
        let capacity = self.capacity().ok_or(ReadingFault::OutOfRange)?;
        if !(0..capacity).contains(&next.value) {
            return Err(ReadingFault::OutOfRange);
        }
        // A meter that was replaced begins on the day on which the other one ended.
        let Some(before) = before.filter(|_| next.kind != ReadingKind::Initial) else { return Ok(()) };
        if next.on <= before.on {
            return Err(ReadingFault::NotLater);
        }
        if next.value < before.value && next.kind != ReadingKind::Rollover {
            return Err(ReadingFault::Lower);
        }
        Ok(())
    }

    /// What was used between two readings that follow each other.
    pub fn between(&self, before: &Reading, next: &Reading) -> Result<Usage, ReadingFault> {
        self.check(Some(before), next)?;
        let capacity = self.capacity().ok_or(ReadingFault::OutOfRange)?;
        let counted = match next.kind {
            // From one meter to its successor nothing was used.
            ReadingKind::Initial => 0,
            ReadingKind::Rollover if next.value < before.value => capacity - before.value + next.value,
            _ => next.value - before.value,
        };
        let quantity = i128::from(counted) * i128::from(self.multiplier) / 1_000;
        let quantity = i64::try_from(quantity).map_err(|_| ReadingFault::TooMuch)?;
        Ok(Usage { from: before.on, to: next.on, quantity })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const METER: Meter = Meter { digits: 5, multiplier: 1_000 };

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn reading(on: &str, value: i64, kind: ReadingKind) -> Reading {
        Reading { on: day(on), value, kind }
    }

    fn regular(on: &str, value: i64) -> Reading {
        reading(on, value, ReadingKind::Regular)
    }

    #[test]
    fn a_difference_is_what_was_used() {
        let usage = METER.between(&regular("2026-03-01", 100_500), &regular("2026-04-01", 107_000));
        assert_eq!(usage, Ok(Usage { from: day("2026-03-01"), to: day("2026-04-01"), quantity: 6_500 }));
        let transformer = Meter { digits: 5, multiplier: 40_000 };
        let usage = transformer.between(&regular("2026-03-01", 0), &regular("2026-04-01", 1_500));
        assert_eq!(usage.map(|usage| usage.quantity), Ok(60_000));
    }

    #[test]
    fn a_lower_reading_needs_its_reason() {
        let before = regular("2026-03-01", 99_998_000);
        assert_eq!(METER.between(&before, &regular("2026-04-01", 3_000)), Err(ReadingFault::Lower));
        let rolled = reading("2026-04-01", 3_000, ReadingKind::Rollover);
        assert_eq!(METER.between(&before, &rolled).map(|usage| usage.quantity), Ok(5_000));
        let replaced = reading("2026-03-01", 0, ReadingKind::Initial);
        assert_eq!(METER.between(&before, &replaced).map(|usage| usage.quantity), Ok(0));
        assert_eq!(METER.check(None, &regular("2026-04-01", 3_000)), Ok(()));
    }

    #[test]
    fn readings_that_cannot_be() {
        let before = regular("2026-03-01", 5_000);
        for (next, fault) in [
            (regular("2026-03-01", 6_000), ReadingFault::NotLater),
            (regular("2026-02-28", 6_000), ReadingFault::NotLater),
            (regular("2026-04-01", -1), ReadingFault::OutOfRange),
            (regular("2026-04-01", 100_000_000), ReadingFault::OutOfRange),
        ] {
            assert_eq!(METER.check(Some(&before), &next), Err(fault), "{next:?}");
        }
        let absurd = Meter { digits: 40, multiplier: 1_000 };
        assert_eq!(absurd.check(None, &before), Err(ReadingFault::OutOfRange));
    }
}
