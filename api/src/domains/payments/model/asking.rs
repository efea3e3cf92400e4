//! When a gateway is asked about an order that it told nothing of.

use chrono::Duration;

/// How long an order can be paid.
pub const EXPIRES_AFTER: Duration = Duration::minutes(30);
/// When its gateway is asked first.
pub const CHECK_FIRST: Duration = Duration::seconds(10);
/// The longest pause between two questions.
const CHECK_LAST: Duration = Duration::minutes(10);

/// The pause after `checks` questions: twice as long each time, up to ten minutes.
pub fn next_check(checks: i32) -> Duration {
    let doublings = u32::try_from(checks).unwrap_or(0).min(10);
    (CHECK_FIRST * 2_i32.saturating_pow(doublings)).min(CHECK_LAST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gateway_is_asked_ever_more_rarely() {
        let seconds: Vec<i64> = [0, 1, 2, 3, 6, 7, 40].map(|n| next_check(n).num_seconds()).to_vec();
        assert_eq!(seconds, [10, 20, 40, 80, 600, 600, 600]);
        assert_eq!(next_check(-1), CHECK_FIRST);
    }
}
