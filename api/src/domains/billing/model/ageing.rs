//! How old arrears are (账龄).

use chrono::NaiveDate;

/// How long ago something was due. The bounds are those of companies' arrears tables, to three years and more (DESIGN,
/// section 7).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Age {
    /// Not due yet.
    NotDue,
    /// Up to 30 days.
    Month,
    /// 31 to 90 days.
    Quarter,
    /// 91 to 180 days.
    HalfYear,
    /// 181 to 365 days.
    Year,
    /// 366 to 730 days.
    TwoYears,
    /// 731 to 1,095 days.
    ThreeYears,
    /// More.
    Older,
}

impl Age {
    /// The last day of each age but the last, with the days that have passed since it was due.
    pub const BOUNDS: [(Self, i64); 7] = [
        (Self::NotDue, 0),
        (Self::Month, 30),
        (Self::Quarter, 90),
        (Self::HalfYear, 180),
        (Self::Year, 365),
        (Self::TwoYears, 730),
        (Self::ThreeYears, 1_095),
    ];

    /// The age of something that was due on `due_on`, as of `today`. On its due day nothing is late.
    pub fn of(due_on: NaiveDate, today: NaiveDate) -> Self {
        let days = (today - due_on).num_days();
        Self::BOUNDS.iter().find(|(_, last)| days <= *last).map_or(Self::Older, |(age, _)| *age)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bound_is_the_last_of_its_age() {
        let due: NaiveDate = "2023-01-01".parse().expect("a date");
        for (days, age) in [
            (-5, Age::NotDue),
            (0, Age::NotDue),
            (1, Age::Month),
            (30, Age::Month),
            (31, Age::Quarter),
            (90, Age::Quarter),
            (91, Age::HalfYear),
            (180, Age::HalfYear),
            (181, Age::Year),
            (365, Age::Year),
            (366, Age::TwoYears),
            (730, Age::TwoYears),
            (731, Age::ThreeYears),
            (1_095, Age::ThreeYears),
            (1_096, Age::Older),
        ] {
            assert_eq!(Age::of(due, due + chrono::Duration::days(days)), age, "{days}");
        }
    }
}
