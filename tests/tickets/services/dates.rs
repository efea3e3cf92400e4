//! On which dates a service falls, and when: tables and properties.

use api::domains::tickets::model::services::{Cadence, Recurrence, slot};
use chrono::{DateTime, Datelike as _, Days, NaiveDate, Utc, Weekday};
use chrono_tz::Tz;
use proptest::prelude::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn weekly(every: u32, weekday: Weekday, first: &str) -> Recurrence {
    Recurrence { cadence: Cadence::Weekly { every, weekday }, first_on: day(first), last_on: None, times: None }
}

fn monthly(every: u32, on: u32, first: &str) -> Recurrence {
    Recurrence { cadence: Cadence::Monthly { every, day: on }, first_on: day(first), last_on: None, times: None }
}

fn dates(of: Recurrence, from: &str, count: usize) -> Vec<String> {
    of.dates_from(day(from)).take(count).map(|date| date.to_string()).collect()
}

#[test]
fn weeks() {
    // The 2nd of March 2026 is a Monday.
    assert_eq!(dates(weekly(1, Weekday::Mon, "2026-03-02"), "2026-03-02", 2), ["2026-03-02", "2026-03-09"]);
    assert_eq!(dates(weekly(1, Weekday::Sun, "2026-03-02"), "2026-03-02", 2), ["2026-03-08", "2026-03-15"]);
    assert_eq!(dates(weekly(2, Weekday::Mon, "2026-03-03"), "2026-03-03", 2), ["2026-03-09", "2026-03-23"]);
    // Every second week keeps its weeks, wherever one looks from.
    assert_eq!(dates(weekly(2, Weekday::Mon, "2026-03-02"), "2026-03-03", 2), ["2026-03-16", "2026-03-30"]);
    assert_eq!(dates(weekly(2, Weekday::Mon, "2026-03-02"), "2027-03-02", 1), ["2027-03-15"]);
    assert_eq!(dates(weekly(52, Weekday::Mon, "2026-03-02"), "2026-03-03", 1), ["2027-03-01"]);
}

#[test]
fn months_end_where_they_end() {
    let ends = ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"];
    assert_eq!(dates(monthly(1, 31, "2026-01-15"), "2026-01-01", 4), ends);
    assert_eq!(dates(monthly(1, 29, "2028-01-30"), "2028-01-01", 2), ["2028-02-29", "2028-03-29"]);
    assert_eq!(dates(monthly(1, 30, "2026-01-31"), "2026-01-01", 2), ["2026-02-28", "2026-03-30"]);
    assert_eq!(dates(monthly(1, 31, "2026-02-28"), "2026-02-01", 2), ["2026-02-28", "2026-03-31"]);
    assert_eq!(dates(monthly(3, 31, "2025-11-30"), "2025-01-01", 3), ["2025-11-30", "2026-02-28", "2026-05-31"]);
    assert_eq!(dates(monthly(1, 1, "2026-03-02"), "2026-03-02", 2), ["2026-04-01", "2026-05-01"]);
    assert_eq!(dates(monthly(12, 29, "2024-02-29"), "2024-02-29", 3), ["2024-02-29", "2025-02-28", "2026-02-28"]);
}

#[test]
fn ends() {
    let three = Recurrence { times: Some(3), ..weekly(1, Weekday::Mon, "2026-03-02") };
    assert_eq!(dates(three, "2026-03-02", 9), ["2026-03-02", "2026-03-09", "2026-03-16"]);
    assert_eq!(dates(three, "2026-03-10", 9), ["2026-03-16"], "those that passed count as well");
    assert!(dates(three, "2026-03-17", 9).is_empty());
    let until = Recurrence { last_on: Some(day("2026-03-09")), ..weekly(1, Weekday::Mon, "2026-03-02") };
    assert_eq!(dates(until, "2026-03-02", 9), ["2026-03-02", "2026-03-09"]);
    assert!(until.falls_on(day("2026-03-09")) && !until.falls_on(day("2026-03-16")));
    assert!(!until.falls_on(day("2026-03-08")) && !until.falls_on(day("2026-02-23")));
}

#[test]
fn times_of_day_where_clocks_change() {
    let paris = chrono_tz::Europe::Paris;
    let of = |zone: Tz, date: &str, from: i32, to: i32| {
        let (start, end) = slot(zone, day(date), (from, to));
        format!("{} {}", start.format("%d %H:%M"), end.format("%d %H:%M"))
    };
    assert_eq!(of(chrono_tz::Asia::Shanghai, "2026-03-02", 9 * 60, 11 * 60), "02 01:00 02 03:00");
    assert_eq!(of(chrono_tz::Asia::Shanghai, "2026-03-02", 13 * 60, 24 * 60), "02 05:00 02 16:00");
    // 29 March 2026: 02:00 became 03:00.
    assert_eq!(of(paris, "2026-03-29", 2 * 60 + 30, 4 * 60), "29 01:00 29 02:00");
    assert_eq!(of(paris, "2026-03-29", 60, 2 * 60 + 30), "29 00:00 29 01:00");
    assert_eq!(of(paris, "2026-03-29", 2 * 60, 2 * 60 + 45), "29 01:00 29 01:45", "skipped whole, it keeps its length");
    // 25 October 2026: 03:00 became 02:00; from the first to the last.
    assert_eq!(of(paris, "2026-10-25", 2 * 60 + 30, 2 * 60 + 45), "25 00:30 25 01:45");
    // São Paulo skipped the midnight of 4 November 2018; Samoa the whole 30th of December 2011.
    assert_eq!(of(chrono_tz::America::Sao_Paulo, "2018-11-04", 0, 120), "04 03:00 04 04:00");
    assert_eq!(of(chrono_tz::Pacific::Apia, "2011-12-30", 600, 720), "30 10:00 30 12:00");
}

fn recurrence() -> impl Strategy<Value = Recurrence> {
    let cadence = prop_oneof![
        (1..9_u32, 0..7_u8).prop_map(|(every, on)| Cadence::Weekly { every, weekday: Weekday::try_from(on).unwrap() }),
        (1..9_u32, 1..32_u32).prop_map(|(every, day)| Cadence::Monthly { every, day }),
    ];
    let end = proptest::option::of(0..2_000_u64);
    (cadence, 0..4_000_u64, end, proptest::option::of(1..60_u32)).prop_map(|(cadence, start, end, times)| {
        let first_on = day("2020-01-01") + Days::new(start);
        Recurrence { cadence, first_on, last_on: end.map(|days| first_on + Days::new(days)), times }
    })
}

proptest! {
    /// Dates rise, lie within the bounds, fall on the day asked for or on a shorter month's last, and are so many.
    #[test]
    fn dates_are_what_was_agreed(of in recurrence()) {
        let all: Vec<NaiveDate> = of.dates_from(of.first_on).take(80).collect();
        prop_assert!(of.times.is_none_or(|times| all.len() <= times as usize));
        prop_assert!(all.iter().all(|date| *date >= of.first_on && of.last_on.is_none_or(|last| *date <= last)));
        for (date, next) in all.iter().zip(all.iter().skip(1)) {
            match of.cadence {
                Cadence::Weekly { every, .. } => {
                    prop_assert_eq!((*next - *date).num_days(), 7 * i64::from(every));
                }
                Cadence::Monthly { every, .. } => {
                    let months = (next.year() - date.year()) * 12 + next.month() as i32 - date.month() as i32;
                    prop_assert_eq!(months, every as i32);
                }
            }
        }
        for date in &all {
            match of.cadence {
                Cadence::Weekly { weekday, .. } => prop_assert_eq!(date.weekday(), weekday),
                Cadence::Monthly { day, .. } => {
                    let last = date.succ_opt().unwrap().day() == 1;
                    prop_assert!(date.day() == day || (last && date.day() < day));
                }
            }
        }
        if of.last_on.is_none() {
            prop_assert_eq!(all.len(), of.times.unwrap_or(80).min(80) as usize);
        }
    }

    /// Looking from any day shows the same dates, less those before it.
    #[test]
    fn dates_do_not_depend_on_when_one_looks(of in recurrence(), ahead in 0..1_500_u64) {
        let from = of.first_on + Days::new(ahead);
        let later: Vec<NaiveDate> = of.dates_from(from).take(5).collect();
        let all: Vec<NaiveDate> = of.dates_from(of.first_on).filter(|date| *date >= from).take(5).collect();
        prop_assert_eq!(&later, &all);
        prop_assert!(later.iter().all(|date| of.falls_on(*date)));
        prop_assert_eq!(of.falls_on(from), later.first() == Some(&from));
    }

    /// A time is a stretch that begins on its day, or when the clocks go on, and is about as long as was agreed.
    #[test]
    fn times_are_stretches(zone in 0..chrono_tz::TZ_VARIANTS.len(), start in 0..20_000_u64, from in 0..1_380_i32,
        minutes in 15..720_i32) {
        let (zone, to) = (chrono_tz::TZ_VARIANTS[zone], (from + minutes).min(1_440));
        let date = day("1990-01-01") + Days::new(start);
        let (begin, end): (DateTime<Utc>, DateTime<Utc>) = slot(zone, date, (from, to));
        prop_assert!(begin < end);
        let off = (end - begin).num_minutes() - i64::from(to - from);
        prop_assert!(off.abs() <= 24 * 60, "{} {}: {}", zone, date, off);
        if off == 0 {
            let local = begin.with_timezone(&zone).naive_local();
            prop_assert!(local.date() >= date);
        }
    }
}
