//! The forms that the other cells of a register have.

use chrono::{Days, NaiveDate};
use entities::values::{Area, ResidencyRole, UnitUsage};

use crate::infra::bulk::{collapse, half_width, scaled};

/// Largest area of a unit, in 0.01 m²: one km².
const LARGEST_AREA: i64 = 100_000_000;
/// Highest and deepest storey.
const STOREYS: std::ops::RangeInclusive<i32> = -20..=200;
/// Day 1 of Excel is 1900-01-01; its day 60 never was, so that from March 1900 on this is its day 0.
const EXCEL_DAY_ZERO: Option<NaiveDate> = NaiveDate::from_ymd_opt(1899, 12, 30);
/// Excel's days that can be meant as dates: 1927 to 2119.
const EXCEL_DAYS: std::ops::RangeInclusive<i64> = 10_000..=80_000;

/// The name of a building; a bare number is one of the buildings `1栋`, `2栋` … that a list of communities makes.
pub fn building(text: &str) -> Result<String, String> {
    let name = collapse(&half_width(text));
    Ok(if name.bytes().all(|byte| byte.is_ascii_digit()) { format!("{name}栋") } else { name })
}

/// A storey: `3`, `3层`, `-1`, `B1`, `地下1层`.
pub(super) fn floor(text: &str) -> Result<i32, String> {
    let plain = half_width(text).to_ascii_uppercase();
    let number = plain.trim_end_matches(['层', '楼', 'F']);
    let (sign, number) = match number.strip_prefix("地下").or_else(|| number.strip_prefix(['B', '-'])) {
        Some(below) => (-1, below),
        None => (1, number),
    };
    match scaled(number, 0).map(i32::try_from) {
        Ok(Ok(floor)) if STOREYS.contains(&(sign * floor)) => Ok(sign * floor),
        _ => Err(format!("“{text}” is not a storey")),
    }
}

/// A floor area in m², above 0, with at most two decimals.
pub(super) fn area(text: &str) -> Result<Area, String> {
    let plain = half_width(text);
    let number = plain.trim_end_matches(['㎡', '米', '平', '方']).trim_end();
    match scaled(number, 2)? {
        area if (1..=LARGEST_AREA).contains(&area) => Ok(Area(area)),
        _ => Err(format!("“{text}” is not an area of 0.01 to 1,000,000 m²")),
    }
}

/// A day: `2020-01-31`, `2020/1/31`, `2020.1.31`, `2020年1月31日`, or Excel's number of it.
pub fn date(text: &str) -> Result<NaiveDate, String> {
    let wrong = || format!("“{text}” is not a date such as 2020-01-31, 2020/1/31 or 2020年1月31日");
    let plain = half_width(text);
    if let Some(day) = scaled(&plain, 0).ok().filter(|day| EXCEL_DAYS.contains(day)) {
        let days = u64::try_from(day).map(Days::new).map_err(|_| wrong())?;
        return EXCEL_DAY_ZERO.and_then(|zero| zero.checked_add_days(days)).ok_or_else(wrong);
    }
    let plain = plain.strip_suffix('日').unwrap_or(&plain);
    let mut parts = plain.split(['-', '/', '.', '年', '月']).map(|part| {
        let part = part.trim();
        part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse::<u32>().ok()).flatten()
    });
    let (Some(Some(year)), Some(Some(month)), Some(Some(day)), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(wrong());
    };
    let year = i32::try_from(year).ok().filter(|year| (1900..=2100).contains(year)).ok_or_else(wrong)?;
    NaiveDate::from_ymd_opt(year, month, day).ok_or_else(wrong)
}

/// What a unit is used for, in Chinese or as the API names it.
pub(super) fn usage(text: &str) -> Result<UnitUsage, String> {
    match text {
        "住宅" => Ok(UnitUsage::Flat),
        "商铺" => Ok(UnitUsage::Shop),
        "办公" => Ok(UnitUsage::Office),
        "车位" => Ok(UnitUsage::Parking),
        "储藏室" => Ok(UnitUsage::Storage),
        other => other
            .to_ascii_uppercase()
            .parse()
            .map_err(|_| format!("“{other}” is none of 住宅, 商铺, 办公, 车位, 储藏室")),
    }
}

/// What a person is to a unit, in Chinese or as the API names it.
pub(super) fn role(text: &str) -> Result<ResidencyRole, String> {
    match text {
        "业主" => Ok(ResidencyRole::Owner),
        "家属" => Ok(ResidencyRole::Family),
        "租客" => Ok(ResidencyRole::Tenant),
        "受托人" => Ok(ResidencyRole::Proxy),
        other => {
            other.to_ascii_uppercase().parse().map_err(|_| format!("“{other}” is none of 业主, 家属, 租客, 受托人"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_come_in_many_forms() {
        let expected = NaiveDate::from_ymd_opt(2020, 1, 31).ok_or_else(String::new);
        for text in ["2020-01-31", "2020/1/31", "2020.1.31", "2020年1月31日", "２０２０-０１-３１", "43861"]
        {
            assert_eq!(date(text), expected, "{text}");
        }
        let wrong =
            ["2020-02-30", "2020-1", "2020-1-31-1", "31/1/2020", "2020年", "1", "99999", "明年", "2020-+1-3", "--"];
        for text in wrong {
            assert!(date(text).is_err(), "{text}");
        }
    }

    #[test]
    fn areas_have_two_decimals_at_most() {
        for (text, expected) in [("89.5", 8_950), ("89.53㎡", 8_953), ("120 平方米", 12_000), ("0.01", 1)] {
            assert_eq!(area(text), Ok(Area(expected)), "{text}");
        }
        for text in ["0", "-3", "89.505", "1e2", "大", "1000000.01"] {
            assert!(area(text).is_err(), "{text}");
        }
    }

    #[test]
    fn storeys_go_below_ground() {
        for (text, expected) in [("3", 3), ("18层", 18), ("-1", -1), ("B2", -2), ("地下1层", -1), ("０３楼", 3)]
        {
            assert_eq!(floor(text), Ok(expected), "{text}");
        }
        for text in ["三", "3.5", "201", "--1", "B"] {
            assert!(floor(text).is_err(), "{text}");
        }
    }

    #[test]
    fn words_are_chinese_or_the_apis() {
        assert_eq!(usage("储藏室"), Ok(UnitUsage::Storage));
        assert_eq!(usage("parking"), Ok(UnitUsage::Parking));
        assert_eq!(role("租客"), Ok(ResidencyRole::Tenant));
        assert_eq!(role("Owner"), Ok(ResidencyRole::Owner));
        assert!(usage("别墅").is_err() && role("房东").is_err());
        assert_eq!(building("１2").as_deref(), Ok("12栋"));
        assert_eq!(building(" 3号楼 ").as_deref(), Ok("3号楼"));
    }
}
