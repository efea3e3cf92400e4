//! Phone numbers.

use serde::{Deserialize, Serialize};

/// A phone number in one spelling: 11 digits for a mobile of mainland China, `+` and digits for any other.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Phone(String);

impl Phone {
    /// Reads a number as people type it: blanks, hyphens, `+86` and `0086` are understood.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > 40 {
            return None;
        }
        let compact: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '\u{a0}' | '(' | ')')).collect();
        let national = compact.strip_prefix("+86").or_else(|| compact.strip_prefix("0086")).unwrap_or(&compact);
        let all_digits = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
        // Mobile numbers of mainland China: 1, then 3 to 9, then nine digits (numbering plan of MIIT).
        let bytes = national.as_bytes();
        if bytes.len() == 11 && all_digits(national) && bytes[0] == b'1' && (b'3'..=b'9').contains(&bytes[1]) {
            return Some(Self(national.to_owned()));
        }
        // Elsewhere: E.164, at most 15 digits.
        let international = compact.strip_prefix('+')?;
        let known = (8..=15).contains(&international.len()) && all_digits(international);
        (known && !international.starts_with('0') && !international.starts_with("86")).then(|| Self(compact.clone()))
    }

    /// The number.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_number_are_one_phone() {
        for text in ["13812345678", "+86 138 1234 5678", "0086-138-1234-5678", " 138-1234-5678 "] {
            assert_eq!(Phone::parse(text), Some(Phone("13812345678".into())), "{text}");
        }
        assert_eq!(Phone::parse("+1 (617) 555-0123"), Some(Phone("+16175550123".into())));
    }

    #[test]
    fn what_cannot_be_written_to_is_no_phone() {
        for text in
            ["", "12812345678", "1381234567", "138123456789", "045187654321", "+861281234567", "+012345678", "abc"]
        {
            assert_eq!(Phone::parse(text), None, "{text}");
        }
        assert_eq!(Phone::parse(&"1".repeat(10_000)), None);
    }
}
