//! When things are due.

use chrono::{DateTime, Duration, Utc};
use entities::values::{CallbackClass, TicketState};

use super::{Denial, Work};

/// Deadlines in minutes, counted around the clock.
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
}

fn after(start: DateTime<Utc>, minutes: Option<i32>) -> Option<DateTime<Utc>> {
    minutes.map(|minutes| start + Duration::minutes(i64::from(minutes)))
}

impl Work {
    /// Starts the clocks of a round at `at`.
    ///
    /// An appointment that still lies ahead moves arrival to its end, and the work is counted from its start: a
    /// resident who asks for next week does not make the technician late.
    pub(super) fn start_clocks(&mut self, policy: &Policy, at: DateTime<Utc>) {
        self.clock_started_at = at;
        self.responded_at = None;
        self.arrived_at = None;
        self.respond_due_at = after(at, policy.respond);
        let slot = self.slot_ahead();
        self.arrive_due_at = slot.map_or_else(|| after(at, policy.arrive), |(_, end)| Some(end));
        self.complete_due_at = after(self.work_counts_from(), policy.complete);
        self.callback_due_at = None;
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
    pub(super) fn reschedule(&mut self, slot: (DateTime<Utc>, DateTime<Utc>), at: DateTime<Utc>) -> Result<(), Denial> {
        if slot.0 < at {
            return Err(Denial::SlotInPast);
        }
        let before = self.work_counts_from();
        (self.slot_start, self.slot_end) = (Some(slot.0), Some(slot.1));
        if self.arrived_at.is_none() {
            self.missed_completion |= self.complete_due_at.is_some_and(|due| at > due);
            self.arrive_due_at = Some(slot.1);
            // Moved by the difference, so that the policy of the round's beginning stays.
            self.complete_due_at = self.complete_due_at.map(|due| due + (self.work_counts_from() - before));
        }
        Ok(())
    }

    /// Dates the callback of work that ended at `completed`.
    pub(super) fn start_callback_clock(&mut self, policy: &Policy, completed: DateTime<Utc>) {
        let from = match self.callback_class {
            CallbackClass::Leak => self.water_test_ended_at.unwrap_or(completed),
            CallbackClass::Safety | CallbackClass::Ordinary => completed,
        };
        self.callback_due_at = after(from, Some(policy.callback));
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

/// Which deadline.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DeadlineKind {
    /// Taking the ticket on.
    Respond,
    /// Being there.
    Arrive,
    /// Ending the work.
    Complete,
    /// The first callback.
    Callback,
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
