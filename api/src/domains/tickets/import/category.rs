//! Categories made from the types of another system; pure.

use entities::values::Trade;

/// Words of a type and the trade that they need; the first that occurs decides.
const TRADES: &[(&str, Trade)] = &[
    ("heat", Trade::Heating),
    ("electric", Trade::Electrical),
    ("plumbing", Trade::Plumbing),
    ("water", Trade::Plumbing),
    ("gas", Trade::Heating),
    ("infestation", Trade::Cleaning),
    ("squalid", Trade::Cleaning),
    ("egress", Trade::Carpentry),
    ("lead", Trade::Masonry),
];

/// A type's code: `Heat - Excessive  Insufficient` is `HEAT_EXCESSIVE_INSUFFICIENT`. Letters of any script stay.
pub(super) fn code(name: &str) -> String {
    let words = name.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_uppercase).collect::<Vec<_>>().join("_")
}

/// The trade that a type needs; none special, when no word is known.
pub(super) fn trade(name: &str) -> Trade {
    let name = name.to_lowercase();
    TRADES.iter().find(|(word, _)| name.contains(word)).map_or(Trade::General, |(_, trade)| *trade)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_become_codes_and_trades() {
        for (name, expected, needs) in [
            ("Heat - Excessive  Insufficient", "HEAT_EXCESSIVE_INSUFFICIENT", Trade::Heating),
            ("Mice Infestation - Residential", "MICE_INFESTATION_RESIDENTIAL", Trade::Cleaning),
            (
                "Unsatisfactory Utilities - Electrical  Plumbing",
                "UNSATISFACTORY_UTILITIES_ELECTRICAL_PLUMBING",
                Trade::Electrical,
            ),
            ("No Utilities Residential - Water", "NO_UTILITIES_RESIDENTIAL_WATER", Trade::Plumbing),
            ("Egress", "EGRESS", Trade::Carpentry),
            ("Equipment Repair", "EQUIPMENT_REPAIR", Trade::General),
        ] {
            assert_eq!((code(name).as_str(), trade(name)), (expected, needs), "{name}");
        }
        assert_eq!(code("--"), "");
    }
}
