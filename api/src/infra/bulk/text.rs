//! Reading the small forms that cells have. Numbers with decimals become scaled integers without ever being floats.

/// The cell with each full-width letter, digit or sign (１, Ａ, －, the ideographic space) as its ASCII form.
pub fn half_width(text: &str) -> String {
    text.chars()
        .map(|sign| match sign {
            '\u{3000}' => ' ',
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(sign) - 0xfee0).unwrap_or(sign),
            other => other,
        })
        .collect()
}

/// The cell with every run of blanks as one blank.
pub fn collapse(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A cell of at most `max` characters, as it stands.
pub fn at_most(max: usize) -> impl Fn(&str) -> Result<String, String> {
    move |text| match text.chars().count() {
        length if length > max => Err(format!("{length} characters, at most {max} fit")),
        _ => Ok(text.to_owned()),
    }
}

/// A decimal number without a sign in units of 10⁻ᵖˡᵃᶜᵉˢ: `scaled("1.1", 4)` is 11,000.
///
/// More decimals than `places` are an error, unless they are zeros; so is a number beyond `i64`.
pub fn scaled(text: &str, places: usize) -> Result<i64, String> {
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    if whole.is_empty() || fraction.is_empty() || !digits(whole) || !digits(fraction) {
        return Err(format!("“{text}” is not a decimal number"));
    }
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > places {
        return Err(format!("“{text}” has more than {places} decimals"));
    }
    format!("{whole}{fraction:0<places$}").parse().map_err(|_| format!("“{text}” is too large"))
}

/// The decimal text of a number in units of 10⁻ᵖˡᵃᶜᵉˢ: the inverse of [`scaled`].
pub fn decimal(value: i64, places: u32) -> String {
    let scale = 10_i64.pow(places);
    let fraction = format!("{:0width$}", (value % scale).abs(), width = places as usize);
    format!("{}.{fraction}", value / scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_become_scaled_integers() {
        for (text, places, value) in [
            ("1.1", 4, 11_000),
            ("0.5", 4, 5_000),
            ("8", 4, 80_000),
            ("2.85", 4, 28_500),
            ("0.0001", 4, 1),
            ("89.50", 2, 8_950),
            ("89.500", 2, 8_950),
            ("0", 2, 0),
            ("90071992547409.93", 2, 9_007_199_254_740_993),
        ] {
            assert_eq!(scaled(text, places), Ok(value), "{text}");
        }
    }

    #[test]
    fn what_is_no_decimal_is_refused() {
        for text in ["", ".", "1.", ".5", "-1", "+1", "1e3", "1,000", "1_0", "89.505", "１", "99999999999999999999"] {
            assert!(scaled(text, 2).is_err(), "{text}");
        }
    }

    #[test]
    fn scaled_integers_become_decimals() {
        assert_eq!(decimal(8_950, 2), "89.50");
        assert_eq!(decimal(5, 2), "0.05");
        assert_eq!(decimal(0, 2), "0.00");
    }

    #[test]
    fn widths_and_blanks_are_made_even() {
        assert_eq!(half_width("１３８－Ｘ　（１）"), "138-X (1)");
        assert_eq!(half_width("住宅"), "住宅");
        assert_eq!(collapse(" 174 Main St  Roxbury  MA "), "174 Main St Roxbury MA");
    }
}
