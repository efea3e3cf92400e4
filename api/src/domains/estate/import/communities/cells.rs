//! The forms that cells of the listing have, its quirks included.

use entities::values::Rate;

use crate::infra::bulk::scaled;

/// What the listing writes where it knows nothing; 无 and the last stand for developers only, and mean the same there.
const UNKNOWN: &[&str] = &["", "暂无信息", "暂无", "未知", "无", "物业和度娘都不知道开发商名称"];
/// A fee's unit, in the writings that occur.
const PER_AREA_AND_MONTH: &[&str] = &["元/平米/月", "元/平方米/月", "元/㎡/月"];
/// Decimals of a [`Rate`].
const RATE_PLACES: usize = 4;

/// A text without the blanks and stray quotes that crawling left around it; `None` when it says that nothing is known.
pub(super) fn known(text: &str) -> Option<String> {
    let stray = |sign: char| sign.is_whitespace() || matches!(sign, '"' | '“' | '”');
    let text = text.trim_matches(stray);
    (!UNKNOWN.contains(&text)).then(|| text.to_owned())
}

/// A fee: `0.5元/平米/月`, or a range, `1.1至1.4元/平米/月`. Lowest and highest, in 1/10,000 yuan a m² and month.
pub(super) fn fee(text: &str) -> Result<Option<(Rate, Rate)>, String> {
    let Some(text) = known(text) else { return Ok(None) };
    let number = PER_AREA_AND_MONTH
        .iter()
        .find_map(|unit| text.strip_suffix(unit))
        .ok_or_else(|| format!("“{text}” does not end with {}", PER_AREA_AND_MONTH[0]))?;
    let (low, high) = number.split_once('至').unwrap_or((number, number));
    let rate = |text: &str| scaled(text.trim(), RATE_PLACES).map(Rate);
    match (rate(low)?, rate(high)?) {
        (low, high) if low > high => Err(format!("“{text}” runs from high to low")),
        range => Ok(Some(range)),
    }
}

/// A count with its measure word, `45栋` or `4675户`, of at most `max`.
pub(super) fn count(measure: char, max: i32) -> impl Fn(&str) -> Result<Option<i32>, String> {
    move |text| {
        let Some(text) = known(text) else { return Ok(None) };
        let digits = text.strip_suffix(measure).unwrap_or(&text).trim_end();
        match scaled(digits, 0).map(i32::try_from) {
            Ok(Ok(count)) if count <= max => Ok(Some(count)),
            Ok(_) => Err(format!("“{text}” is more than {max}")),
            Err(_) => Err(format!("“{text}” is not a number of {measure}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_lose_what_crawling_left() {
        for (text, expected) in [
            ("哈尔滨房地产开发有限公司", Some("哈尔滨房地产开发有限公司")),
            ("\"苍南县中富房地产开发有限公司", Some("苍南县中富房地产开发有限公司")),
            (" 陕西亿润经贸有限公司 ", Some("陕西亿润经贸有限公司")),
            ("“甲”\u{3000}", Some("甲")),
            ("暂无信息", None),
            ("无", None),
            ("物业和度娘都不知道开发商名称", None),
            ("\"\"", None),
        ] {
            assert_eq!(known(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn fees_are_ranges_of_rates() {
        let range = |low, high| Ok(Some((Rate(low), Rate(high))));
        assert_eq!(fee("1.1至1.4元/平米/月"), range(11_000, 14_000));
        assert_eq!(fee("0.5元/平米/月"), range(5_000, 5_000));
        assert_eq!(fee("0.3至8元/平米/月"), range(3_000, 80_000));
        assert_eq!(fee("2.85元/㎡/月"), range(28_500, 28_500));
        assert_eq!(fee("暂无信息"), Ok(None));
        for text in ["1.4至1.1元/平米/月", "0.5元", "0.5", "至1元/平米/月", "1.12345元/平米/月", "-1元/平米/月"]
        {
            assert!(fee(text).is_err(), "{text}");
        }
    }

    #[test]
    fn counts_carry_their_measure_word() {
        assert_eq!(count('栋', 5_000)("45栋"), Ok(Some(45)));
        assert_eq!(count('户', 5_000)("4675 户"), Ok(Some(4_675)));
        assert_eq!(count('户', 5_000)("0"), Ok(Some(0)));
        assert_eq!(count('户', 5_000)("暂无信息"), Ok(None));
        for text in ["5001户", "4.5户", "户", "-1户", "12栋", "99999999999户"] {
            assert!(count('户', 5_000)(text).is_err(), "{text}");
        }
    }
}
