//! Placeholder units: so many households over so many buildings, each with a floor and a number that could be real.

/// Flats that share a landing.
const ON_LANDING: u32 = 2;
/// Storeys of a building that has at most so many households for each storey: walk-ups, middle, towers.
const STOREYS: &[(u32, u32)] = &[(140, 7), (360, 18), (u32::MAX, 33)];

/// How many of `households` go into each of `buildings`: as even as can be, the remainder to the first.
pub(super) fn spread(households: u32, buildings: u32) -> impl Iterator<Item = u32> {
    let (each, rest) = (households.checked_div(buildings).unwrap_or(0), households.checked_rem(buildings).unwrap_or(0));
    (0..buildings).map(move |index| each + u32::from(index < rest))
}

/// Floor and number of each household of a building: entrance, then storey and flat, as in `2-1801`.
pub(super) fn numbers(households: u32) -> impl Iterator<Item = (i32, String)> {
    let storeys = STOREYS.iter().find(|(most, _)| households <= *most).map_or(1, |(_, storeys)| *storeys);
    (0..households).map(move |index| {
        let entrance = index / (storeys * ON_LANDING) + 1;
        let storey = index / ON_LANDING % storeys + 1;
        let flat = index % ON_LANDING + 1;
        (i32::try_from(storey).unwrap_or(i32::MAX), format!("{entrance}-{storey}{flat:02}"))
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_household_finds_a_building() {
        for (households, buildings) in [(3_005, 65), (5_314, 58), (7, 7), (3, 5), (0, 4), (11_140, 30)] {
            let parts: Vec<_> = spread(households, buildings).collect();
            assert_eq!(parts.len(), buildings as usize);
            assert_eq!(parts.iter().sum::<u32>(), households);
            assert!(parts.iter().max().unwrap_or(&0) - parts.iter().min().unwrap_or(&0) <= 1);
        }
        assert_eq!(spread(10, 0).count(), 0);
    }

    #[test]
    fn numbers_are_unique_in_their_building() {
        for households in [0, 1, 14, 139, 360, 584, 5_000] {
            let numbers: HashSet<_> = numbers(households).map(|(_, number)| number).collect();
            assert_eq!(numbers.len(), households as usize);
        }
    }

    #[test]
    fn numbers_look_like_addresses() {
        let small: Vec<_> = numbers(46).collect();
        assert_eq!(small.first(), Some(&(1, "1-101".to_owned())));
        assert_eq!(small.get(13), Some(&(7, "1-702".to_owned())));
        assert_eq!(small.get(14), Some(&(1, "2-101".to_owned())));
        assert_eq!(numbers(584).nth(65), Some((33, "1-3302".to_owned())));
    }
}
