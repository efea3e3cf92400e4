//! The collection rate (收费率): collected ÷ billed, by amount and by unit-months (户次).

/// A rate in 1/10,000, rounded half up; `None` when nothing was billed. 1,031 of 1,152 are 8,950 (89.50 %).
pub fn rate(collected: i64, billed: i64) -> Option<i64> {
    if billed <= 0 {
        return None;
    }
    let (collected, billed) = (i128::from(collected), i128::from(billed));
    i64::try_from((collected * 20_000 + billed).div_euclid(billed * 2)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_year_of_the_agreement() {
        assert_eq!(rate(1_031, 1_152), Some(8_950));
        assert_eq!(rate(0, 1_152), Some(0));
        assert_eq!(rate(1_152, 1_152), Some(10_000));
        assert_eq!(rate(1, 3), Some(3_333));
        assert_eq!(rate(2, 3), Some(6_667));
        assert_eq!(rate(5, 0), None);
        assert_eq!(rate(i64::MAX, i64::MAX), Some(10_000));
    }
}
