//! Which passwords are good enough (NIST SP 800-63B, section 5.1.1.2: length and a blocklist, no rules of composition).

use zxcvbn::{Score, zxcvbn};

/// Least number of characters of a password (NIST SP 800-63B asks for 8; staff passwords open personal data).
pub const PASSWORD_MIN: usize = 10;
/// Longest password in bytes; hashing a longer one would be somebody else's work for us.
pub const PASSWORD_MAX: usize = 1_000;
/// Words that belong to the service itself.
const OURS: [&str; 4] = ["linli", "邻里", "物业", "wuye"];
/// What people in China begin passwords with, beside what zxcvbn knows: the words of love and luck that stand at the top
/// of the leaked lists there (Wang et al., USENIX Security 2019), and the most frequent full names of the household
/// register, in pinyin.
const CHINESE: &[&str] = &[
    "woaini",
    "woaiwojia",
    "woaiziji",
    "woshishui",
    "wodemima",
    "5201314",
    "1314520",
    "520520",
    "1314",
    "7758521",
    "147258",
    "nihao",
    "mima",
    "guanli",
    "admin",
    "gongsi",
    "dianhua",
    "haerbin",
    "shanghai",
    "beijing",
    "zhongguo",
    "zhangwei",
    "wangwei",
    "wangfang",
    "liwei",
    "wangxiuying",
    "lina",
    "zhangxiuying",
    "liuwei",
    "zhangmin",
    "lijing",
    "zhangli",
    "wangjing",
    "wangli",
    "liqiang",
    "zhangjing",
    "liyang",
    "limin",
    "wangyong",
    "liuyang",
    "wanglei",
    "lijun",
    "yangyang",
    "wangyan",
    "wangqiang",
    "zhangjie",
    "zhanglei",
    "liuyan",
    "zhangyong",
    "lijie",
    "wangjun",
];

/// What is wrong with a password.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Weakness {
    /// Fewer than [`PASSWORD_MIN`] characters.
    Short,
    /// More than [`PASSWORD_MAX`] bytes.
    Long,
    /// One of the common ones, or made of the person's own words, a row of keys, a date.
    Common,
}

/// What is wrong with a password of a person with these words (name, phone, organization), if anything.
///
/// zxcvbn holds 30,000 common passwords and words, and knows how people disguise them. What it takes fewer than a
/// million guesses for is refused: that is what an attacker gets through within the limits of a botnet.
pub fn weakness(password: &str, own_words: &[&str]) -> Option<Weakness> {
    if password.chars().count() < PASSWORD_MIN {
        return Some(Weakness::Short);
    }
    if password.len() > PASSWORD_MAX {
        return Some(Weakness::Long);
    }
    // A name is typed with its blanks or without.
    let compact: Vec<String> = own_words.iter().map(|word| word.split_whitespace().collect()).collect();
    let own = own_words.iter().copied().chain(compact.iter().map(String::as_str));
    let words: Vec<&str> = own.chain(OURS).chain(CHINESE.iter().copied()).filter(|word| !word.is_empty()).collect();
    (zxcvbn(password, &words).score() < Score::Two).then_some(Weakness::Common)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: [&str; 3] = ["13812345678", "Zhang Wei", "邻里物业公司"];

    #[test]
    fn common_passwords_and_own_words_are_refused() {
        let common = [
            "1234567890",
            "password123",
            "Password123",
            "P@ssw0rd123",
            "qwertyuiop",
            "1qaz2wsx3edc",
            "aaaaaaaaaaaaaaa",
            "abcdefghijkl",
            "iloveyou1234",
            "woaini1314",
            "woaini5201314",
            "a123456789",
            "qq123456789",
            "wangfang123",
            "5201314520",
            "13812345678",
            "13812345678a",
            "zhangwei13812345678",
            "zhang wei1",
            "邻里物业公司邻里物业公司",
            "linli12345",
            "linlilinlilinli",
            "0987654321",
            "1990123456",
        ];
        let taken: Vec<&str> =
            common.into_iter().filter(|password| weakness(password, &OWN) != Some(Weakness::Common)).collect();
        assert!(taken.is_empty(), "{taken:?}");
    }

    #[test]
    fn length_is_counted_in_characters() {
        assert_eq!(weakness("", &OWN), Some(Weakness::Short));
        assert_eq!(weakness("楼下的猫喜欢晒太阳", &OWN), Some(Weakness::Short));
        assert_eq!(weakness("楼下的猫很喜欢晒太阳", &OWN), None);
        assert_eq!(weakness(&"楼下的猫很喜欢晒太阳".repeat(40), &OWN), Some(Weakness::Long));
    }

    #[test]
    fn passphrases_and_made_up_ones_are_taken() {
        for password in ["a long test password", "linli-demo-only", "correct horse battery", "vgk3tmw8qhzp2c"] {
            assert_eq!(weakness(password, &OWN), None, "{password}");
        }
    }
}
