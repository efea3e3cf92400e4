//! Random games with the pure state machine.

use api::domains::tickets::model::{Command, Denial, apply};
use chrono::Duration;
use entities::values::{StaffId, TicketState};
use proptest::prelude::*;
use support::{servers, start_of_time};

use super::game::{Game, Pick, choose, commands, game};
use super::people::Person;
use super::shadow::{Shadow, check_closing};
use super::table::{self, Moment};

/// An accepted command.
pub struct Move {
    pub at: chrono::DateTime<chrono::Utc>,
    pub person: Person,
    pub command: Command,
    pub from: TicketState,
    pub to: TicketState,
}

fn technicians() -> Vec<StaffId> {
    Person::TECHNICIANS.into_iter().filter_map(Person::staff).collect()
}

/// Plays a game and checks every turn; the accepted commands.
pub fn play(game: &Game) -> Vec<Move> {
    let mut at = start_of_time();
    let mut work = game.work();
    let mut shadow = Shadow::new(game.rules.policy, game.class, game.appointment(), at);
    let mut moves = Vec::new();
    let technicians = technicians();
    shadow.check(&work, at);
    for turn in &game.turns {
        at += Duration::minutes(turn.minutes);
        let last_unreachable = shadow.unreached.last().copied();
        let tries = i32::try_from(shadow.unreached.len()).unwrap();
        let Game { rules, .. } = game;
        let (tries_needed, reopen_days) = (rules.callback_tries, rules.reopen_days);
        let moment =
            Moment { at, tries, tries_needed, reopen_days, rated: shadow.rated, urge_again: shadow.urge_again };
        let commands = commands(&technicians, at, last_unreachable);
        let (person, command) = choose(&turn.pick, &commands, &work, &moment);
        let before = work.clone();
        let expected = table::goes_to(&work, &command, person, &moment);
        let actor = person.actor(person.staff());
        match (apply(&work, &command, &actor, rules, at), expected) {
            (Ok(after), Some(to)) => {
                assert_eq!(after.state, to, "{command:?} by {person:?} from {}", work.state);
                shadow.note(&command, person, rules.urge_minutes, at);
                if to == TicketState::Closed && work.state != to {
                    check_closing(&before, &command, person, &shadow, rules.callback_tries);
                }
                assert!(after.missed_completion || !before.missed_completion, "a miss was forgotten");
                assert!(!Person::STRANGERS.contains(&person), "{person:?} did {command:?}");
                moves.push(Move { at, person, command, from: before.state, to });
                work = after;
            }
            (Err(_), None) => assert_eq!(work, before),
            (Ok(after), None) => {
                panic!("the table knows no {command:?} by {person:?} from {} to {}", work.state, after.state)
            }
            (Err(denial), Some(to)) => {
                panic!("{command:?} by {person:?} from {} to {to} was refused: {denial:?}", work.state)
            }
        }
        shadow.check(&work, at);
        shadow.check(&work, at + Duration::days(1));
    }
    moves
}

fn cases() -> ProptestConfig {
    ProptestConfig::with_cases(if servers::full_scale() { 5_000 } else { 600 })
}

proptest! {
    #![proptest_config(cases())]

    /// Every accepted command is a row of the table and every refused one is none, clocks and counters agree with a
    /// second account, and nothing is closed but by its confirmation.
    #[test]
    fn a_ticket_follows_the_table_and_its_clocks(game in game(&Person::ALL, 60)) {
        play(&game);
    }

    /// Whoever has neither a right nor the ticket nor a tie to its unit gets nothing done, whatever its state.
    #[test]
    fn a_stranger_gets_nothing_done(game in game(&Person::STRANGERS, 30), first in any::<proptest::sample::Index>()) {
        let mut at = start_of_time();
        let mut work = game.work();
        for turn in &game.turns {
            at += Duration::minutes(turn.minutes);
            let moment = Moment {
                at,
                tries: work.callback_tries,
                tries_needed: game.rules.callback_tries,
                reopen_days: 7,
                rated: work.rated,
                urge_again: work.urge_again_at,
            };
            for command in commands(&technicians(), at, None) {
                for stranger in Person::STRANGERS {
                    let refused = apply(&work, &command, &stranger.actor(stranger.staff()), &game.rules, at);
                    prop_assert_eq!(refused, Err(Denial::Forbidden));
                }
            }
            // Somebody else moves it on.
            let all = commands(&technicians(), at, None);
            let (person, command) = choose(&Pick::Allowed(first, first), &all, &work, &moment);
            let actor = person.actor(person.staff());
            work = apply(&work, &command, &actor, &game.rules, at).unwrap_or(work);
        }
    }
}

/// The games get where the properties speak of: every state and every order occurs often.
#[test]
fn games_reach_every_state_and_order() {
    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::TestRunner;
    use std::collections::HashMap;

    let mut runner = TestRunner::deterministic();
    let (mut states, mut orders) = (HashMap::new(), HashMap::new());
    for _ in 0..1_000 {
        let game = game(&Person::ALL, 60).new_tree(&mut runner).unwrap().current();
        for it in play(&game) {
            *states.entry(it.to).or_insert(0) += 1;
            *orders.entry(format!("{:?}", table::order(&it.command))).or_insert(0) += 1;
        }
    }
    for state in TicketState::ALL {
        assert!(states.get(state).is_some_and(|times| *times >= 20), "{state} is rare: {states:?}");
    }
    for row in table::TABLE {
        let times = orders.get(&format!("{:?}", row.order));
        assert!(times.is_some_and(|times| *times >= 20), "{:?} is rare: {orders:?}", row.order);
    }
}
