//! Yuan in decimal digits, as bills and Alipay write them, and fen: exact both ways, or not at all.

use entities::values::Money;

use super::bill::Fee;

/// Fen as yuan with two decimals: 12345 is `123.45`.
pub fn yuan_of_fen(amount: Money) -> String {
    amount.plain(2)
}

/// Yuan as fen: `123.45`, `123.4`, `123`, `-0.01`. None when it is no such number, has a fraction of a fen, or does not fit.
pub fn fen_of_yuan(text: &str) -> Option<Money> {
    scaled(text, 2).map(Money)
}

/// A gateway's fee in yuan, with up to five decimals.
pub(super) fn fee_of_yuan(text: &str) -> Option<Fee> {
    scaled(text, 5).map(Fee)
}

/// Decimal digits times 10 to the power of `decimals`. Decimals beyond that must be zeros.
fn scaled(text: &str, decimals: usize) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !plain(whole) || !plain(fraction) || fraction.bytes().skip(decimals).any(|byte| byte != b'0') {
        return None;
    }
    let fraction = fraction.bytes().chain(std::iter::repeat(b'0')).take(decimals);
    // Counted downwards, since the smallest number has no positive twin.
    let value = whole
        .bytes()
        .chain(fraction)
        .try_fold(0_i64, |value, byte| value.checked_mul(10)?.checked_sub(i64::from(byte - b'0')))?;
    if negative { Some(value) } else { value.checked_neg() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yuan_are_read_exactly() {
        for (text, fen) in [
            ("0.01", 1),
            ("88.88", 8_888),
            ("88.8", 8_880),
            ("88", 8_800),
            ("0.00", 0),
            ("-35.80", -3_580),
            ("+1.10", 110),
            ("1.1000", 110),
            ("92233720368547758.07", i64::MAX),
            ("-92233720368547758.08", i64::MIN),
        ] {
            assert_eq!(fen_of_yuan(text), Some(Money(fen)), "{text}");
        }
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for text in [
            "",
            ".",
            "1.",
            ".5",
            "1.005",
            "1,000.00",
            "1e2",
            " 1",
            "1 ",
            "--1",
            "+-1",
            "１.00",
            "NaN",
            "0x10",
            "1.2.3",
            "-",
            "92233720368547758.08",
            "-92233720368547758.09",
            "99999999999999999999999",
        ] {
            assert_eq!(fen_of_yuan(text), None, "{text}");
        }
    }

    #[test]
    fn fees_have_five_decimals() {
        assert_eq!(fee_of_yuan("0.00600"), Some(Fee(600)));
        assert_eq!(fee_of_yuan("-0.12"), Some(Fee(-12_000)));
        assert_eq!(fee_of_yuan("0.000001"), None);
    }
}
