//! Words that people enter.

/// Longest reason, in characters.
pub const REASON_MAX: usize = 200;
/// Longest name, in characters.
pub const NAME_MAX: usize = 60;

/// Why a text is not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TextFault {
    /// There is none.
    Missing,
    /// It is longer than so many characters.
    TooLong(usize),
    /// It holds what no text holds.
    Invalid,
}

/// A text that must be there, without the white space around it.
pub fn required(text: &str, max: usize) -> Result<String, TextFault> {
    let text = text.trim();
    if text.is_empty() {
        return Err(TextFault::Missing);
    }
    if text.contains('\0') {
        return Err(TextFault::Invalid);
    }
    if text.chars().count() > max { Err(TextFault::TooLong(max)) } else { Ok(text.to_owned()) }
}

/// A code as it is kept: A–Z, 0–9, `_` and `-`; small letters count as capital ones.
pub fn code(text: &str, max: usize) -> Result<String, TextFault> {
    let code = required(text, max)?.to_ascii_uppercase();
    let valid = code.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    if valid { Ok(code) } else { Err(TextFault::Invalid) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_trimmed_and_measured() {
        assert_eq!(required("  物业费 ", 3), Ok("物业费".to_owned()));
        assert_eq!(required("物业费", 2), Err(TextFault::TooLong(2)));
        assert_eq!(required("  ", 2), Err(TextFault::Missing));
        assert_eq!(required("a\0", 9), Err(TextFault::Invalid));
        assert_eq!(code("water_1", 9), Ok("WATER_1".to_owned()));
        assert_eq!(code("水", 9), Err(TextFault::Invalid));
    }
}
