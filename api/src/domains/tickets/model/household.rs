//! Reading what somebody types while the phone rings: a phone number, a room or a name.

/// Longest text that is searched for, in characters.
const TEXT_MAX: usize = 60;
/// Least digits of a phone's end that are searched for.
const TAIL_MIN: usize = 4;
/// Least characters of a name.
const NAME_MIN: usize = 2;
/// What follows the number of a building; people and registers use one for the other.
const BUILDING_MARKS: [&str; 6] = ["号楼", "栋", "幢", "座", "楼", "#"];
/// What follows the number of a room.
const ROOM_MARKS: [&str; 4] = ["室", "房", "号", "户"];
/// What follows the number of a staircase.
const STAIR_MARKS: [&str; 3] = ["单元", "门洞", "门"];

/// One way to understand a text. Those that come first match better.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Reading {
    /// A whole phone number, without country code where it is China's.
    Phone(String),
    /// A room of a building: any of these names, any of these numbers.
    Room {
        /// What the building may be called.
        buildings: Vec<String>,
        /// What the room may be called within it.
        numbers: Vec<String>,
    },
    /// The last digits of a phone, at least four.
    PhoneTail(String),
    /// A room whose building is not said.
    Number(Vec<String>),
    /// The beginning of a person's name, at least two characters.
    Name(String),
}

/// Every way to understand a text, best first; none when it is too short, too long or no text at all.
pub fn readings(text: &str) -> Vec<Reading> {
    let text = plain(text);
    if text.is_empty() || text.chars().count() > TEXT_MAX || text.chars().any(char::is_control) {
        return Vec::new();
    }
    let mut found: Vec<Reading> = phone(&text).into_iter().collect();
    if !found.iter().any(|reading| matches!(reading, Reading::Phone(_))) {
        found.extend(rooms(&text));
        let letters = text.chars().any(char::is_alphabetic);
        if letters && text.chars().count() >= NAME_MIN {
            found.push(Reading::Name(text));
        }
    }
    found.sort();
    found
}

/// Half-width characters, one kind of hyphen, no blanks around and no more than one between.
fn plain(text: &str) -> String {
    let half: String = text
        .chars()
        .map(|c| match c {
            '\u{3000}' | '\u{a0}' | '\t' => ' ',
            '—' | '–' | '－' | '−' | '‐' => '-',
            '！'..='～' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
            other => other,
        })
        .collect();
    half.split(' ').filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn phone(text: &str) -> Option<Reading> {
    let compact: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')')).collect();
    let national = compact.strip_prefix("+86").or_else(|| compact.strip_prefix("0086")).unwrap_or(&compact);
    if all_digits(national) && national.len() == 11 && national.starts_with('1') {
        return Some(Reading::Phone(national.to_owned()));
    }
    if compact.strip_prefix('+').is_some_and(|digits| all_digits(digits) && (8..=15).contains(&digits.len())) {
        return Some(Reading::Phone(compact));
    }
    // A tail is typed in one piece: 1-101 is a room.
    (all_digits(text) && (TAIL_MIN..11).contains(&text.len())).then(|| Reading::PhoneTail(text.to_owned()))
}

fn rooms(text: &str) -> Vec<Reading> {
    let room = ROOM_MARKS.iter().find_map(|mark| text.strip_suffix(mark)).unwrap_or(text).trim_end_matches([' ', '-']);
    if let Some((building, rest)) = marked_building(room) {
        let rest = rest.trim_matches(['-', ' ']);
        return if rest.is_empty() { Vec::new() } else { vec![of_building(building, rest)] };
    }
    if let Some((building, rest)) = room.split_once(['-', ' ']) {
        let whole = if all_parts(room) { vec![Reading::Number(spellings(room))] } else { Vec::new() };
        let rest = rest.trim_matches(['-', ' ']);
        let split = (!building.is_empty() && has_digit(rest)).then(|| of_building(building, rest));
        return split.into_iter().chain(whole).collect();
    }
    if room.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return if has_digit(room) { vec![Reading::Number(spellings(room))] } else { Vec::new() };
    }
    // A name with a number behind it: 海棠阁1203.
    let name = room.trim_end_matches(|c: char| c.is_ascii_alphanumeric());
    let number = &room[name.len()..];
    if has_digit(number) && !name.is_empty() { vec![of_building(name, number)] } else { Vec::new() }
}

fn has_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

/// Whether a text is nothing but numbers and letters between hyphens, as room numbers are.
fn all_parts(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') && has_digit(text)
}

/// A building with its mark, and what follows.
fn marked_building(text: &str) -> Option<(&str, &str)> {
    let ends = BUILDING_MARKS.iter().filter_map(|mark| text.find(mark).map(|at| at + mark.len()));
    let end = ends.min().filter(|end| *end < text.len() || !has_digit(text))?;
    Some(text.split_at(end))
}

fn of_building(building: &str, rest: &str) -> Reading {
    let base = BUILDING_MARKS.iter().find_map(|mark| building.strip_suffix(mark)).unwrap_or(building);
    let mut buildings = vec![building.to_owned()];
    let short = !base.is_empty() && base.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if short {
        let marked = BUILDING_MARKS.iter().map(|mark| format!("{base}{mark}"));
        buildings.extend(marked.chain([base.to_owned()]).filter(|name| name != building));
    }
    let mut numbers = spellings(rest);
    // Some registers say the building once more in the room's number.
    if short {
        let again = numbers[0].clone();
        numbers.push(format!("{base}-{again}"));
    }
    Reading::Room { buildings, numbers }
}

/// How the number of a room may be written: `2单元301`, `2-301`, `301室`.
fn spellings(text: &str) -> Vec<String> {
    let stairs = STAIR_MARKS.iter().fold(text.replace(' ', "-"), |text, mark| text.replace(mark, "-"));
    let parts: Vec<&str> = stairs.split('-').filter(|part| !part.is_empty()).collect();
    let mut all = vec![parts.join("-")];
    if let [stair, room] = parts.as_slice() {
        all.push(format!("{stair}单元{room}"));
    }
    all.extend(all.clone().iter().map(|number| format!("{number}室")));
    if !all.iter().any(|number| number == text) {
        all.push(text.to_owned());
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(text: &str) -> (Vec<String>, Vec<String>) {
        let found = readings(text).into_iter().find_map(|reading| match reading {
            Reading::Room { buildings, numbers } => Some((buildings, numbers)),
            _ => None,
        });
        found.unwrap_or_default()
    }

    #[test]
    fn a_phone_is_whole_or_its_end() {
        for text in ["13812345678", "138-1234-5678", "+86 138 1234 5678", "１３８１２３４５６７８"] {
            assert_eq!(readings(text), [Reading::Phone("13812345678".into())], "{text}");
        }
        assert_eq!(readings("+1 617 555 0123"), [Reading::Phone("+16175550123".into())]);
        let tail = Reading::PhoneTail("5678".into());
        assert_eq!(readings("5678"), [tail, Reading::Number(vec!["5678".into(), "5678室".into()])]);
        assert_eq!(readings("678"), [Reading::Number(vec!["678".into(), "678室".into()])]);
    }

    #[test]
    fn a_room_is_written_in_many_ways() {
        for text in ["1栋101", "1-101", "1 101", "1号楼101室", "1幢 101", "1#101", "１－１０１", "1栋-101"] {
            let (buildings, numbers) = room(text);
            for building in ["1栋", "1号楼", "1"] {
                assert!(buildings.iter().any(|name| name == building), "{text}: {buildings:?}");
            }
            assert_eq!(numbers[0], "101", "{text}: {numbers:?}");
            assert!(numbers.iter().any(|number| number == "1-101"), "{text}: {numbers:?}");
        }
        for text in ["1-2-301", "1栋2单元301", "1号楼2-301室", "1 2 301"] {
            let (buildings, numbers) = room(text);
            assert!(buildings.iter().any(|name| name == "1栋"), "{text}: {buildings:?}");
            for number in ["2-301", "2单元301", "2-301室"] {
                assert!(numbers.iter().any(|found| found == number), "{text}: {numbers:?}");
            }
        }
        assert_eq!(room("海棠阁1203").0, ["海棠阁"]);
        assert_eq!(room("海棠阁 1203").1[0], "1203");
        assert!(room("A座1203").0.iter().any(|name| name == "A栋"));
        // The room itself may have a hyphen.
        assert!(readings("1-101").contains(&Reading::Number(spellings("1-101"))));
    }

    #[test]
    fn a_name_has_letters_and_two_of_them() {
        assert_eq!(readings("王芳"), [Reading::Name("王芳".into())]);
        assert_eq!(readings(" 王芳 "), [Reading::Name("王芳".into())]);
        assert_eq!(readings("王"), []);
        assert!(readings("示范城贸易有限公司").contains(&Reading::Name("示范城贸易有限公司".into())));
    }

    #[test]
    fn nonsense_is_not_searched_for() {
        for text in ["", " ", "-", "--", "#", "栋", "a\u{0}b", &"1".repeat(61), "。"] {
            assert_eq!(readings(text), [], "{text}");
        }
    }

    #[test]
    fn the_best_reading_comes_first() {
        let order: Vec<Reading> = readings("A座1203");
        assert!(matches!(order[0], Reading::Room { .. }) && matches!(order[1], Reading::Name(_)));
        assert!(readings("1-101").is_sorted());
    }
}
