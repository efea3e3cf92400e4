//! A game: a ticket, its rules, and the commands that people try on it one after another.

use api::domains::tickets::model::warranty::{Coverage, settle};
use api::domains::tickets::model::{Asked, Bases, Calendar, Command, Hours, Policy, QuoteStep, Rules, Work};
use chrono::{DateTime, Duration, FixedOffset, NaiveDate, Utc};
use entities::values::{
    CallbackClass, CallbackResult, ClockBasis, CompletionOutcome, LiableParty, PauseReason, Payer, QuoteState, StaffId,
    TicketKind, Urgency,
};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use support::start_of_time;

use super::people::Person;
use super::table::{self, Moment, Order};

/// One try.
#[derive(Clone, Debug)]
pub struct Turn {
    /// Minutes since the turn before.
    pub minutes: i64,
    pub pick: Pick,
}

/// Who tries what.
#[derive(Clone, Debug)]
pub enum Pick {
    /// Anybody anything.
    Blind(Person, Index),
    /// Something that the table allows to somebody, so that games get anywhere.
    Allowed(Index, Index),
}

/// A game before it is played.
#[derive(Clone, Debug)]
pub struct Game {
    pub kind: TicketKind,
    pub urgency: Urgency,
    pub class: CallbackClass,
    pub payer: Payer,
    /// Minutes after submission.
    pub slot: Option<(i64, i64)>,
    pub rules: Rules,
    pub turns: Vec<Turn>,
}

impl Game {
    /// The appointment.
    pub fn appointment(&self) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let start = start_of_time();
        self.slot.map(|(from, length)| (start + Duration::minutes(from), start + Duration::minutes(from + length)))
    }

    /// The ticket as it was submitted.
    pub fn work(&self) -> Work {
        let slot = self.appointment();
        let work = Work::submitted(
            self.kind,
            self.urgency,
            self.class,
            slot,
            &self.rules.policy,
            &self.rules.calendar,
            start_of_time(),
        );
        // As the service settles it when staff say who pays.
        let settled = settle(self.kind, Some(self.payer), Coverage::Unknown);
        Work { payer: settled.payer, liable: settled.liable, ..work }
    }
}

/// Any game with these people.
pub fn game(people: &'static [Person], turns: usize) -> impl Strategy<Value = Game> {
    let slot = proptest::option::of((-200_i64..6_000, 1_i64..1_440));
    let turns = proptest::collection::vec(turn(people), 1..=turns);
    let payer = select(&[Payer::Free, Payer::Paid, Payer::Paid, Payer::Warranty][..]);
    (select(TicketKind::ALL), select(Urgency::ALL), select(CallbackClass::ALL), payer, slot, rules(), turns).prop_map(
        |(kind, urgency, class, payer, slot, rules, turns)| Game { kind, urgency, class, payer, slot, rules, turns },
    )
}

fn rules() -> impl Strategy<Value = Rules> {
    let minutes = || proptest::option::weighted(0.8, 1..6_000);
    (1..5, 0..10, minutes(), minutes(), minutes(), 1..6_000, 1..300, bases()).prop_map(
        |(callback_tries, reopen_days, respond, arrive, complete, callback, urge_minutes, bases)| Rules {
            callback_tries,
            reopen_days,
            policy: Policy { respond, arrive, complete, callback, bases },
            calendar: calendar(),
            urge_minutes,
        },
    )
}

/// Some clocks count in service hours.
fn bases() -> impl Strategy<Value = Bases> {
    let basis = || select(ClockBasis::ALL);
    (basis(), basis(), basis(), basis()).prop_map(|(respond, arrive, complete, callback)| Bases {
        respond,
        arrive,
        complete,
        callback,
    })
}

/// 07:00 to 21:00 in Shanghai on six days of the week, with a holiday now and then.
pub fn calendar() -> Calendar {
    let start = start_of_time().date_naive();
    let days = (1..40)
        .map(|week| (start + Duration::days(week * 9), (week % 3 == 0).then_some(Hours { opens: 540, closes: 720 })));
    Calendar {
        zone: chrono_tz::Asia::Shanghai,
        hours: Hours { opens: 420, closes: 1260 },
        weekdays: 0b011_1111,
        days: days.collect(),
    }
}

fn turn(people: &'static [Person]) -> impl Strategy<Value = Turn> {
    let minutes = prop_oneof![4 => 0_i64..90, 2 => 90_i64..2_000, 1 => 2_000_i64..20_000];
    let pick = prop_oneof![
        1 => (select(people), any::<Index>()).prop_map(|(person, index)| Pick::Blind(person, index)),
        3 => (any::<Index>(), any::<Index>()).prop_map(|(order, index)| Pick::Allowed(order, index)),
    ];
    (minutes, pick).prop_map(|(minutes, pick)| Turn { minutes, pick })
}

/// The day where the communities of all tests are.
pub fn local_day(at: DateTime<Utc>) -> NaiveDate {
    let shanghai = FixedOffset::east_opt(8 * 3600).unwrap();
    at.with_timezone(&shanghai).date_naive()
}

/// Every command in every variant, with these technicians to choose from.
pub fn commands(technicians: &[StaffId], at: DateTime<Utc>, last_unreachable: Option<NaiveDate>) -> Vec<Command> {
    let mut all = vec![Command::Claim, Command::Accept, Command::Decline, Command::Start, Command::Resume];
    all.extend(technicians.iter().map(|assignee| Command::Dispatch { assignee: *assignee }));
    all.extend(technicians.iter().map(|assignee| Command::Transfer { assignee: *assignee }));
    all.extend(PauseReason::ALL.iter().map(|reason| Command::Pause { reason: *reason }));
    for outcome in CompletionOutcome::ALL {
        for water_test_ended_at in [None, Some(at), Some(at - Duration::hours(5)), Some(at + Duration::minutes(1))] {
            let words = Some("原因".to_owned());
            all.push(Command::Complete { outcome: *outcome, words, water_test_ended_at, by_list: false });
        }
        let words = Some("原因".to_owned());
        all.push(Command::Complete { outcome: *outcome, words, water_test_ended_at: Some(at), by_list: true });
    }
    let today = local_day(at);
    all.extend(callbacks(today, last_unreachable));
    for yes in [true, false] {
        all.extend([Command::Reinspect { passed: yes }, Command::Reaccept { accepted: yes }]);
    }
    all.extend([Command::ReportUnsolved, Command::Reopen, Command::Cancel, Command::Rate, Command::Urge]);
    for helper in technicians {
        all.extend([Command::AddHelper { helper: *helper }, Command::RemoveHelper { helper: *helper }]);
    }
    for ahead in [-1, 0, 200, 9_000] {
        let start = at + Duration::minutes(ahead);
        all.push(Command::Reschedule { slot: (start, start + Duration::hours(2)) });
    }
    all.extend([Command::Attach, Command::JoinContact]);
    all.extend([
        Command::SetPayer { payer: Payer::Free, liable: None },
        Command::SetPayer { payer: Payer::Warranty, liable: Some(LiableParty::Developer) },
        Command::SetPayer { payer: Payer::Paid, liable: Some(LiableParty::Owner) },
    ]);
    all.extend(quotes());
    all
}

/// Quotes that come to something or nothing, and decisions on whatever quote there is or was.
fn quotes() -> Vec<Command> {
    let mut all = vec![QuoteStep::Submit { charges: true }, QuoteStep::Submit { charges: false }];
    for named in [None, Some(QuoteState::Open), Some(QuoteState::Approved), Some(QuoteState::Replaced)] {
        all.extend([QuoteStep::Withdraw { named }, QuoteStep::Approve { named }, QuoteStep::Refuse { named }]);
    }
    all.into_iter().map(Command::Quote).collect()
}

/// Callbacks of the ticket's own contact person and of contacts that joined, as the last one or before others.
fn callbacks(today: NaiveDate, last_unreachable: Option<NaiveDate>) -> Vec<Command> {
    let mut all = Vec::new();
    for asked in [Asked::Requester, Asked::Contact { tries: 0 }, Asked::Contact { tries: 2 }] {
        for (confirmed, open_others) in [(false, 0), (false, 2), (true, 0), (true, 1)] {
            all.extend(CallbackResult::ALL.iter().map(|result| Command::Callback {
                result: *result,
                today,
                last_unreachable,
                asked,
                confirmed,
                open_others,
            }));
        }
    }
    all
}

/// Whether a command happens to a ticket that no contact has joined.
pub fn without_contacts(command: &Command) -> bool {
    match command {
        Command::Callback { asked, confirmed, open_others, .. } => {
            *asked == Asked::Requester && !confirmed && *open_others == 0
        }
        Command::JoinContact => false,
        _ => true,
    }
}

/// Who tries what on this ticket now.
pub fn choose(pick: &Pick, commands: &[Command], work: &Work, moment: &Moment) -> (Person, Command) {
    let (first, second) = match pick {
        Pick::Blind(person, index) => return (*person, index.get(commands).clone()),
        Pick::Allowed(first, second) => (first, second),
    };
    let mut allowed: Vec<(Order, Person, &Command)> = Vec::new();
    for command in commands {
        for person in Person::ALL {
            if table::goes_to(work, command, person, moment).is_some() {
                allowed.push((table::order(command), person, command));
            }
        }
    }
    // By order first: else what many may do, such as to cancel, would end most games early.
    let mut orders: Vec<Order> = Vec::new();
    for (order, ..) in &allowed {
        let rare = match order {
            Order::Cancel => second.index(8) != 0,
            // What does not move the ticket on must not fill the games.
            Order::Reschedule | Order::Urge | Order::AddHelper | Order::RemoveHelper => second.index(4) != 0,
            Order::SetPayer | Order::Attach => second.index(8) != 0,
            _ => false,
        };
        if !orders.contains(order) && !rare {
            orders.push(*order);
        }
    }
    if orders.is_empty() {
        return (Person::ALL[first.index(Person::ALL.len())], second.get(commands).clone());
    }
    let order = *first.get(&orders);
    allowed.retain(|(of, ..)| *of == order);
    let (_, person, command) = second.get(&allowed);
    (*person, (*command).clone())
}
