//! What is checked before the parser, or the reader of JSON, sees a text: how deep its brackets nest, how many tokens it has.

/// How a text is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Written {
    GraphQl,
    Json,
}

/// What a text has too much of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Excess {
    /// Brackets within brackets.
    Nesting,
    /// Tokens.
    Tokens,
}

/// Whether a document has brackets nested deeper than `nesting` or more than `tokens` tokens.
///
/// The library's parser recurses on each level before any limit of its own runs: list literals of some thousand levels
/// overflow the stack and abort the process. Strings, block strings and comments do not count.
pub fn scan_document(document: &str, nesting: usize, tokens: usize) -> Result<(), Excess> {
    scan(document.as_bytes(), Written::GraphQl, nesting, tokens)
}

/// Whether JSON has brackets nested deeper than `nesting`.
pub fn scan_json(bytes: &[u8], nesting: usize) -> Result<(), Excess> {
    scan(bytes, Written::Json, nesting, usize::MAX)
}

fn scan(bytes: &[u8], written: Written, nesting: usize, most: usize) -> Result<(), Excess> {
    let (mut depth, mut at, mut tokens) = (0_usize, 0, 0_usize);
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'{' | b'[' | b'(' => {
                depth += 1;
                if depth > nesting {
                    return Err(Excess::Nesting);
                }
            }
            b'}' | b']' | b')' => depth = depth.saturating_sub(1),
            b'#' if written == Written::GraphQl => at = line_end(bytes, at),
            b'"' if written == Written::GraphQl && bytes[at..].starts_with(b"\"\"\"") => at = block_end(bytes, at + 3),
            b'"' => at = string_end(bytes, at + 1),
            _ if is_word(byte) => at = word_end(bytes, at),
            _ => {}
        }
        let counts = !byte.is_ascii_whitespace() && byte != b',' && byte != b'#';
        tokens += usize::from(counts);
        if tokens > most {
            return Err(Excess::Tokens);
        }
        at += 1;
    }
    Ok(())
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.') || !byte.is_ascii()
}

/// Index of the last byte of a name or number.
fn word_end(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at + 1).is_some_and(|byte| is_word(*byte)) {
        at += 1;
    }
    at
}

fn line_end(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() && bytes[at] != b'\n' && bytes[at] != b'\r' {
        at += 1;
    }
    at
}

/// Index of the closing quote; a string that does not close ends with its line, as the parser sees it.
fn string_end(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() && bytes[at] != b'"' && bytes[at] != b'\n' && bytes[at] != b'\r' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at
}

fn block_end(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() {
        if bytes[at..].starts_with(b"\\\"\"\"") {
            at += 4;
        } else if bytes[at..].starts_with(b"\"\"\"") {
            return at + 2;
        } else {
            at += 1;
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::{Excess, scan_document, scan_json};

    fn nested_too_deep(document: &str, limit: usize) -> bool {
        scan_document(document, limit, usize::MAX) == Err(Excess::Nesting)
    }

    #[test]
    fn depth_counts_brackets_outside_strings_and_comments() {
        assert!(!nested_too_deep("{ a(b: [[1]]) { c } }", 4));
        assert!(nested_too_deep("{ a(b: [[1]]) { c } }", 3));
        assert!(!nested_too_deep(&format!("{{ a(b: \"{}\") }}", "[".repeat(100)), 4));
        assert!(!nested_too_deep(&format!("{{ a(b: \"\\\"{}\") }}", "[".repeat(100)), 4));
        assert!(!nested_too_deep(&format!("{{ a(b: \"\"\"{} \\\"\"\" [\"\"\") }}", "[".repeat(100)), 4));
        assert!(!nested_too_deep(&format!("# {}\n{{ a }}", "[".repeat(100)), 4));
    }

    #[test]
    fn tricks_do_not_hide_brackets() {
        let deep = "[".repeat(100);
        assert!(nested_too_deep(&format!("# comment\n{deep}"), 64));
        assert!(nested_too_deep(&format!("\"closed\" {deep}"), 64));
        assert!(nested_too_deep(&format!("\"not closed\n{deep}"), 64));
        assert!(nested_too_deep(&format!("\"\"\" a \"\"\" {deep}"), 64));
        assert!(nested_too_deep(&format!("\"\" {deep}"), 64));
        assert!(nested_too_deep(&format!("a\u{feff}界{deep}"), 64));
    }

    #[test]
    fn tokens_are_counted_as_the_grammar_has_them() {
        for (document, tokens) in [
            ("{ a }", 3),
            ("{a,b , c}", 5),
            ("query Q($a: Int! = -1.5e3) { a(b: $a) @c }", 22),
            ("{ a(b: \"x y [ z\") } # nothing more", 8),
            ("\"\"\" a b \"\"\"", 1),
            ("{ ...F }", 3),
            ("  \n\t, ", 0),
        ] {
            assert_eq!(scan_document(document, 64, tokens), Ok(()), "{document}");
            if tokens > 0 {
                assert_eq!(scan_document(document, 64, tokens - 1), Err(Excess::Tokens), "{document}");
            }
        }
    }

    #[test]
    fn json_has_no_comments() {
        let deep = "[".repeat(65);
        assert_eq!(scan_json(format!("# {deep}").as_bytes(), 64), Err(Excess::Nesting));
        assert_eq!(scan_json(format!("\"{deep}\"").as_bytes(), 64), Ok(()));
        assert_eq!(scan_json(format!("\"\"\"{deep}").as_bytes(), 64), Ok(()), "the third quote opens a string");
        assert_eq!(scan_json(format!("\"\\\\\"{deep}").as_bytes(), 64), Err(Excess::Nesting));
        assert_eq!(scan_json(b"\xff\xfe[[", 1), Err(Excess::Nesting));
    }
}
