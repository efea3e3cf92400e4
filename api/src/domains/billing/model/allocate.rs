//! Which charges a payment pays: the oldest first.

use chrono::NaiveDate;
use entities::values::Money;

/// What is still owed of a charge.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Owed<C> {
    /// The charge.
    pub charge: C,
    /// When it was due.
    pub due_on: NaiveDate,
    /// How much is still owed.
    pub amount: Money,
    /// Whether it may be paid in part.
    pub in_parts: bool,
}

/// What a payment pays.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Allocation<C> {
    /// What each charge gets, in the order in which they are paid.
    pub parts: Vec<(C, Money)>,
    /// What is left over.
    pub left: Money,
}

/// Pays charges with `amount`: those that were due first come first, of one day in the given order. A charge that cannot be
/// paid in part is passed over when the rest does not suffice for it.
pub fn allocate<C: Copy>(amount: Money, owed: &[Owed<C>]) -> Allocation<C> {
    let mut order: Vec<&Owed<C>> = owed.iter().filter(|it| it.amount.0 > 0).collect();
    order.sort_by_key(|it| it.due_on);
    let (mut left, mut parts) = (amount.0.max(0), Vec::new());
    for it in order {
        let part = left.min(it.amount.0);
        if part == 0 || (part < it.amount.0 && !it.in_parts) {
            continue;
        }
        parts.push((it.charge, Money(part)));
        left -= part;
    }
    Allocation { parts, left: Money(left) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn owed(charge: u32, day: u32, fen: i64, in_parts: bool) -> Owed<u32> {
        let due_on = NaiveDate::from_ymd_opt(2026, 1, day).expect("a date");
        Owed { charge, due_on, amount: Money(fen), in_parts }
    }

    #[test]
    fn the_oldest_comes_first_and_a_whole_one_waits_for_its_whole() {
        let charges = [owed(1, 20, 300, true), owed(2, 10, 500, false), owed(3, 10, 100, true)];
        let pay = |fen| allocate(Money(fen), &charges);
        assert_eq!(
            pay(900),
            Allocation { parts: vec![(2, Money(500)), (3, Money(100)), (1, Money(300))], left: Money(0) }
        );
        assert_eq!(pay(450), Allocation { parts: vec![(3, Money(100)), (1, Money(300))], left: Money(50) });
        assert_eq!(pay(1_000).left, Money(100));
        assert_eq!(pay(0), Allocation { parts: vec![], left: Money(0) });
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nothing_overpaid(
            fen in 0_i64..5_000, charges in proptest::collection::vec((1_u32..28, 0_i64..1_000, any::<bool>()), 0..12)
        ) {
            let charges: Vec<_> =
                charges.iter().enumerate().map(|(n, (day, fen, parts))| owed(n as u32, *day, *fen, *parts)).collect();
            let found = allocate(Money(fen), &charges);
            let paid: i64 = found.parts.iter().map(|(_, part)| part.0).sum();
            prop_assert_eq!(paid + found.left.0, fen);
            for (charge, part) in &found.parts {
                let of = charges.iter().find(|it| it.charge == *charge).expect("one of them");
                prop_assert!(part.0 > 0 && part.0 <= of.amount.0 && (of.in_parts || part.0 == of.amount.0));
            }
        }
    }
}
