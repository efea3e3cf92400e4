//! Limits that are checked before the parser sees a document.

/// Whether the brackets of a document are nested deeper than `limit`.
///
/// The library's parser recurses on each level before any limit of its own runs: list literals of some thousand levels
/// overflow the stack and abort the process. Strings, block strings and comments do not count.
pub fn nested_too_deep(document: &str, limit: usize) -> bool {
    let bytes = document.as_bytes();
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'{' | b'[' | b'(' => {
                depth += 1;
                if depth > limit {
                    return true;
                }
            }
            b'}' | b']' | b')' => depth = depth.saturating_sub(1),
            b'#' => at = line_end(bytes, at),
            b'"' if bytes[at..].starts_with(b"\"\"\"") => at = block_end(bytes, at + 3),
            b'"' => at = string_end(bytes, at + 1),
            _ => {}
        }
        at += 1;
    }
    false
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
    use super::nested_too_deep;

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
    }
}
