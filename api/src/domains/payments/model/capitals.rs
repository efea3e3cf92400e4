//! Amounts in capital figures (大写金额), as receipts and bills in Chinese write them: nobody can add a stroke.
//!
//! Rules of the Measures for Payment and Settlement (支付结算办法), appendix 1: one 零 for zeros between figures, none at the
//! end of a group; 零 before 角 when the yuan end in 0, before 分 when there is no 角; 整 after whole yuan and whole 角.

use entities::values::Money;

const FIGURES: [&str; 10] = ["零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"];
/// Groups of figures, from the largest; a group below a tenth of its size begins with 零.
const GROUPS: [(u64, &str); 2] = [(100_000_000, "亿"), (10_000, "万")];
const PLACES: [(u64, &str); 4] = [(1_000, "仟"), (100, "佰"), (10, "拾"), (1, "")];

/// An amount in fen in capital figures: 12,345 fen are `壹佰贰拾叁元肆角伍分`.
pub fn capitals(amount: Money) -> String {
    let fen = amount.0.unsigned_abs();
    let (yuan, jiao, fen) = (fen / 100, fen / 10 % 10, fen % 10);
    let mut text = String::from(if amount.0 < 0 { "负" } else { "" });
    if yuan > 0 {
        whole(&mut text, yuan);
        text.push('元');
    }
    if jiao > 0 {
        if yuan > 0 && yuan % 10 == 0 {
            text.push('零');
        }
        text.push_str(figure(jiao));
        text.push('角');
    }
    if fen > 0 {
        if yuan > 0 && jiao == 0 {
            text.push('零');
        }
        text.push_str(figure(fen));
        text.push('分');
    } else {
        if yuan == 0 && jiao == 0 {
            text.push_str("零元");
        }
        text.push('整');
    }
    text
}

fn figure(digit: u64) -> &'static str {
    usize::try_from(digit).ok().and_then(|digit| FIGURES.get(digit)).copied().unwrap_or_default()
}

/// A number of 1 or more.
fn whole(text: &mut String, number: u64) {
    for (size, name) in GROUPS {
        if number >= size {
            whole(text, number / size);
            text.push_str(name);
            let rest = number % size;
            if rest > 0 {
                if rest < size / 10 {
                    text.push('零');
                }
                whole(text, rest);
            }
            return;
        }
    }
    // Four figures at most: 零 stands once between two that are none.
    let (mut begun, mut gap) = (false, false);
    for (size, name) in PLACES {
        let digit = number / size % 10;
        if digit == 0 {
            gap = begun;
            continue;
        }
        if gap {
            text.push('零');
        }
        text.push_str(figure(digit));
        text.push_str(name);
        (begun, gap) = (true, false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn amounts_are_written_as_the_rules_have_them() {
        for (fen, expected) in [
            (12_345, "壹佰贰拾叁元肆角伍分"),
            (168_032, "壹仟陆佰捌拾元零叁角贰分"),
            (140_950, "壹仟肆佰零玖元伍角整"),
            (600_714, "陆仟零柒元壹角肆分"),
            (10_700_053, "壹拾万柒仟元零伍角叁分"),
            (1_640_902, "壹万陆仟肆佰零玖元零贰分"),
            (32_504, "叁佰贰拾伍元零肆分"),
            (100, "壹元整"),
            (1_000, "壹拾元整"),
            (1_000_000, "壹万元整"),
            (1_000_100, "壹万零壹元整"),
            (100_001_000, "壹佰万零壹拾元整"),
            (10_050_000_000, "壹亿零伍拾万元整"),
            (10_000_000_000, "壹亿元整"),
            (10_000_000_100, "壹亿零壹元整"),
            (100_000_000_000_000, "壹万亿元整"),
            (0, "零元整"),
            (5, "伍分"),
            (50, "伍角整"),
            (55, "伍角伍分"),
            (-12_345, "负壹佰贰拾叁元肆角伍分"),
        ] {
            assert_eq!(capitals(Money(fen)), expected, "{fen}");
        }
    }

    /// Reads the whole part back: `None` for what no one would write.
    fn read(text: &str) -> Option<u64> {
        if let Some((high, low)) = text.rsplit_once('亿').or_else(|| text.rsplit_once('万')) {
            let size = if text.contains('亿') { 100_000_000 } else { 10_000 };
            let low = if low.is_empty() { 0 } else { read(low.strip_prefix('零').unwrap_or(low))? };
            return Some(read(high)? * size + low);
        }
        let (mut sum, mut digit) = (0, None);
        for character in text.chars() {
            let character = character.to_string();
            if let Some(at) = FIGURES.iter().position(|it| *it == character) {
                digit = Some(at as u64);
            } else {
                let (size, _) = PLACES.iter().find(|(_, name)| *name == character)?;
                sum += size * digit.take()?;
            }
        }
        Some(sum + digit.unwrap_or(0))
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(fen in prop_oneof![1_i64..100_000, 1_i64..i64::MAX]) {
            let text = capitals(Money(fen));
            prop_assert!(!text.contains("零零") && !text.ends_with('零') && !text.contains("零元"), "{}", text);
            let (whole, small) = text.split_once('元').unwrap_or(("", &text));
            let yuan = if whole.is_empty() { 0 } else { read(whole).expect("a number") };
            let place = |name: char| {
                let before = small.split_once(name).map_or("", |(before, _)| before);
                let last = before.chars().next_back().map(String::from).unwrap_or_default();
                FIGURES.iter().position(|it| *it == last).unwrap_or(0) as u64
            };
            prop_assert_eq!(yuan * 100 + place('角') * 10 + place('分'), fen.unsigned_abs(), "{}", text);
            prop_assert_eq!(text.ends_with('整'), fen % 10 == 0);
        }
    }
}
