//! Decimal numbers as the scaled integers that are computed with.

use rust_decimal::Decimal;

/// The number in units of its last allowed decimal; `None` when it is finer than that, or does not fit.
pub fn scaled(number: Decimal, scale: u32) -> Option<i64> {
    let exact = number.checked_mul(Decimal::from(10_i64.checked_pow(scale)?))?;
    if exact.fract().is_zero() { exact.trunc().to_string().parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_finer_than_allowed_is_no_number() {
        let read = |text: &str, scale| scaled(text.parse().expect("a number"), scale);
        assert_eq!(read("0.3", 4), Some(3_000));
        assert_eq!(read("2.80000", 4), Some(28_000));
        assert_eq!(read("0.00001", 4), None);
        assert_eq!(read("-1.5", 2), Some(-150));
        assert_eq!(read("79228162514264337593543950335", 4), None);
        assert_eq!(read("9223372036854775808", 0), None);
    }
}
