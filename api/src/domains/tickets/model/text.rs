//! What people write, checked and trimmed.

/// Longest description of a ticket, in characters.
pub const DESCRIPTION_MAX: usize = 2000;
/// Longest comment, reason, outcome or callback note, in characters.
pub const WORDS_MAX: usize = 1000;
/// Longest public place or access note, in characters.
pub const NOTE_MAX: usize = 300;
/// Longest name of a contact person, in characters.
pub const NAME_MAX: usize = 60;

/// What is wrong with a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TextFault {
    /// Nothing but blanks.
    Empty,
    /// More than so many characters.
    TooLong(usize),
}

/// A text that must be there, without blanks around it.
pub fn required(text: &str, max: usize) -> Result<String, TextFault> {
    optional(Some(text), max)?.ok_or(TextFault::Empty)
}

/// A text that may be missing; nothing but blanks counts as missing. Control characters other than line breaks go.
pub fn optional(text: Option<&str>, max: usize) -> Result<Option<String>, TextFault> {
    let Some(text) = text else { return Ok(None) };
    let text = text.trim();
    if text.chars().count() > max {
        return Err(TextFault::TooLong(max));
    }
    let clean: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    let clean = clean.trim();
    Ok((!clean.is_empty()).then(|| clean.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_trimmed_bounded_and_clean() {
        assert_eq!(required("  漏水\u{0} ", 10), Ok("漏水".to_owned()));
        assert_eq!(required(" \u{0}\u{7} ", 10), Err(TextFault::Empty));
        assert_eq!(required("水水水", 2), Err(TextFault::TooLong(2)));
        assert_eq!(required("水水", 2), Ok("水水".to_owned()));
        assert_eq!(optional(Some("  "), 2), Ok(None));
        assert_eq!(optional(None, 2), Ok(None));
        assert_eq!(optional(Some("a\nb"), 3), Ok(Some("a\nb".to_owned())));
    }
}
