//! Pure rules of the estate: what a name, a time zone, a currency or an area may be.

pub mod residency;

use chrono_tz::Tz;
use entities::values::Area;

/// What a new community has, until it is set otherwise (working plans of property companies).
#[derive(Clone, Copy, Debug)]
pub struct CommunityDefaults {
    /// Service hours begin, in minutes after local midnight.
    pub service_opens_minute: i32,
    /// Service hours end, in minutes after local midnight.
    pub service_closes_minute: i32,
    /// Weekdays with service, a bit each: 1 is Monday, 64 is Sunday.
    pub service_weekdays: i32,
    /// Tries of a callback, on different days, before a ticket may close with nobody reached.
    pub callback_tries: i32,
    /// Days within which a closed ticket can be reopened.
    pub reopen_days: i32,
}

/// 07:00 to 21:00 every day, three tries, seven days.
pub const COMMUNITY_DEFAULTS: CommunityDefaults = CommunityDefaults {
    service_opens_minute: 7 * 60,
    service_closes_minute: 21 * 60,
    service_weekdays: 0b111_1111,
    callback_tries: 3,
    reopen_days: 7,
};

/// Longest name of a community, building or unit, in characters.
pub const NAME_MAX: usize = 100;
/// Longest address, in characters.
pub const ADDRESS_MAX: usize = 300;
/// Largest area that a unit may have: 1,000,000 m².
const AREA_MAX: i64 = 100_000_000;

/// A name without blanks around it; `None` when it is empty or longer than `max` characters.
pub fn name(text: &str, max: usize) -> Option<String> {
    let text = text.trim();
    (!text.is_empty() && text.chars().count() <= max && !text.chars().any(char::is_control)).then(|| text.to_owned())
}

/// Whether a name is an IANA time zone.
pub fn is_time_zone(text: &str) -> bool {
    text.parse::<Tz>().is_ok()
}

/// Whether a text looks like an ISO 4217 code.
pub fn is_currency(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|letter| letter.is_ascii_uppercase())
}

/// Minutes in a day; where a day's service may end at the latest.
const DAY_MINUTES: i32 = 24 * 60;

/// Whether service may begin and end at these minutes after local midnight.
pub const fn are_hours(opens: i32, closes: i32) -> bool {
    0 <= opens && opens < closes && closes <= DAY_MINUTES
}

/// An area in 1/100 m², more than 0.
pub fn area(hundredths: i64) -> Option<Area> {
    (1..=AREA_MAX).contains(&hundredths).then_some(Area(hundredths))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_zones_currencies_and_areas() {
        assert_eq!(name("  3栋 ", 5).as_deref(), Some("3栋"));
        assert_eq!(name("   ", 5), None);
        assert_eq!(name("123456", 5), None);
        assert_eq!(name("a\u{7}", 5), None);
        assert!(is_time_zone("Asia/Shanghai") && !is_time_zone("Asia/Harbin City"));
        assert!(is_currency("CNY") && !is_currency("cny") && !is_currency("¥¥"));
        assert_eq!(area(8_950), Some(Area(8_950)));
        assert!(are_hours(0, 1_440) && are_hours(420, 1_260));
        assert!(!are_hours(-1, 5) && !are_hours(600, 600) && !are_hours(600, 1_441));
        assert_eq!(area(0), None);
        assert_eq!(area(AREA_MAX + 1), None);
    }
}
