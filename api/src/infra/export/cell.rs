//! What a cell holds.

use chrono::{DateTime, NaiveDate, NaiveDateTime, SubsecRound as _, Utc};
use chrono_tz::Tz;

/// Longest text that a cell takes, in UTF-16 code units.
const LONGEST: usize = 32_767;

/// A typed cell.
#[derive(Clone, PartialEq, Debug)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Text, whatever it begins with.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// A scaled number: 8,950 of scale 2 is 89.50.
    Scaled(i64, u32),
    /// A moment where the community is.
    Moment(NaiveDateTime),
    /// A calendar day.
    Day(NaiveDate),
}

impl Cell {
    /// Text that may be missing.
    pub fn text(text: Option<&str>) -> Self {
        text.filter(|text| !text.is_empty()).map_or(Self::Empty, |text| Self::Text(text.to_owned()))
    }

    /// A number that may be missing.
    pub fn whole(number: Option<impl Into<i64>>) -> Self {
        number.map_or(Self::Empty, |number| Self::Whole(number.into()))
    }

    /// A moment that may be missing, as clocks show it in a time zone.
    pub fn moment(time: Option<DateTime<Utc>>, zone: Tz) -> Self {
        time.map_or(Self::Empty, |time| Self::Moment(local(time, zone)))
    }

    /// A day that may be missing.
    pub fn day(day: Option<NaiveDate>) -> Self {
        day.map_or(Self::Empty, Self::Day)
    }
}

/// What clocks show in a time zone, to the second.
pub fn local(time: DateTime<Utc>, zone: Tz) -> NaiveDateTime {
    time.with_timezone(&zone).naive_local().trunc_subsecs(0)
}

/// A text as a cell can hold it: without control characters and what XML forbids, cut to what fits.
pub(super) fn printable(text: &str) -> String {
    let mut units = 0;
    text.chars()
        .filter(|c| *c == '\n' || !(c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}')))
        .take_while(|c| {
            units += c.len_utf16();
            units <= LONGEST
        })
        .collect()
}

/// Whether a spreadsheet would take the text for a formula if somebody typed it.
pub(super) fn looks_like_formula(text: &str) -> bool {
    text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_lose_what_no_cell_can_hold() {
        assert_eq!(printable("a\u{0}\u{1b}\tb\r\nc\u{FFFF}"), "ab\nc");
        assert_eq!(printable(&"𠮷".repeat(20_000)).encode_utf16().count(), 32_766);
        assert_eq!(printable(&"水".repeat(40_000)).chars().count(), 32_767);
    }

    #[test]
    fn what_begins_like_a_formula_is_known() {
        for text in ["=1+1", "+86", "-1", "@SUM(A1)", " =1", "\n=1", "＝1"] {
            assert!(looks_like_formula(text), "{text}");
        }
        for text in ["", "1=1", "漏水", "a@b"] {
            assert!(!looks_like_formula(text), "{text}");
        }
    }

    #[test]
    fn a_moment_is_what_the_clock_on_the_wall_shows() {
        let time = "2026-03-01T17:30:00.5Z".parse().unwrap_or_default();
        let day = NaiveDate::from_ymd_opt(2026, 3, 2).unwrap_or_default();
        assert_eq!(local(time, Tz::Asia__Shanghai), day.and_hms_opt(1, 30, 0).unwrap_or_default());
    }
}
