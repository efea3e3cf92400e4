//! A second account of a game, kept from its accepted commands alone, that the ticket is compared with.

use std::collections::BTreeSet;

use api::domains::tickets::model::deadlines::{Deadline, DeadlineKind, deadlines};
use api::domains::tickets::model::{Asked, Command, Policy, Work};
use chrono::{DateTime, Duration, NaiveDate, Utc};
use entities::values::{CallbackClass, ClockBasis, CompletionOutcome, Payer, QuoteState, StaffId, TicketState};

use super::game::local_day;
use super::minutes::open_minutes;
use super::people::Person;
use super::table::{Order, order, returns};

type Time = DateTime<Utc>;

/// In which time a deadline counts: every minute, or the minutes that somebody serves, counted one by one.
fn after(basis: ClockBasis, at: Time, minutes: i64) -> Time {
    if basis == ClockBasis::AroundTheClock || minutes == 0 {
        at + Duration::minutes(minutes)
    } else {
        open_minutes().after(at, minutes)
    }
}

/// The minutes that count between two moments.
fn minutes_between(basis: ClockBasis, from: Time, to: Time) -> i64 {
    if basis == ClockBasis::AroundTheClock { (to - from).num_minutes() } else { open_minutes().between(from, to) }
}

/// The pauses and confirmations of a game.
#[derive(Clone, Debug)]
pub struct Shadow {
    policy: Policy,
    class: CallbackClass,
    /// The appointment.
    slot: Option<(Time, Time)>,
    /// The appointment that this round's clocks count by: the last one agreed before somebody arrived.
    counted: Option<(Time, Time)>,
    /// When this round began.
    round_at: Time,
    /// How many minutes that count this round has waited, without the pause that is on.
    waited: i64,
    waits_since: Option<Time>,
    /// Whether somebody works on it.
    working: bool,
    quote: Option<QuoteState>,
    responded: Option<Time>,
    arrived: Option<Time>,
    completed: Option<Time>,
    called: Option<Time>,
    cancelled: Option<Time>,
    water_test: Option<Time>,
    missed: bool,
    returned: i32,
    /// Whether this round was rated.
    pub rated: bool,
    urged: Vec<Time>,
    /// From when it can be urged again.
    pub urge_again: Option<Time>,
    has_it: Option<StaffId>,
    helpers: BTreeSet<StaffId>,
    ever_helped: BTreeSet<StaffId>,
    /// Days of this round on which nobody was reached.
    pub unreached: Vec<NaiveDate>,
}

impl Shadow {
    pub fn new(policy: Policy, class: CallbackClass, slot: Option<(Time, Time)>, at: Time) -> Self {
        Self {
            policy,
            class,
            slot,
            counted: slot,
            round_at: at,
            waited: 0,
            waits_since: None,
            working: false,
            quote: None,
            responded: None,
            arrived: None,
            completed: None,
            called: None,
            cancelled: None,
            water_test: None,
            missed: false,
            returned: 0,
            rated: false,
            urged: Vec::new(),
            urge_again: None,
            has_it: None,
            helpers: BTreeSet::new(),
            ever_helped: BTreeSet::new(),
            unreached: Vec::new(),
        }
    }

    fn complete_due(&self) -> Option<Time> {
        let ahead = self.counted.filter(|(_, end)| *end > self.round_at);
        let from = ahead.map_or(self.round_at, |(start, _)| start.max(self.round_at));
        let basis = self.policy.bases.complete;
        self.policy.complete.map(|minutes| after(basis, from, i64::from(minutes) + self.waited))
    }

    fn due(&self) -> [Option<Time>; 4] {
        let after = |basis, at, minutes: Option<i32>| minutes.map(|minutes| after(basis, at, minutes.into()));
        let bases = self.policy.bases;
        let ahead = self.counted.map(|(_, end)| end).filter(|end| *end > self.round_at);
        let callback = self.completed.and_then(|completed| {
            let leak = self.class == CallbackClass::Leak;
            let from = self.water_test.filter(|_| leak).unwrap_or(completed);
            after(bases.callback, from, Some(self.policy.callback))
        });
        [
            after(bases.respond, self.round_at, self.policy.respond),
            ahead.or(after(bases.arrive, self.round_at, self.policy.arrive)),
            self.complete_due(),
            callback,
        ]
    }

    /// Takes an accepted command in.
    pub fn note(&mut self, command: &Command, person: Person, urge_minutes: i32, at: Time) {
        let order = order(command);
        self.note_people(command, person);
        let ends_pause = matches!(
            order,
            Order::Resume
                | Order::Transfer
                | Order::Cancel
                | Order::QuoteFree
                | Order::QuoteApprove
                | Order::QuoteRefuse
        );
        let waited = self.waits_since.is_some();
        if ends_pause && let Some(since) = self.waits_since.take() {
            self.waited += minutes_between(self.policy.bases.complete, since, at);
        }
        self.note_quote(command, order, waited, at);
        match order {
            Order::Claim | Order::Accept => self.responded = self.responded.or(Some(at)),
            Order::Start => self.arrived = self.arrived.or(Some(at)),
            Order::Pause => self.waits_since = Some(at),
            Order::Complete => {
                self.completed = Some(at);
                self.missed |= self.complete_due().is_some_and(|due| due < at);
                if let Command::Complete { water_test_ended_at, .. } = command {
                    self.water_test = *water_test_ended_at;
                }
            }
            Order::Solved | Order::NotSolved | Order::Unreachable => self.called = self.called.or(Some(at)),
            Order::Cancel | Order::QuoteRefuse => self.cancelled = Some(at),
            Order::Rate => self.rated = true,
            Order::Urge => {
                self.urged.push(at);
                self.urge_again = Some(at + Duration::minutes(urge_minutes.into()));
            }
            _ => {}
        }
        if let Command::Reschedule { slot } = command {
            self.slot = Some(*slot);
            if self.arrived.is_none() {
                self.missed |= self.complete_due().is_some_and(|due| due < at);
                self.counted = self.slot;
            }
        }
        if order == Order::Unreachable {
            self.unreached.push(local_day(at));
        }
        if returns(order) {
            let fresh = Self::new(self.policy, self.class, self.slot, at);
            let (missed, returned, urge_again, has_it) = (self.missed, self.returned + 1, self.urge_again, self.has_it);
            let (urged, helpers) = (std::mem::take(&mut self.urged), std::mem::take(&mut self.helpers));
            let (ever_helped, quote) = (std::mem::take(&mut self.ever_helped), self.quote);
            *self = Self { missed, returned, urged, urge_again, has_it, helpers, ever_helped, quote, ..fresh };
        }
    }

    /// Work stops for a quote that costs something, and goes on when the price is agreed.
    fn note_quote(&mut self, command: &Command, order: Order, waited: bool, at: Time) {
        match order {
            Order::Start | Order::Resume => self.working = true,
            Order::Pause | Order::Complete | Order::Transfer | Order::Cancel => self.working = false,
            Order::QuoteSubmit if self.working => (self.working, self.waits_since) = (false, Some(at)),
            Order::QuoteFree | Order::QuoteApprove => self.working |= waited,
            _ => {}
        }
        self.quote = match (order, self.quote) {
            (Order::QuoteSubmit, _) => Some(QuoteState::Open),
            (Order::QuoteFree | Order::QuoteApprove, _) => Some(QuoteState::Approved),
            (Order::QuoteWithdraw, _) | (Order::Cancel, Some(QuoteState::Open)) => Some(QuoteState::Withdrawn),
            (Order::QuoteRefuse, _) => Some(QuoteState::Refused),
            (Order::Complete, before) => match command {
                Command::Complete { outcome: CompletionOutcome::Done, by_list: true, .. } => Some(QuoteState::Approved),
                _ => before,
            },
            (_, before) => before,
        };
    }

    fn check_quote(&self, work: &Work) {
        assert_eq!(work.quote, self.quote, "quote");
        let open = work.quote == Some(QuoteState::Open);
        assert_eq!(work.state == TicketState::InProgress, self.working, "somebody works on it");
        let ended = matches!(work.state, TicketState::Completed | TicketState::Closed | TicketState::Cancelled);
        assert!(!(open && (self.working || ended)), "a quote waits in {}", work.state);
        if work.quote == Some(QuoteState::Refused) {
            assert_eq!(work.state, TicketState::Cancelled, "the resident did not agree");
        }
        if work.payer == Payer::Paid && work.outcome == Some(CompletionOutcome::Done) {
            assert_eq!(work.quote, Some(QuoteState::Approved), "paid work was done without a price");
        }
    }

    /// Whoever has the ticket does not help with it; when nobody has it, nobody helps.
    fn note_people(&mut self, command: &Command, person: Person) {
        match command {
            Command::Dispatch { assignee } | Command::Transfer { assignee } => {
                self.has_it = Some(*assignee);
                self.helpers.remove(assignee);
            }
            Command::Claim => self.has_it = person.staff(),
            Command::Decline => {
                self.has_it = None;
                self.helpers.clear();
            }
            Command::AddHelper { helper } => {
                self.helpers.insert(*helper);
                self.ever_helped.insert(*helper);
            }
            Command::RemoveHelper { helper } => drop(self.helpers.remove(helper)),
            _ => {}
        }
    }

    fn check_people(&self, work: &Work) {
        assert_eq!(work.assignee, self.has_it, "assignee");
        assert_eq!(work.helpers, self.helpers.iter().copied().collect::<Vec<_>>(), "helpers");
        assert_eq!(work.helped, self.ever_helped.iter().copied().collect::<Vec<_>>(), "helped");
        assert!(!work.helpers.iter().any(|helper| Some(*helper) == work.assignee), "the assignee helps");
        assert_eq!(usize::try_from(work.urge_count), Ok(self.urged.len()), "urge_count");
        assert_eq!(work.last_urged_at, self.urged.last().copied(), "last_urged_at");
        assert_eq!(work.urge_again_at, self.urge_again, "urge_again_at");
        assert_eq!(work.slot_start.zip(work.slot_end), self.slot, "slot");
    }

    /// The ticket says the same.
    pub fn check(&self, work: &Work, now: Time) {
        let waiting = work.state == TicketState::Paused;
        assert_eq!(work.paused_at, self.waits_since, "paused_at");
        assert_eq!(work.paused_at.is_some(), waiting, "paused_at in {}", work.state);
        assert_eq!(work.pause_reason.is_some(), waiting, "pause_reason in {}", work.state);
        let due = [work.respond_due_at, work.arrive_due_at, work.complete_due_at, work.callback_due_at];
        assert_eq!(due, self.due(), "due: respond, arrive, complete, callback");
        let met = [work.responded_at, work.arrived_at, work.completed_at, work.first_callback_at];
        assert_eq!(met, [self.responded, self.arrived, self.completed, self.called], "met");
        assert_eq!(work.missed_completion, self.missed, "missed_completion");
        assert_eq!(work.rework_count, self.returned, "rework_count");
        assert_eq!(work.rated, self.rated, "rated");
        assert_eq!(usize::try_from(work.callback_tries), Ok(self.unreached.len()), "callback_tries");
        assert_eq!(work.clock_started_at, self.round_at, "clock_started_at");
        assert_eq!(work.cancelled_at, self.cancelled, "cancelled_at");
        assert_eq!(work.cancelled_at.is_some(), work.state == TicketState::Cancelled, "cancelled_at by state");
        assert_eq!(work.closed_at.is_some(), work.state == TicketState::Closed, "closed_at by state");
        let ended = matches!(work.state, TicketState::Completed | TicketState::Closed);
        assert_eq!(work.completed_at.is_some(), ended, "completed_at by state");
        assert_eq!(work.outcome.is_some(), ended, "outcome by state");
        let free = matches!(work.state, TicketState::Submitted | TicketState::Cancelled);
        assert!(work.assignee.is_some() || free, "nobody has it in {}", work.state);
        self.check_people(work);
        self.check_quote(work);
        self.check_deadlines(work, now);
        self.check_next(work);
    }

    /// Late is what was met after it was due, or is not met and due before now, before its end or before its pause.
    fn check_deadlines(&self, work: &Work, now: Time) {
        let kinds = [DeadlineKind::Respond, DeadlineKind::Arrive, DeadlineKind::Complete, DeadlineKind::Callback];
        let met = [self.responded, self.arrived, self.completed, self.called];
        let mut expected = Vec::new();
        for ((kind, due), met_at) in kinds.into_iter().zip(self.due()).zip(met) {
            let Some(due_at) = due else { continue };
            let paused_at = self.waits_since.filter(|_| kind == DeadlineKind::Complete);
            let breached = match (met_at, self.cancelled, paused_at) {
                (Some(met), _, _) => met > due_at,
                (None, Some(cancelled), _) => cancelled > due_at,
                (None, None, Some(paused)) => paused > due_at,
                (None, None, None) => now > due_at,
            };
            expected.push(Deadline { kind, due_at, met_at, paused_at, breached });
        }
        assert_eq!(deadlines(work, now), expected, "deadlines at {now}");
    }

    /// What is due next is a deadline that is not met, and there is one whenever somebody is to do something.
    fn check_next(&self, work: &Work) {
        let next = work.next_due_at();
        let rests = matches!(work.state, TicketState::Closed | TicketState::Cancelled | TicketState::Paused);
        let called = work.state == TicketState::Completed && self.called.is_some();
        if rests || called {
            assert_eq!(next, None, "next_due_at in {}", work.state);
            return;
        }
        if self.policy.complete.is_some() || work.state == TicketState::Completed {
            assert!(next.is_some(), "no next_due_at in {}", work.state);
        }
        let met = [self.responded, self.arrived, self.completed, self.called];
        let open = self.due().into_iter().zip(met).filter(|(_, met)| met.is_none()).map(|(due, _)| due);
        let open: Vec<_> = open.flatten().collect();
        assert!(next.is_none_or(|next| open.contains(&next)), "next_due_at {next:?} is none of {open:?}");
    }
}

/// Whoever closed a ticket had the right to, and had neither done the work nor been given it.
pub fn check_closing(before: &Work, command: &Command, person: Person, shadow: &Shadow, tries_needed: i32) {
    let tried = match command {
        Command::Callback { asked: Asked::Contact { tries }, .. } => tries + 1,
        _ => 0,
    };
    if let Command::Callback { open_others, .. } = command {
        assert_eq!(*open_others, 0, "closed while others are to be called back");
    }
    let right = match order(command) {
        Order::ContactUnreachable if tried < tries_needed => false,
        Order::Solved | Order::ContactSolved | Order::ContactUnreachable => {
            matches!(person, Person::Desk | Person::Supervisor | Person::Jack)
        }
        Order::Unreachable => {
            let mut days = shadow.unreached.clone();
            days.dedup();
            matches!(person, Person::Desk | Person::Supervisor | Person::Jack)
                && days.len() == shadow.unreached.len()
                && i32::try_from(days.len()).is_ok_and(|days| days >= tries_needed)
        }
        Order::InspectionPassed => matches!(person, Person::Leader | Person::Supervisor | Person::Jack),
        Order::HandoverAccepted => person == Person::Owner,
        _ => false,
    };
    assert!(right, "closed by {command:?} of {person:?}");
    assert_eq!(before.state, TicketState::Completed);
    if person.is_staff() {
        assert_ne!(person.staff(), before.assignee, "closed by the assignee");
        assert_ne!(person.staff(), before.worker, "closed by the worker");
        assert!(!before.helped.iter().any(|helper| Some(*helper) == person.staff()), "closed by a helper");
    }
}
