//! The pure choice: by a hand-written table, and against a second account of it.

use api::domains::tickets::model::dispatching::{Candidate, Exclusion, choose, ranked};
use chrono::Duration;
use entities::values::StaffId;
use proptest::prelude::*;
use support::start_of_time;
use uuid::Uuid;

fn staff(number: u128) -> StaffId {
    StaffId(Uuid::from_u128(number))
}

/// Somebody who can get the ticket, with so many open minutes, idle since so many minutes.
fn able(number: u128, open_minutes: i64, idle: i64) -> Candidate {
    Candidate {
        staff: staff(number),
        on_duty: true,
        has_trade: true,
        slot_free: true,
        declined: false,
        has_it: false,
        contractor: false,
        open_minutes,
        idle_since: start_of_time() - Duration::minutes(idle),
    }
}

#[test]
fn the_choice_is_as_the_table_says() {
    let off = |it: Candidate| Candidate { on_duty: false, ..it };
    let table = [
        ("nobody is there", vec![], None),
        ("the fewest open minutes", vec![able(1, 120, 0), able(2, 60, 0), able(3, 180, 0)], Some(2)),
        ("a tie goes to the longest idle", vec![able(1, 60, 5), able(2, 60, 50), able(3, 60, 10)], Some(2)),
        ("then to the id", vec![able(3, 60, 5), able(2, 60, 5)], Some(2)),
        ("minutes come before idleness", vec![able(1, 61, 9_000), able(2, 60, 0)], Some(2)),
        ("off duty", vec![off(able(1, 0, 0)), able(2, 500, 0)], Some(2)),
        ("no trade", vec![Candidate { has_trade: false, ..able(1, 0, 0) }, able(2, 500, 0)], Some(2)),
        ("not free in the slot", vec![Candidate { slot_free: false, ..able(1, 0, 0) }, able(2, 500, 0)], Some(2)),
        ("declined", vec![Candidate { declined: true, ..able(1, 0, 0) }, able(2, 500, 0)], Some(2)),
        ("has it", vec![Candidate { has_it: true, ..able(1, 0, 0) }, able(2, 500, 0)], Some(2)),
        ("a contractor is never chosen", vec![Candidate { contractor: true, ..able(1, 0, 0) }], None),
        ("everybody is excluded", vec![off(able(1, 0, 0)), Candidate { declined: true, ..able(2, 0, 0) }], None),
    ];
    for (what, candidates, expected) in table {
        assert_eq!(choose(&candidates).map(|it| it.staff), expected.map(staff), "{what}");
    }
    let all = Candidate { has_trade: false, slot_free: false, declined: true, has_it: true, ..off(able(1, 0, 0)) };
    use Exclusion::{Declined, HasIt, OffDuty, SlotTaken, Trade};
    assert_eq!(all.exclusions(), [OffDuty, Trade, SlotTaken, Declined, HasIt]);
}

fn anybody() -> impl Strategy<Value = Candidate> {
    let bits = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    (bits, 0_i64..4, 0_i64..4).prop_map(|((duty, trade, slot, declined, has_it, contractor), minutes, idle)| {
        Candidate {
            // More often able than not.
            on_duty: duty || idle > 0,
            has_trade: trade || minutes > 0,
            slot_free: slot || minutes > 1,
            declined: declined && idle == 0,
            has_it: has_it && idle == 1,
            contractor: contractor && minutes == 0,
            ..able(0, minutes * 60, idle)
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Whoever is chosen can get the ticket, nobody who can has less to do or waits longer, and the order in which
    /// people are named decides nothing.
    #[test]
    fn the_best_of_those_who_can_is_chosen(people in proptest::collection::vec(anybody(), 0..8), seed in any::<usize>()) {
        let people: Vec<Candidate> =
            people.into_iter().enumerate().map(|(at, it)| Candidate { staff: staff(at as u128), ..it }).collect();
        let able = |it: &&Candidate| it.on_duty && it.has_trade && it.slot_free && !it.declined && !it.has_it;
        let chosen = choose(&people);
        match chosen {
            None => prop_assert!(!people.iter().any(|it| able(&it) && !it.contractor)),
            Some(best) => {
                prop_assert!(able(&best) && !best.contractor && best.exclusions().is_empty());
                for other in people.iter().filter(able).filter(|it| !it.contractor && it.staff != best.staff) {
                    let better = other.open_minutes < best.open_minutes
                        || other.open_minutes == best.open_minutes && other.idle_since < best.idle_since;
                    prop_assert!(!better, "{other:?} is better than {best:?}");
                }
            }
        }
        let mut turned = people.clone();
        turned.rotate_left(seed.checked_rem(people.len()).unwrap_or(0));
        prop_assert_eq!(choose(&turned).map(|it| it.staff), chosen.map(|it| it.staff));
        // The suggestions are the same people, the chosen one before all others of the own.
        let order = ranked(people.clone());
        prop_assert_eq!(order.len(), people.len());
        prop_assert_eq!(&order, &ranked(turned));
        let first = order.iter().find(|it| !it.contractor && it.exclusions().is_empty());
        prop_assert_eq!(first.map(|it| it.staff), chosen.map(|it| it.staff));
        prop_assert!(order.is_sorted_by_key(|it| !it.exclusions().is_empty()), "the excluded come last");
    }
}
