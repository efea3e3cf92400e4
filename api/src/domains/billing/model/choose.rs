//! What a payment is for: charges in full or in part, or a prepaid balance.

use entities::values::Money;

use super::allocate::{Allocation, Owed, allocate};

/// What somebody wants to pay.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Choice {
    /// Everything that was chosen.
    All,
    /// So much of it, what was due first coming first.
    Amount(Money),
}

/// What is paid.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Chosen<C> {
    /// How much, in all.
    pub amount: Money,
    /// What each charge gets.
    pub parts: Vec<(C, Money)>,
}

/// Why nothing can be paid so.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ChooseFault {
    /// Nothing is owed of what was chosen.
    Paid,
    /// The amount is more than what is owed, or leaves a rest that no charge takes.
    Differs {
        /// What is owed in all.
        open: Money,
    },
    /// The sum does not fit.
    TooMuch,
}

/// What a payment of these charges comes to.
pub fn choose<C: Copy>(charges: &[Owed<C>], choice: Choice) -> Result<Chosen<C>, ChooseFault> {
    let open = Money::sum(charges.iter().map(|it| it.amount)).ok_or(ChooseFault::TooMuch)?;
    if open <= Money::ZERO {
        return Err(ChooseFault::Paid);
    }
    let amount = match choice {
        Choice::All => open,
        Choice::Amount(amount) => amount,
    };
    let Allocation { parts, left } = allocate(amount, charges);
    if left != Money::ZERO || parts.is_empty() {
        Err(ChooseFault::Differs { open })
    } else {
        Ok(Chosen { amount, parts })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;
    use proptest::prelude::*;

    fn open(charge: usize, day: u32, fen: i64, in_parts: bool) -> Owed<usize> {
        let due_on = NaiveDate::from_ymd_opt(2026, 1, day).expect("a date");
        Owed { charge, due_on, amount: Money(fen), in_parts }
    }

    #[test]
    fn a_whole_charge_is_not_cut() {
        let charges = [open(1, 20, 300, true), open(2, 10, 500, false), open(3, 12, 0, true)];
        let all = choose(&charges, Choice::All).expect("chosen");
        assert_eq!((all.amount, all.parts.len()), (Money(800), 2));
        let part = choose(&charges, Choice::Amount(Money(250))).expect("chosen");
        assert_eq!(part.parts, [(charges[0].charge, Money(250))]);
        let differs = ChooseFault::Differs { open: Money(800) };
        for fen in [0, 400, 801] {
            assert_eq!(choose(&charges, Choice::Amount(Money(fen))), Err(differs), "{fen}");
        }
        assert_eq!(choose(&charges[2..], Choice::All), Err(ChooseFault::Paid));
        assert_eq!(choose::<usize>(&[], Choice::All), Err(ChooseFault::Paid));
    }

    proptest! {
        #[test]
        fn parts_add_up_and_fit(
            fen in 1_i64..3_000, charges in proptest::collection::vec((1_u32..28, 0_i64..900, any::<bool>()), 0..10)
        ) {
            let charges: Vec<Owed<usize>> =
                charges.iter().enumerate().map(|(n, (day, fen, parts))| open(n, *day, *fen, *parts)).collect();
            if let Ok(chosen) = choose(&charges, Choice::Amount(Money(fen))) {
                prop_assert_eq!(chosen.amount, Money(fen));
                prop_assert_eq!(chosen.parts.iter().map(|(_, part)| part.0).sum::<i64>(), fen);
                for (id, part) in &chosen.parts {
                    let of = charges.iter().find(|it| it.charge == *id).expect("one of them");
                    prop_assert!(part.0 > 0 && *part <= of.amount && (of.in_parts || *part == of.amount));
                }
            }
            if let Ok(all) = choose(&charges, Choice::All) {
                prop_assert_eq!(all.amount.0, charges.iter().map(|it| it.amount.0).sum::<i64>());
            }
        }
    }
}
