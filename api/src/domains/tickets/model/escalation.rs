//! Who is told that a clock runs out, and when: at half of its time, and when all of it has passed.

use chrono::{DateTime, Utc};
use entities::values::{DeadlineKind, EscalationLevel, TicketState};

use super::Work;

/// Who is told.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Audience {
    /// Whoever has the ticket.
    Assignee,
    /// The community's dispatchers.
    Dispatcher,
    /// The community's front desk.
    FrontDesk,
    /// The community's supervisors.
    Supervisor,
}

impl Audience {
    /// The stored name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Assignee => "ASSIGNEE",
            Self::Dispatcher => "DISPATCHER",
            Self::FrontDesk => "FRONT_DESK",
            Self::Supervisor => "SUPERVISOR",
        }
    }
}

/// Something that somebody is to be told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Escalation {
    /// Of which clock.
    pub kind: DeadlineKind,
    /// How far it has run.
    pub level: EscalationLevel,
    /// Since when.
    pub at: DateTime<Utc>,
    /// When the clock runs out.
    pub due_at: DateTime<Utc>,
}

/// The bits of all levels of some clocks.
pub(super) fn bits(kinds: &[DeadlineKind]) -> i32 {
    kinds.iter().fold(0, |bits, kind| bits | 0b11 << (*kind as i32 * 2))
}

impl Escalation {
    /// The bit by which a ticket remembers that somebody was told, once in each round.
    pub const fn bit(&self) -> i32 {
        let level = match self.level {
            EscalationLevel::Half => 0,
            EscalationLevel::Full => 1,
        };
        1 << (self.kind as i32 * 2 + level)
    }
}

/// Who is told: at half of the time whoever has the work, when all of it has passed the dispatcher and the supervisor
/// too. While nobody has it, or for a callback, whoever must see to it stands in.
pub fn audience(escalation: &Escalation, work: &Work) -> &'static [Audience] {
    let assigned = work.assignee.is_some();
    match (escalation.kind, escalation.level) {
        (DeadlineKind::Callback, EscalationLevel::Half) => &[Audience::FrontDesk],
        (DeadlineKind::Callback, EscalationLevel::Full) => &[Audience::FrontDesk, Audience::Supervisor],
        (_, EscalationLevel::Half) if assigned => &[Audience::Assignee],
        (_, EscalationLevel::Half) => &[Audience::Dispatcher],
        (_, EscalationLevel::Full) if assigned => &[Audience::Assignee, Audience::Dispatcher, Audience::Supervisor],
        (_, EscalationLevel::Full) => &[Audience::Dispatcher, Audience::Supervisor],
    }
}

impl Work {
    /// The clocks that run now, each with its half time and its end.
    fn running(&self) -> impl Iterator<Item = (DeadlineKind, Option<DateTime<Utc>>, Option<DateTime<Utc>>)> {
        let (responded, arrived, called) =
            (self.responded_at.is_some(), self.arrived_at.is_some(), self.first_callback_at.is_some());
        let (before, working, done) = match self.state {
            TicketState::Submitted | TicketState::Dispatched | TicketState::Accepted => (true, true, false),
            TicketState::InProgress => (false, true, false),
            TicketState::Completed => (false, false, true),
            TicketState::Paused | TicketState::Closed | TicketState::Cancelled => (false, false, false),
        };
        [
            (before && !responded, DeadlineKind::Respond, self.respond_half_at, self.respond_due_at),
            (before && !arrived, DeadlineKind::Arrive, self.arrive_half_at, self.arrive_due_at),
            (working, DeadlineKind::Complete, self.complete_half_at, self.complete_due_at),
            (done && !called, DeadlineKind::Callback, self.callback_half_at, self.callback_due_at),
        ]
        .into_iter()
        .filter(|(runs, ..)| *runs)
        .map(|(_, kind, half, full)| (kind, half, full))
    }

    /// What is still to be told of the clocks that run now, the earliest first.
    pub fn escalations(&self) -> Vec<Escalation> {
        let mut open: Vec<Escalation> = self
            .running()
            .filter_map(|(kind, half, full)| Some((kind, half?, full?)))
            .flat_map(|(kind, half, due_at)| {
                [(EscalationLevel::Half, half), (EscalationLevel::Full, due_at)].map(|(level, at)| Escalation {
                    kind,
                    level,
                    at,
                    due_at,
                })
            })
            .filter(|escalation| self.escalated & escalation.bit() == 0)
            .collect();
        open.sort_by_key(|escalation| (escalation.at, escalation.bit()));
        open
    }

    /// When somebody is to be told next.
    pub fn next_escalation_at(&self) -> Option<DateTime<Utc>> {
        self.escalations().first().map(|escalation| escalation.at)
    }
}
