//! Local wall-clock times, as files have them, to instants.

use chrono::{DateTime, Days, LocalResult, NaiveDateTime, Offset as _, TimeZone as _, Utc};
use chrono_tz::Tz;

/// The instant of a local time in `zone`.
///
/// A time that comes twice, when clocks go back, is the earlier one. A time that never comes, when clocks go forward,
/// could be meant in the offset before or after the change; it too is read as the earlier instant. So the answer never
/// depends on anything but the arguments, and a second run of an import computes the same.
pub fn instant(zone: Tz, local: NaiveDateTime) -> DateTime<Utc> {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(time) | LocalResult::Ambiguous(time, _) => time.with_timezone(&Utc),
        LocalResult::None => {
            let day = Days::new(1);
            let nearby = [local.checked_sub_days(day), local.checked_add_days(day)];
            let readings = nearby.into_iter().flatten().map(|near| {
                let offset = zone.offset_from_utc_datetime(&near).fix();
                (local - offset).and_utc()
            });
            readings.min().unwrap_or_else(|| local.and_utc())
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;

    fn read(zone: Tz, text: &str) -> String {
        let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").expect("a test's time");
        instant(zone, local).format("%Y-%m-%d %H:%M").to_string()
    }

    #[test]
    fn gaps_and_overlaps_take_the_earlier_instant() {
        let boston = chrono_tz::America::New_York;
        assert_eq!(read(boston, "2015-01-01 07:27"), "2015-01-01 12:27");
        assert_eq!(read(boston, "2015-06-01 07:27"), "2015-06-01 11:27");
        // 8 March 2015: 02:00 EST became 03:00 EDT.
        assert_eq!(read(boston, "2015-03-08 01:59"), "2015-03-08 06:59");
        assert_eq!(read(boston, "2015-03-08 02:30"), "2015-03-08 06:30");
        assert_eq!(read(boston, "2015-03-08 03:00"), "2015-03-08 07:00");
        // 1 November 2015: 02:00 EDT became 01:00 EST; the first 01:30 is 05:30 UTC.
        assert_eq!(read(boston, "2015-11-01 01:30"), "2015-11-01 05:30");
        assert_eq!(read(boston, "2015-11-01 02:00"), "2015-11-01 07:00");
    }

    #[test]
    fn a_midnight_that_does_not_exist_is_still_an_instant() {
        // Brazil's clocks went from 00:00 to 01:00 on 4 November 2018.
        let midnight = NaiveDate::from_ymd_opt(2018, 11, 4).and_then(|day| day.and_hms_opt(0, 0, 0));
        let read = instant(chrono_tz::America::Sao_Paulo, midnight.expect("a date"));
        assert_eq!(read.format("%Y-%m-%d %H:%M").to_string(), "2018-11-04 02:00");
    }
}
