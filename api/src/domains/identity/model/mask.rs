//! What whoever has no need of it sees of a person: enough to recognise, too little to use.

/// A phone: its first three and last four digits, `138****5678`.
pub fn mask_phone(phone: &str) -> String {
    let chars: Vec<char> = phone.chars().collect();
    if chars.len() < 8 {
        return "*".repeat(chars.len());
    }
    let hidden = chars.len() - 7;
    chars[..3]
        .iter()
        .copied()
        .chain(std::iter::repeat_n('*', hidden))
        .chain(chars[chars.len() - 4..].iter().copied())
        .collect()
}

/// A name: its first character, `张*`, however long it is.
pub fn mask_name(name: &str) -> String {
    name.trim().chars().next().map_or_else(String::new, |first| format!("{first}*"))
}

/// The last four characters of an identity card: the last two of them, `**3X`. Nobody is ever shown more.
pub fn mask_id_last4(digits: &str) -> String {
    let chars: Vec<char> = digits.chars().collect();
    let hidden = chars.len().saturating_sub(2).max(chars.len().min(2));
    std::iter::repeat_n('*', hidden).chain(chars[hidden..].iter().copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_hides_the_middle() {
        assert_eq!(mask_phone("13812345678"), "138****5678");
        assert_eq!(mask_phone("+16175550123"), "+16*****0123");
        assert_eq!(mask_phone("1234"), "****");
        assert_eq!(mask_phone(""), "");
    }

    #[test]
    fn a_name_keeps_its_first_character() {
        for (name, masked) in [("张三", "张*"), ("欧阳娜娜", "欧*"), ("王", "王*"), (" Ada Lovelace", "A*"), ("", "")]
        {
            assert_eq!(mask_name(name), masked);
        }
    }

    #[test]
    fn an_id_keeps_its_last_two_characters() {
        for (digits, masked) in [("123X", "**3X"), ("0012", "**12"), ("12", "**"), ("1", "*"), ("", "")] {
            assert_eq!(mask_id_last4(digits), masked);
        }
    }

    #[test]
    fn no_mask_shows_all_of_what_it_hides() {
        for text in ["1", "12", "123", "1234567", "12345678", "王", "王芳", "王*"] {
            assert!(mask_phone(text) != text, "{text}");
            assert!(mask_id_last4(text) != text, "{text}");
        }
    }
}
