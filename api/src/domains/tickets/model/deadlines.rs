//! When things are due.

use chrono::{DateTime, Duration, Utc};
pub use entities::values::DeadlineKind;
use entities::values::{CallbackClass, ClockBasis, TicketState};

use super::{Calendar, Denial, Work, escalation};

/// In which time each deadline counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bases {
    /// Taking the ticket on.
    pub respond: ClockBasis,
    /// Being there, unless an appointment says when.
    pub arrive: ClockBasis,
    /// Ending the work.
    pub complete: ClockBasis,
    /// The first callback.
    pub callback: ClockBasis,
}

impl Bases {
    /// Every deadline counts every minute.
    pub const AROUND_THE_CLOCK: Self = Self {
        respond: ClockBasis::AroundTheClock,
        arrive: ClockBasis::AroundTheClock,
        complete: ClockBasis::AroundTheClock,
        callback: ClockBasis::AroundTheClock,
    };
}

/// Deadlines in minutes, each counted in its own time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Policy {
    /// Until somebody takes the ticket on.
    pub respond: Option<i32>,
    /// Until somebody is there, unless an appointment says when.
    pub arrive: Option<i32>,
    /// Until the work has ended.
    pub complete: Option<i32>,
    /// From completion (of a leak: from the end of its water test) until the first callback.
    pub callback: i32,
    /// In which time they count.
    pub bases: Bases,
}

type Time = DateTime<Utc>;

/// Half time and end of a clock that starts at `start`; nothing when there is no such deadline.
fn run(calendar: &Calendar, basis: ClockBasis, start: Time, minutes: Option<i32>) -> (Option<Time>, Option<Time>) {
    let at = |seconds: i64| calendar.add(basis, start, Duration::seconds(seconds));
    let minutes = minutes.map(i64::from);
    (minutes.map(|minutes| at(minutes * 30)), minutes.map(|minutes| at(minutes * 60)))
}

/// Half time and end of the way to an appointment: the middle of its slot and its end.
fn appointment((start, end): (Time, Time)) -> (Option<Time>, Option<Time>) {
    (Some(start + (end - start) / 2), Some(end))
}

impl Work {
    /// Starts the clocks of a round at `at`.
    ///
    /// An appointment that still lies ahead moves arrival to its end, and the work is counted from its start: a
    /// resident who asks for next week does not make the technician late. Its half time is the middle of the slot.
    pub(super) fn start_clocks(&mut self, policy: &Policy, calendar: &Calendar, at: DateTime<Utc>) {
        self.clock_started_at = at;
        self.responded_at = None;
        self.arrived_at = None;
        self.escalated = 0;
        (self.respond_half_at, self.respond_due_at) = run(calendar, policy.bases.respond, at, policy.respond);
        (self.arrive_half_at, self.arrive_due_at) = match self.slot_ahead() {
            Some(slot) => appointment(slot),
            None => run(calendar, policy.bases.arrive, at, policy.arrive),
        };
        self.complete_basis = policy.bases.complete;
        (self.complete_half_at, self.complete_due_at) =
            run(calendar, policy.bases.complete, self.work_counts_from(), policy.complete);
        (self.callback_half_at, self.callback_due_at) = (None, None);
    }

    /// Moves the end of the work by the time that it waited, as its clock counts.
    pub(super) fn shift_completion(&mut self, calendar: &Calendar, from: DateTime<Utc>, to: DateTime<Utc>) {
        let waited = calendar.between(self.complete_basis, from, to);
        let moved = |at: DateTime<Utc>| calendar.add(self.complete_basis, at, waited);
        self.complete_half_at = self.complete_half_at.map(moved);
        self.complete_due_at = self.complete_due_at.map(moved);
    }

    /// The appointment, if it lay ahead when this round's clocks started.
    fn slot_ahead(&self) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        self.slot_start.zip(self.slot_end).filter(|(_, end)| *end > self.clock_started_at)
    }

    /// From when the work of this round is counted.
    fn work_counts_from(&self) -> DateTime<Utc> {
        self.slot_ahead().map_or(self.clock_started_at, |(start, _)| start.max(self.clock_started_at))
    }

    /// Agrees another appointment at `at`.
    ///
    /// Until somebody has arrived, arrival and completion become due as if the round had begun with this appointment.
    /// Once arrival is met no deadline moves: a pause stops the clock of work that waits. What was late stays late.
    /// Of a clock that is set anew somebody is told anew.
    pub(super) fn reschedule(
        &mut self,
        slot: (DateTime<Utc>, DateTime<Utc>),
        calendar: &Calendar,
        at: DateTime<Utc>,
    ) -> Result<(), Denial> {
        if slot.0 < at {
            return Err(Denial::SlotInPast);
        }
        let before = self.work_counts_from();
        (self.slot_start, self.slot_end) = (Some(slot.0), Some(slot.1));
        if self.arrived_at.is_none() {
            self.missed_completion |= self.complete_due_at.is_some_and(|due| at > due);
            (self.arrive_half_at, self.arrive_due_at) = appointment(slot);
            // The time allowed stays that of the round's beginning; only its start moves.
            let (basis, from) = (self.complete_basis, self.work_counts_from());
            let moved = |due| calendar.add(basis, from, calendar.between(basis, before, due));
            self.complete_half_at = self.complete_half_at.map(moved);
            self.complete_due_at = self.complete_due_at.map(moved);
            self.escalated &= !escalation::bits(&[DeadlineKind::Arrive, DeadlineKind::Complete]);
        }
        Ok(())
    }

    /// Dates the callback of work that ended at `completed`.
    pub(super) fn start_callback_clock(&mut self, policy: &Policy, calendar: &Calendar, completed: DateTime<Utc>) {
        let from = match self.callback_class {
            CallbackClass::Leak => self.water_test_ended_at.unwrap_or(completed),
            CallbackClass::Safety | CallbackClass::Ordinary => completed,
        };
        (self.callback_half_at, self.callback_due_at) =
            run(calendar, policy.bases.callback, from, Some(policy.callback));
    }

    /// The deadline that counts now; none while the work waits or is over. One that was met counts no more: work
    /// that is handed over to somebody else was responded to.
    pub fn next_due_at(&self) -> Option<DateTime<Utc>> {
        let respond = self.respond_due_at.filter(|_| self.responded_at.is_none());
        let arrive = self.arrive_due_at.filter(|_| self.arrived_at.is_none());
        match self.state {
            TicketState::Submitted | TicketState::Dispatched => respond.or(self.complete_due_at),
            TicketState::Accepted => arrive.or(self.complete_due_at),
            TicketState::InProgress => self.complete_due_at,
            TicketState::Completed if self.first_callback_at.is_none() => self.callback_due_at,
            TicketState::Completed | TicketState::Paused | TicketState::Closed | TicketState::Cancelled => None,
        }
    }
}

/// One deadline and whether it was kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Deadline {
    /// Which.
    pub kind: DeadlineKind,
    /// When it is due.
    pub due_at: DateTime<Utc>,
    /// When it was met.
    pub met_at: Option<DateTime<Utc>>,
    /// Since when its clock stands still.
    pub paused_at: Option<DateTime<Utc>>,
    /// Whether it was met too late, or is late now.
    pub breached: bool,
}

/// Every deadline of the present round, as seen at `now`. A cancelled ticket's open deadlines ended with it.
pub fn deadlines(work: &Work, now: DateTime<Utc>) -> Vec<Deadline> {
    let ended = work.cancelled_at;
    let one = |kind, due: Option<DateTime<Utc>>, met_at: Option<DateTime<Utc>>, paused_at: Option<DateTime<Utc>>| {
        due.map(|due_at| {
            let seen_at = met_at.or(ended).or(paused_at).unwrap_or(now);
            Deadline { kind, due_at, met_at, paused_at, breached: seen_at > due_at }
        })
    };
    [
        one(DeadlineKind::Respond, work.respond_due_at, work.responded_at, None),
        one(DeadlineKind::Arrive, work.arrive_due_at, work.arrived_at, None),
        one(DeadlineKind::Complete, work.complete_due_at, work.completed_at, work.paused_at),
        one(DeadlineKind::Callback, work.callback_due_at, work.first_callback_at, None),
    ]
    .into_iter()
    .flatten()
    .collect()
}
