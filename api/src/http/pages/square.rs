//! QR codes as SVG.

use std::fmt::Write as _;

use fast_qr::{ECL, QRBuilder};

/// Blank modules around a code, as its standard asks.
const QUIET: usize = 4;

/// A code that scanners read as `text`; empty for a text that no code can hold.
pub fn square(text: &str) -> String {
    let Ok(code) = QRBuilder::new(text).ecl(ECL::M).build() else { return String::new() };
    let side = code.size + 2 * QUIET;
    let mut path = String::new();
    for y in 0..code.size {
        for x in 0..code.size {
            if code[y][x].value() {
                // Writing into a string cannot fail.
                let _ = write!(path, "M{} {}h1v1h-1z", x + QUIET, y + QUIET);
            }
        }
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\" \
         role=\"img\"><rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/><path d=\"{path}\" fill=\"#000\"/></svg>"
    )
}

#[cfg(test)]
mod tests {
    use super::square;

    #[test]
    fn a_code_is_drawn_with_its_blank_border() {
        let svg = square("https://linli.example/t/abc");
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>"));
        // Version 2 or 3 has 25 or 29 modules a side, and the finder stands in the first corner behind the border.
        assert!(svg.contains("viewBox=\"0 0 33 33\"") || svg.contains("viewBox=\"0 0 37 37\""), "{svg}");
        assert!(svg.contains("M4 4h1v1h-1z") && !svg.contains("M3 "));
    }

    #[test]
    fn what_no_code_can_hold_has_none() {
        assert_eq!(square(&"x".repeat(5000)), "");
    }
}
