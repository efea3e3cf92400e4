//! What a desk decides without asking anybody: what must lie in the till, which numbers a book holds.

use entities::values::{DeskMethod, Money};

/// What went over the desk in a shift by one method.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Flow {
    /// How.
    pub method: DeskMethod,
    /// What was taken.
    pub taken: Money,
    /// What was given back.
    pub returned: Money,
}

/// What must lie in the till: what lay there first, and the cash that was taken less what was given back. `None` when it
/// does not fit.
pub fn expected_cash(float: Money, flows: &[Flow]) -> Option<Money> {
    let cash = flows.iter().filter(|flow| flow.method == DeskMethod::Cash);
    cash.into_iter().try_fold(float, |sum, flow| sum.plus(flow.taken)?.plus(Money(-flow.returned.0)))
}

/// Longest voucher number.
const VOUCHER_MAX: usize = 64;

/// A voucher's number as it is kept: letters, digits, `-`, `_`, `/`, without spaces, in capitals; so that one is not entered
/// twice.
pub fn voucher(text: &str) -> Option<String> {
    let text: String = text.chars().filter(|sign| !sign.is_whitespace()).collect::<String>().to_uppercase();
    let plain = text.chars().all(|sign| sign.is_alphanumeric() || matches!(sign, '-' | '_' | '/'));
    ((1..=VOUCHER_MAX).contains(&text.chars().count()) && plain).then_some(text)
}

/// Most numbers of a book.
const BOOK_MAX: i64 = 1_000;
/// The highest number of a receipt.
const NUMBER_MAX: i64 = 99_999_999;

/// Whether a book may hold these numbers.
pub fn is_book(first: i64, last: i64) -> bool {
    first >= 1 && last >= first && last <= NUMBER_MAX && last - first < BOOK_MAX
}

/// A receipt's number as people read it: the series, and eight digits.
pub fn receipt_code(series: &str, number: i64) -> String {
    format!("{series}-{number:08}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flow(method: DeskMethod, taken: i64, returned: i64) -> Flow {
        Flow { method, taken: Money(taken), returned: Money(returned) }
    }

    #[test]
    fn only_cash_lies_in_the_till() {
        let flows =
            [flow(DeskMethod::Cash, 500, 120), flow(DeskMethod::Transfer, 9_000, 0), flow(DeskMethod::Pos, 7, 7)];
        assert_eq!(expected_cash(Money(1_000), &flows), Some(Money(1_380)));
        assert_eq!(expected_cash(Money(0), &[]), Some(Money(0)));
        assert_eq!(expected_cash(Money(i64::MAX), &flows), None);
    }

    #[test]
    fn a_voucher_is_one_however_it_is_written() {
        for (text, expected) in [
            (" ab 12-3 ", Some("AB12-3")),
            ("票123", Some("票123")),
            ("", None),
            ("  ", None),
            ("a;b", None),
            ("a\0", None),
        ] {
            assert_eq!(voucher(text).as_deref(), expected, "{text:?}");
        }
        assert_eq!(voucher(&"1".repeat(65)), None);
    }

    #[test]
    fn a_book_has_a_thousand_numbers_at_most() {
        assert!(is_book(1, 1) && is_book(1, 1_000) && is_book(99_999_000, 99_999_999));
        for (first, last) in [(0, 5), (5, 4), (1, 1_001), (99_999_999, 100_000_000), (i64::MIN, i64::MAX)] {
            assert!(!is_book(first, last), "{first}..{last}");
        }
        assert_eq!(receipt_code("D", 42), "D-00000042");
    }
}
