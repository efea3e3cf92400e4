//! What of a period was billed before the books began.

use super::period::Period;

/// How much of a period was taken over as billed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TakenOver {
    /// None of its days.
    Nothing,
    /// Some of its days: nobody knows what the others should come to.
    Partly,
    /// All of its days.
    Whole,
}

/// How much of `period` the charges of `taken` are for; they may overlap.
pub fn taken_over(period: Period, taken: &[Period]) -> TakenOver {
    let mut parts: Vec<Period> = taken.iter().filter_map(|it| it.within(&period)).collect();
    if parts.is_empty() {
        return TakenOver::Nothing;
    }
    parts.sort_unstable();
    let mut reached = period.start;
    for part in parts {
        if part.start > reached {
            return TakenOver::Partly;
        }
        reached = reached.max(part.end);
    }
    if reached == period.end { TakenOver::Whole } else { TakenOver::Partly }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(start: &str, end: &str) -> Period {
        Period { start: start.parse().expect("a day"), end: end.parse().expect("a day") }
    }

    #[test]
    fn months_make_up_a_quarter() {
        let quarter = period("2025-01-01", "2025-04-01");
        let (january, february, march) = (
            period("2025-01-01", "2025-02-01"),
            period("2025-02-01", "2025-03-01"),
            period("2025-03-01", "2025-04-01"),
        );
        assert_eq!(taken_over(quarter, &[]), TakenOver::Nothing);
        assert_eq!(taken_over(quarter, &[period("2025-04-01", "2025-05-01")]), TakenOver::Nothing, "the day after");
        assert_eq!(taken_over(quarter, &[march, january]), TakenOver::Partly);
        assert_eq!(taken_over(quarter, &[january, february]), TakenOver::Partly);
        assert_eq!(taken_over(quarter, &[march, january, february, january]), TakenOver::Whole);
        assert_eq!(taken_over(february, &[quarter]), TakenOver::Whole);
        assert_eq!(taken_over(february, &[period("2024-12-15", "2025-02-10")]), TakenOver::Partly);
    }
}
