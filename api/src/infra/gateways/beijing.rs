//! Times as Chinese gateways write them: in Beijing's, which has had no summer time since 1991.

use chrono::{DateTime, FixedOffset, NaiveDateTime, SecondsFormat, Utc};

/// Eight hours east.
fn offset() -> FixedOffset {
    FixedOffset::east_opt(8 * 3_600).expect("eight hours are less than a day")
}

/// `2018-06-08T10:34:56+08:00`
pub fn rfc3339(at: DateTime<Utc>) -> String {
    at.with_timezone(&offset()).to_rfc3339_opts(SecondsFormat::Secs, false)
}

/// `2018-06-08 10:34:56`
pub fn plain(at: DateTime<Utc>) -> String {
    at.with_timezone(&offset()).format("%Y-%m-%d %H:%M:%S").to_string()
}

/// Reads what [`plain`] writes; fractions of a second are allowed.
pub fn read_plain(text: &str) -> Option<DateTime<Utc>> {
    let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f").ok()?;
    Some(local.and_local_timezone(offset()).single()?.with_timezone(&Utc))
}

/// Reads RFC 3339, whatever its offset.
pub fn read_rfc3339(text: &str) -> Option<DateTime<Utc>> {
    Some(DateTime::parse_from_rfc3339(text).ok()?.with_timezone(&Utc))
}

/// The day in Beijing.
pub fn day(at: DateTime<Utc>) -> chrono::NaiveDate {
    at.with_timezone(&offset()).date_naive()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_beijings() {
        let at = read_rfc3339("2018-06-08T10:34:56+08:00").expect("reads");
        assert_eq!(at.to_rfc3339(), "2018-06-08T02:34:56+00:00");
        assert_eq!(rfc3339(at), "2018-06-08T10:34:56+08:00");
        assert_eq!(plain(at), "2018-06-08 10:34:56");
        assert_eq!(read_plain("2018-06-08 10:34:56.123").map(|at| at.timestamp()), Some(at.timestamp()));
        assert_eq!(read_plain("2018-06-08"), None);
        assert_eq!(day(read_plain("2018-06-09 00:30:00").expect("reads")).to_string(), "2018-06-09");
    }
}
