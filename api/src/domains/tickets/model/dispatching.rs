//! To whom a ticket is given by itself (自动派单).

use chrono::{DateTime, Utc};
use entities::values::StaffId;

/// Somebody who works in the ticket's community, with what decides whether the ticket is given to them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Candidate {
    /// The member of staff.
    pub staff: StaffId,
    /// At work now.
    pub on_duty: bool,
    /// Has the trade that the category needs, or none is needed.
    pub has_trade: bool,
    /// Has no other appointment during the ticket's own.
    pub slot_free: bool,
    /// Declined the ticket in this round.
    pub declined: bool,
    /// Has the ticket already.
    pub has_it: bool,
    /// Is one of a contractor's people.
    pub contractor: bool,
    /// Estimated minutes of all open work.
    pub open_minutes: i64,
    /// Since when nothing was finished: the last completion, or coming on duty when that was later.
    pub idle_since: DateTime<Utc>,
}

/// Why a ticket is not given to somebody.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Exclusion {
    /// Not at work.
    OffDuty,
    /// Lacks the trade.
    Trade,
    /// Is somewhere else during the ticket's appointment.
    SlotTaken,
    /// Declined it in this round.
    Declined,
    /// Has it.
    HasIt,
}

impl Candidate {
    /// Why the ticket is not given to this person; empty when it can be.
    pub fn exclusions(&self) -> Vec<Exclusion> {
        [
            (!self.on_duty, Exclusion::OffDuty),
            (!self.has_trade, Exclusion::Trade),
            (!self.slot_free, Exclusion::SlotTaken),
            (self.declined, Exclusion::Declined),
            (self.has_it, Exclusion::HasIt),
        ]
        .into_iter()
        .filter_map(|(excluded, why)| excluded.then_some(why))
        .collect()
    }

    /// Less is better: own people before a contractor's, then the fewest open minutes, then the longest idle.
    fn order(&self) -> (bool, i64, DateTime<Utc>, StaffId) {
        (self.contractor, self.open_minutes, self.idle_since, self.staff)
    }
}

/// The candidates, best first; those who are excluded come after those who are not, in the same order.
pub fn ranked(mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    candidates.sort_by_cached_key(|candidate| (!candidate.exclusions().is_empty(), candidate.order()));
    candidates
}

/// Who gets the ticket without anybody's doing: the best candidate of the organization's own people.
///
/// A contractor's people cost money by the piece, so that somebody must decide it: they are suggested, never chosen.
pub fn choose(candidates: &[Candidate]) -> Option<&Candidate> {
    let eligible = candidates.iter().filter(|candidate| !candidate.contractor && candidate.exclusions().is_empty());
    eligible.min_by_key(|candidate| candidate.order())
}
