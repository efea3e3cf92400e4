//! The forms that cells of fees have; pure.

use entities::values::{Money, ReadingKind};

use crate::infra::bulk::{half_width, scaled};

/// Most that one charge comes to: ten million of the major unit, in the minor one.
const AMOUNT_MAX: i64 = 1_000_000_000;

/// An amount of money with two decimals at most, `1,234.50` or `¥1234.5`; 0 is one.
pub fn money(text: &str) -> Result<Money, String> {
    let plain: String =
        half_width(text).chars().filter(|sign| !matches!(sign, ',' | '¥' | '￥' | '元' | ' ')).collect();
    match scaled(&plain, 2)? {
        fen if fen <= AMOUNT_MAX => Ok(Money(fen)),
        _ => Err(format!("“{text}” is more than 10,000,000")),
    }
}

/// How many months a charge is for: 1 to 12, or 0 for what is no matter of months.
pub fn months(text: &str) -> Result<i32, String> {
    match scaled(&half_width(text), 0) {
        Ok(months @ 0..=12) => i32::try_from(months).map_err(|_| String::new()),
        _ => Err(format!("“{text}” is not a number of months from 0 to 12")),
    }
}

/// The code of an item, in capital letters.
pub fn code(text: &str) -> Result<String, String> {
    Ok(half_width(text).trim().to_uppercase())
}

/// What a meter showed, with three decimals at most.
pub fn shown(text: &str) -> Result<i64, String> {
    scaled(&half_width(text), 3)
}

/// What a reading is, in Chinese or as the API names it.
pub fn kind(text: &str) -> Result<ReadingKind, String> {
    match text {
        "常规" | "正常" => Ok(ReadingKind::Regular),
        "换价" | "调价" => Ok(ReadingKind::Cutover),
        "归零" | "翻转" => Ok(ReadingKind::Rollover),
        other => match other.to_ascii_uppercase().as_str() {
            "REGULAR" => Ok(ReadingKind::Regular),
            "CUTOVER" => Ok(ReadingKind::Cutover),
            "ROLLOVER" => Ok(ReadingKind::Rollover),
            _ => Err(format!("“{other}” is none of 常规, 换价, 归零")),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_comes_in_many_forms() {
        for (text, fen) in
            [("26.85", 2_685), ("¥1,234.5", 123_450), ("0", 0), ("１２元", 1_200), ("10000000", AMOUNT_MAX)]
        {
            assert_eq!(money(text), Ok(Money(fen)), "{text}");
        }
        for text in ["-1", "1.005", "很多", "10000000.01", ""] {
            assert!(money(text).is_err(), "{text}");
        }
    }

    #[test]
    fn months_and_kinds_are_known() {
        assert_eq!((months("1"), months("１２"), months("0")), (Ok(1), Ok(12), Ok(0)));
        assert!(months("13").is_err() && months("-1").is_err() && months("1.5").is_err());
        assert_eq!((kind("换价"), kind("rollover")), (Ok(ReadingKind::Cutover), Ok(ReadingKind::Rollover)));
        assert!(kind("FINAL").is_err() && kind("INITIAL").is_err(), "those belong to the installation");
        assert_eq!(code(" water "), Ok("WATER".to_owned()));
    }
}
