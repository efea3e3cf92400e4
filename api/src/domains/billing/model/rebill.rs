//! What is to be posted when something was charged before: the difference, or a credit note (红冲).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use entities::values::{ChargeId, Money, PayerId};

use super::unit::Target;

/// A charge of a unit and an item that is posted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Posted {
    /// Which.
    pub charge: ChargeId,
    /// Whether it belongs to the period that is billed; one of another period only takes its revision.
    pub in_period: bool,
    /// Who owes it.
    pub payer: PayerId,
    /// From which day on.
    pub segment_start: NaiveDate,
    /// Its number among those of its payer and day.
    pub revision: i32,
    /// What was charged.
    pub amount: Money,
    /// What of that was taken back.
    pub credited: Money,
    /// What of that was given up.
    pub waived: Money,
    /// What of that was paid.
    pub paid: Money,
}

/// A charge to be made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewCharge {
    /// For what; its amount is what is charged anew.
    pub target: Target,
    /// Its number among those of its payer and day.
    pub revision: i32,
}

/// A correction downwards.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Credit {
    /// Of which charge.
    pub charge: ChargeId,
    /// Who owes it.
    pub payer: PayerId,
    /// By how much.
    pub amount: Money,
    /// What of that had been paid: it goes to the prepaid balance.
    pub to_prepaid: Money,
}

/// What is to be posted.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Differences {
    /// Charges.
    pub charges: Vec<NewCharge>,
    /// Credit notes.
    pub credits: Vec<Credit>,
}

/// Compares what a unit is to be charged for an item and period with what is posted.
///
/// What was given up stays given up: a credit never takes more than is left of a charge, and what it could not take is not
/// charged anew for other days of the period when these are cut otherwise than before. With `credits` off (something of
/// the unit cannot be billed) nothing is taken back.
pub fn differences(targets: Vec<Target>, posted: &[Posted], credits: bool) -> Differences {
    let mut by_key: BTreeMap<(PayerId, NaiveDate), Vec<Posted>> = BTreeMap::new();
    for it in posted {
        by_key.entry((it.payer, it.segment_start)).or_default().push(*it);
    }
    let mut found = Differences::default();
    let (mut more, mut less) = (Vec::new(), Vec::new());
    for target in targets {
        let known = by_key.remove(&(target.payer, target.segment.start)).unwrap_or_default();
        let net = net(&known);
        match target.amount.0 > net {
            true => more.push((target, known, net)),
            false => less.push((target.payer, known, net - target.amount.0)),
        }
    }
    for ((payer, _), known) in by_key {
        let net = net(&known);
        less.push((payer, known, net));
    }
    // What each payer was let off of what is charged too much.
    let mut let_off: BTreeMap<PayerId, i64> = BTreeMap::new();
    for (payer, known, amount) in less {
        let mut taken = Vec::new();
        *let_off.entry(payer).or_default() += credit(&mut taken, known, amount);
        if credits {
            found.credits.extend(taken);
        }
    }
    for (mut target, known, net) in more {
        let rest = let_off.entry(target.payer).or_default();
        let off = (*rest).min(target.amount.0 - net);
        *rest -= off;
        if target.amount.0 - net > off {
            let revision = known.iter().map(|it| it.revision + 1).max().unwrap_or(0);
            target.amount = Money(target.amount.0 - net - off);
            found.charges.push(NewCharge { target, revision });
        }
    }
    found
}

/// What stands charged of the period.
fn net(known: &[Posted]) -> i64 {
    known.iter().filter(|it| it.in_period).map(|it| it.amount.0 - it.credited.0).sum()
}

/// Takes `amount` back, from the last revision on; what of it cannot be taken, because it was given up.
fn credit(credits: &mut Vec<Credit>, mut known: Vec<Posted>, amount: i64) -> i64 {
    known.retain(|it| it.in_period);
    known.sort_by_key(|it| std::cmp::Reverse(it.revision));
    let mut left = amount;
    for it in known {
        let due = it.amount.0 - it.credited.0 - it.waived.0;
        let part = left.min(due);
        if part <= 0 {
            continue;
        }
        let to_prepaid = (it.paid.0 - (due - part)).max(0);
        credits.push(Credit { charge: it.charge, payer: it.payer, amount: Money(part), to_prepaid: Money(to_prepaid) });
        left -= part;
    }
    left
}

#[cfg(test)]
mod tests {
    use super::super::period::Period;
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn payer(n: u128) -> PayerId {
        PayerId(Uuid::from_u128(n))
    }

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, day).expect("a date")
    }

    fn target(of: u128, from: u32, fen: i64) -> Target {
        let segment = Period::new(day(from), day(31)).expect("a period");
        let (quantity, rate) = (None, None);
        Target { payer: payer(of), segment, quantity, rate, share: 10_000, estimated: false, amount: Money(fen) }
    }

    fn posted(n: u128, of: u128, from: u32, revision: i32, fen: i64, paid: i64) -> Posted {
        Posted {
            charge: ChargeId(Uuid::from_u128(n)),
            in_period: true,
            payer: payer(of),
            segment_start: day(from),
            revision,
            amount: Money(fen),
            credited: Money::ZERO,
            waived: Money::ZERO,
            paid: Money(paid),
        }
    }

    #[test]
    fn the_same_again_posts_nothing() {
        let known = [posted(1, 1, 1, 0, 2_685, 0), posted(2, 1, 1, 1, 15, 0)];
        assert_eq!(differences(vec![target(1, 1, 2_700)], &known, true), Differences::default());
    }

    #[test]
    fn more_is_charged_and_less_is_credited_from_the_last_revision_on() {
        let known = [posted(1, 1, 1, 0, 2_000, 2_000), posted(2, 1, 1, 1, 500, 100)];
        let more = differences(vec![target(1, 1, 2_700)], &known, true);
        assert_eq!((more.charges[0].target.amount, more.charges[0].revision), (Money(200), 2));
        let less = differences(vec![target(1, 1, 1_900)], &known, true);
        let found: Vec<_> =
            less.credits.iter().map(|it| (it.charge.0.as_u128(), it.amount.0, it.to_prepaid.0)).collect();
        assert_eq!(found, [(2, 500, 100), (1, 100, 100)]);
        assert_eq!(differences(vec![target(1, 1, 1_900)], &known, false), Differences::default());
    }

    #[test]
    fn a_sale_that_is_told_late_moves_the_rest_to_the_new_owner() {
        let known = [posted(1, 1, 1, 0, 2_685, 2_685)];
        let found = differences(vec![target(1, 1, 866), target(2, 11, 1_819)], &known, true);
        assert_eq!(found.charges.len(), 1);
        assert_eq!((found.charges[0].target.payer, found.charges[0].target.amount), (payer(2), Money(1_819)));
        assert_eq!((found.credits[0].amount, found.credits[0].to_prepaid), (Money(1_819), Money(1_819)));
    }

    #[test]
    fn what_was_given_up_is_not_taken_back_once_more() {
        let known = [Posted { waived: Money(2_000), ..posted(1, 1, 1, 0, 2_685, 0) }];
        let found = differences(Vec::new(), &known, true);
        assert_eq!(found.credits[0].amount, Money(685));
    }

    #[test]
    fn what_was_given_up_is_not_charged_anew_when_the_period_is_cut() {
        let whole = |waived| [Posted { waived: Money(waived), ..posted(1, 1, 1, 0, 2_685, 0) }];
        let cut = || vec![target(1, 1, 866), target(1, 11, 1_273)];
        assert_eq!(differences(cut(), &whole(2_685), true), Differences::default(), "the whole month was given up");
        assert_eq!(differences(cut(), &whole(2_685), false), Differences::default());
        // 20.00 were: 6.85 are taken back, of the 18.19 too much; 11.34 of the rest of the month are settled by that.
        let found = differences(cut(), &whole(2_000), true);
        assert_eq!((found.credits[0].amount, found.charges[0].target.amount), (Money(685), Money(139)));
        // Somebody else was not let off.
        let sold = differences(vec![target(1, 1, 866), target(2, 11, 1_819)], &whole(2_685), true);
        assert_eq!((sold.credits.len(), sold.charges[0].target.amount), (0, Money(1_819)));
    }

    proptest! {
        #[test]
        fn afterwards_nothing_is_left_to_do(
            wanted in proptest::collection::btree_map((1_u128..4, 1_u32..4), 1_i64..500, 0..6),
            known in proptest::collection::vec((1_u128..4, 1_u32..4, 1_i64..500, 0_i64..500, 0_i64..500), 0..6),
        ) {
            let mut posted_rows: Vec<Posted> = Vec::new();
            for (n, (of, from, fen, waived, paid)) in known.iter().enumerate() {
                let revision = posted_rows.iter().filter(|it| it.payer == payer(*of) && it.segment_start == day(*from)).count();
                let waived = (*waived).min(*fen);
                let row = posted(n as u128 + 1, *of, *from, revision as i32, *fen, (*paid).min(*fen - waived));
                posted_rows.push(Posted { waived: Money(waived), ..row });
            }
            let targets: Vec<Target> = wanted.iter().map(|((of, from), fen)| target(*of, *from, *fen)).collect();
            let found = differences(targets.clone(), &posted_rows, true);
            for credit in &found.credits {
                let row = posted_rows.iter_mut().find(|it| it.charge == credit.charge).expect("posted");
                row.credited.0 += credit.amount.0;
                row.paid.0 -= credit.to_prepaid.0;
                prop_assert!(row.paid.0 >= 0 && row.paid.0 <= row.amount.0 - row.credited.0 - row.waived.0);
            }
            for (n, new) in found.charges.iter().enumerate() {
                let it = &new.target;
                posted_rows.push(Posted { segment_start: it.segment.start, payer: it.payer, revision: new.revision,
                    ..posted(n as u128 + 100, 0, 1, 0, it.amount.0, 0) });
            }
            // Whoever is charged anew is charged what is due in all, and nothing that was given up once more; whoever is
            // not owes no less than that.
            for of in (1..4).map(payer) {
                let due: i64 = targets.iter().filter(|it| it.payer == of).map(|it| it.amount.0).sum();
                let stands: i64 =
                    posted_rows.iter().filter(|it| it.payer == of).map(|it| it.amount.0 - it.credited.0).sum();
                let anew = found.charges.iter().any(|it| it.target.payer == of);
                prop_assert!(if anew { stands == due } else { stands >= due }, "{} of {}", stands, due);
            }
            prop_assert_eq!(differences(targets, &posted_rows, true), Differences::default());
        }
    }
}
