//! The table in both directions: each listed transition is possible for whoever may, everything else is refused.

use std::collections::HashSet;

use api::domains::tickets::model::{
    Action, Asked, Calendar, Command, QuoteStep, Rules, Work, apply, defaults, permitted, possible,
};
use chrono::{DateTime, Duration, Utc};
use entities::values::TicketState::{self, Accepted, Closed, Completed, Dispatched, InProgress, Paused, Submitted};
use entities::values::{
    CallbackClass, CallbackResult, CompletionOutcome, PauseReason, Payer, QuoteState, TicketKind, Urgency,
};
use support::start_of_time;

use super::game::{commands, local_day};
use super::people::Person;
use super::table::{self, Moment, TABLE};

fn rules(urgency: Urgency, class: CallbackClass, callback_tries: i32) -> Rules {
    let policy = defaults::policy(urgency, class);
    Rules { callback_tries, reopen_days: 7, policy, calendar: Calendar::always(), urge_minutes: 30 }
}

/// A command that ends the kind of ticket.
fn confirmation(kind: TicketKind, yes: bool, at: DateTime<Utc>) -> (Person, Command) {
    match kind {
        TicketKind::PatrolFinding => (Person::Leader, Command::Reinspect { passed: yes }),
        TicketKind::HandoverDefect => (Person::Owner, Command::Reaccept { accepted: yes }),
        _ => {
            let result = if yes { CallbackResult::Solved } else { CallbackResult::NotSolved };
            let command = Command::Callback {
                result,
                today: local_day(at),
                last_unreachable: None,
                asked: Asked::Requester,
                confirmed: false,
                open_others: 0,
            };
            (Person::Desk, command)
        }
    }
}

/// Tickets in every state, by several ways: fresh, in a second round, after a try that reached nobody. `worker` does
/// the work.
fn tickets(kind: TicketKind, urgency: Urgency, class: CallbackClass, worker: Person) -> Vec<Work> {
    let rules = rules(urgency, class, 3);
    let mut at = start_of_time();
    let submitted = Work::submitted(kind, urgency, class, None, &rules.policy, &rules.calendar, at);
    // Free of charge: what is paid for stands among the quoted ones.
    let mut seen = vec![Work { payer: Payer::Free, ..submitted }];
    let assignee = worker.staff().unwrap();
    let complete = |at| {
        let water_test_ended_at = Some(at);
        Command::Complete { outcome: CompletionOutcome::Done, words: None, water_test_ended_at, by_list: false }
    };
    for round in 0..2 {
        let mut path = vec![];
        if round == 0 {
            path.push((Person::Dispatcher, Command::Dispatch { assignee }));
        }
        path.push((worker, Command::Accept));
        path.push((worker, Command::Start));
        if round == 0 {
            // Jack helps and could confirm; Bob helped once.
            for helper in [Person::Jack, Person::Bob].into_iter().filter(|it| *it != worker) {
                path.push((Person::Dispatcher, Command::AddHelper { helper: helper.staff().unwrap() }));
            }
            if worker != Person::Bob && worker != Person::Jack {
                path.push((Person::Dispatcher, Command::RemoveHelper { helper: Person::Bob.staff().unwrap() }));
            }
            path.push((Person::Desk, Command::Urge));
        }
        path.push((worker, Command::Pause { reason: PauseReason::Parts }));
        path.push((worker, Command::Resume));
        path.push((worker, complete(at)));
        path.push(confirmation(kind, round == 1, at));
        for (person, command) in path {
            at += Duration::minutes(10);
            let before = seen.last().unwrap();
            seen.push(apply(before, &command, &person.actor(person.staff()), &rules, at).unwrap());
        }
    }
    let cancelled = apply(&seen[0], &Command::Cancel, &Person::Owner.actor(None), &rules, at).unwrap();
    seen.push(cancelled);
    seen
}

/// Paid work with a quote, or without one, in every state in which that makes a difference.
fn quoted(kind: TicketKind, urgency: Urgency, class: CallbackClass, worker: Person) -> Vec<Work> {
    let rules = rules(urgency, class, 3);
    let mut at = start_of_time();
    let submitted = Work::submitted(kind, urgency, class, None, &rules.policy, &rules.calendar, at);
    let assignee = worker.staff().unwrap();
    let (submit, named) = (Command::Quote(QuoteStep::Submit { charges: true }), Some(QuoteState::Open));
    let (dispatcher, other) = (Person::Dispatcher, Command::Transfer { assignee });
    let paths = [
        // Quoted on the telephone, given to another, given back.
        vec![(dispatcher, submit.clone()), (dispatcher, other), (worker, Command::Decline)],
        // Agreed before the work begins.
        vec![(dispatcher, submit.clone()), (Person::Owner, Command::Quote(QuoteStep::Approve { named }))],
        // Quoted at work, taken back.
        vec![
            (worker, Command::Start),
            (dispatcher, submit.clone()),
            (dispatcher, Command::Quote(QuoteStep::Withdraw { named })),
        ],
        vec![(worker, Command::Start), (worker, Command::Pause { reason: PauseReason::Parts })],
        // It waits for nothing but a price that nobody has said yet.
        vec![(worker, Command::Start), (worker, Command::Pause { reason: PauseReason::QuoteApproval })],
        vec![(dispatcher, submit), (Person::Owner, Command::Quote(QuoteStep::Refuse { named }))],
    ];
    let mut seen = Vec::new();
    for path in paths {
        let mut work = Work { payer: Payer::Paid, ..submitted.clone() };
        let begin = [(dispatcher, Command::Dispatch { assignee }), (worker, Command::Accept)];
        for (person, command) in begin.into_iter().chain(path) {
            at += Duration::minutes(5);
            work = apply(&work, &command, &person.actor(person.staff()), &rules, at).unwrap();
            seen.push(work.clone());
        }
    }
    seen
}

#[test]
fn the_table_holds_in_both_directions() {
    let technicians: Vec<_> = Person::TECHNICIANS.into_iter().filter_map(Person::staff).collect();
    let (mut tried, mut met) = (0_u32, HashSet::new());
    for (kind, urgency, class) in every_ticket() {
        for worker in Person::TECHNICIANS {
            // One urgency and rule are enough for quotes, which know neither.
            let paid = (urgency, class) == (Urgency::Ordinary, CallbackClass::Ordinary);
            let paid = if paid { quoted(kind, urgency, class, worker) } else { Vec::new() };
            for work in tickets(kind, urgency, class, worker).into_iter().chain(paid) {
                for (tries_needed, days, yesterday) in [(3, 1, true), (1, 1, true), (3, 7, false), (1, 8, true)] {
                    let at = start_of_time() + Duration::minutes(140) + Duration::days(days);
                    let today = local_day(at);
                    let last = if yesterday { today.pred_opt() } else { Some(today) };
                    let moment = Moment {
                        at,
                        tries: work.callback_tries,
                        tries_needed,
                        reopen_days: 7,
                        rated: work.rated,
                        urge_again: work.urge_again_at,
                    };
                    let rules = rules(urgency, class, tries_needed);
                    for command in commands(&technicians, at, last) {
                        for person in Person::ALL {
                            let expected = table::goes_to(&work, &command, person, &moment);
                            let found = apply(&work, &command, &person.actor(person.staff()), &rules, at);
                            let found = found.ok().map(|after| after.state);
                            assert_eq!(found, expected, "{kind} {}: {command:?} by {person:?}", work.state);
                            tried += 1;
                            met.extend(found.map(|to| (table::order(&command), kind, work.state, to)).map(key));
                        }
                    }
                }
            }
        }
    }
    // Every row was seen to happen, from each of its states, for each of its kinds.
    for row in TABLE {
        for (kind, from) in row.kinds.iter().flat_map(|kind| row.from.iter().map(move |from| (*kind, *from))) {
            assert!(
                met.contains(&key((row.order, kind, from, row.to))),
                "never: {:?} of {kind} from {from}",
                row.order
            );
        }
    }
    println!("{tried} commands tried, {} different transitions", met.len());
    assert!(tried > 1_000_000);
}

fn key((order, kind, from, to): (table::Order, TicketKind, TicketState, TicketState)) -> String {
    format!("{order:?} {kind} {from} {to}")
}

fn every_ticket() -> Vec<(TicketKind, Urgency, CallbackClass)> {
    let mut all = Vec::new();
    for kind in TicketKind::ALL {
        for urgency in Urgency::ALL {
            all.extend(CallbackClass::ALL.iter().map(|class| (*kind, *urgency, *class)));
        }
    }
    all
}

/// What a screen offers is what a command would do: an offered action is accepted in some variant, and no other is.
#[test]
fn what_is_offered_is_what_is_accepted() {
    let technicians: Vec<_> = Person::TECHNICIANS.into_iter().filter_map(Person::staff).collect();
    for (kind, urgency, class) in every_ticket() {
        let rules = rules(urgency, class, 3);
        for work in
            tickets(kind, urgency, class, Person::Jack).into_iter().chain(quoted(kind, urgency, class, Person::Jack))
        {
            let at = start_of_time() + Duration::days(2);
            let commands = commands(&technicians, at, None);
            for person in Person::ALL {
                let actor = person.actor(person.staff());
                for action in Action::ALL.into_iter().filter(|action| *action != Action::Comment) {
                    let offered =
                        permitted(action, &work, &actor).is_ok() && possible(action, &work, &actor, &rules, at).is_ok();
                    let mut variants = commands.iter().filter(|command| command.action() == action);
                    let accepted = variants.any(|it| apply(&work, it, &actor, &rules, at).is_ok());
                    assert_eq!(offered, accepted, "{action:?} by {person:?} in {}", work.state);
                }
            }
        }
    }
}

/// A comment is no step: whoever belongs to the ticket may write on it, whatever its state.
#[test]
fn a_comment_is_possible_in_every_state() {
    let rules = rules(Urgency::Ordinary, CallbackClass::Ordinary, 3);
    let mut states = HashSet::new();
    for work in tickets(TicketKind::HomeRepair, Urgency::Ordinary, CallbackClass::Ordinary, Person::Alice) {
        states.insert(work.state);
        for person in Person::ALL {
            let actor = person.actor(person.staff());
            let may = permitted(Action::Comment, &work, &actor).is_ok();
            assert_eq!(may, !Person::STRANGERS.contains(&person), "{person:?}");
            assert_eq!(possible(Action::Comment, &work, &actor, &rules, start_of_time()), Ok(()));
        }
    }
    for state in [Submitted, Dispatched, Accepted, InProgress, Paused, Completed, Closed, TicketState::Cancelled] {
        assert!(states.contains(&state), "{state}");
    }
}
