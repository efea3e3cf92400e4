//! Phone numbers and ids. Reasons never repeat the cell: it is personal.

use crate::infra::bulk::half_width;

/// A mobile number of mainland China as its eleven digits, or an international one with its plus sign.
///
/// Blanks, dashes, brackets and dots do not matter; `+86` and `0086` before a mobile number are dropped.
pub fn phone(text: &str) -> Result<String, String> {
    let wrong =
        || "is neither a mobile number of mainland China nor an international one with its plus sign".to_owned();
    let number: String = half_width(text)
        .chars()
        .filter(|sign| !sign.is_whitespace() && !matches!(sign, '-' | '–' | '—' | '(' | ')' | '.'))
        .collect();
    let home = number.strip_prefix("+86").or_else(|| number.strip_prefix("0086"));
    if is_mobile(home.unwrap_or(&number)) {
        return Ok(home.unwrap_or(&number).to_owned());
    }
    match number.strip_prefix('+') {
        Some(digits) if home.is_none() && (8..=15).contains(&digits.len()) && is_digits(digits) => Ok(number),
        _ => Err(wrong()),
    }
}

fn is_mobile(number: &str) -> bool {
    let mut digits = number.bytes();
    number.len() == 11
        && is_digits(number)
        && digits.next() == Some(b'1')
        && digits.next().is_some_and(|second| second >= b'3')
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The last four characters of an identity card: three digits and a digit or X.
pub(super) fn id_last4(text: &str) -> Result<String, String> {
    let last = half_width(text).to_ascii_uppercase();
    match last.as_bytes() {
        [head @ .., tail] if head.len() == 3 && is_digits(&last[..3]) && (tail.is_ascii_digit() || *tail == b'X') => {
            Ok(last)
        }
        _ => {
            Err("must be three digits and a digit or X (leading zeros included: format the column as text)".to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_are_normalised() {
        for (text, expected) in [
            ("13812345678", "13812345678"),
            ("138 1234 5678", "13812345678"),
            ("138-1234-5678", "13812345678"),
            ("+86 138 1234 5678", "13812345678"),
            ("0086-13812345678", "13812345678"),
            ("１３８１２３４５６７８", "13812345678"),
            ("+1 (617) 555-0100", "+16175550100"),
            ("+852 5123 4567", "+85251234567"),
        ] {
            assert_eq!(phone(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_phone_is_refused() {
        let wrong = [
            "12812345678",
            "1381234567",
            "138123456789",
            "0451-84512345",
            "86 13812345678",
            "+86 451 8451 2345",
            "+1234567",
            "+1234567890123456",
            "+85２x",
            "见备注",
        ];
        for text in wrong {
            assert!(phone(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_last_four_may_end_in_x() {
        for (text, expected) in [("1234", "1234"), ("012x", "012X"), ("００１２", "0012"), ("999X", "999X")] {
            assert_eq!(id_last4(text).as_deref(), Ok(expected), "{text}");
        }
        for text in ["123", "12345", "X123", "12XX", "12 4", "12业", "一二三四"] {
            assert!(id_last4(text).is_err(), "{text}");
        }
    }
}
