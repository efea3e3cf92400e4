//! Heating seasons (采暖期).

use chrono::{Datelike as _, NaiveDate};

/// A day of every year.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct MonthDay {
    month: u32,
    day: u32,
}

impl MonthDay {
    /// A month and its day, if some year has it.
    pub fn new(month: u32, day: u32) -> Option<Self> {
        // A leap year has every day.
        NaiveDate::from_ymd_opt(2024, month, day).map(|_| Self { month, day })
    }

    /// As one number: 1115 is the 15th of November.
    pub fn number(self) -> i32 {
        i32::try_from(self.month * 100 + self.day).unwrap_or_default()
    }

    /// From one number.
    pub fn from_number(number: i32) -> Option<Self> {
        let number = u32::try_from(number).ok()?;
        Self::new(number / 100, number % 100)
    }

    /// The day of one year; the 28th of February where there is no 29th.
    fn of(self, year: i32) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(year, self.month, self.day)
            .or_else(|| NaiveDate::from_ymd_opt(year, self.month, self.day.checked_sub(1)?))
    }
}

/// When homes are heated, or cooled: it may go over the turn of the year.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Season {
    /// Its first day.
    pub from: MonthDay,
    /// Its last day.
    pub to: MonthDay,
}

impl Season {
    /// The 15th of November to the 15th of March, as in most of northern China; in Harbin it is the 20th of October to the
    /// 20th of April.
    pub const DEFAULT: Self = Self { from: MonthDay { month: 11, day: 15 }, to: MonthDay { month: 3, day: 15 } };

    /// From the numbers that are stored; the default where they are no days.
    pub fn from_numbers(from: i32, to: i32) -> Self {
        let season = MonthDay::from_number(from).zip(MonthDay::from_number(to));
        season.map_or(Self::DEFAULT, |(from, to)| Self { from, to })
    }

    /// The season that begins in `year`.
    fn beginning_in(self, year: i32) -> Option<(NaiveDate, NaiveDate)> {
        let ends = if self.to < self.from { year + 1 } else { year };
        self.from.of(year).zip(self.to.of(ends))
    }

    /// The last day of the `count`th season that begins on `start` or later.
    pub fn end_of(self, start: NaiveDate, count: u32) -> Option<NaiveDate> {
        let (first, _) = self.beginning_in(start.year())?;
        let skipped = i32::from(first < start);
        let year = start.year().checked_add(skipped)?.checked_add(i32::try_from(count).ok()? - 1)?;
        self.beginning_in(year).map(|(_, last)| last)
    }
}
