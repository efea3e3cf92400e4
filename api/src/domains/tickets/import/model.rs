//! The ticket that a case becomes; pure.

use chrono::{DateTime, Utc};
use entities::values::{CompletionOutcome, TicketState};

use super::CaseRow;

/// What the state of a case means for its ticket.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Standing {
    /// CLOSED, or SUBMITTED while the case is open.
    pub state: TicketState,
    /// DONE once it is closed: the file knows no other end.
    pub outcome: Option<CompletionOutcome>,
    /// What is due next: the completion of an open case.
    pub next_due_at: Option<DateTime<Utc>>,
    /// Whether it was closed after its target. An open case has not missed it for good yet; its deadline shows that.
    pub missed_completion: bool,
}

impl From<&CaseRow> for Standing {
    fn from(case: &CaseRow) -> Self {
        match case.closed_at {
            Some(closed) => Self {
                state: TicketState::Closed,
                outcome: Some(CompletionOutcome::Done),
                next_due_at: None,
                missed_completion: case.target_at.is_some_and(|target| closed > target),
            },
            None => Self {
                state: TicketState::Submitted,
                outcome: None,
                next_due_at: case.target_at,
                missed_completion: false,
            },
        }
    }
}

/// A ticket's number: unlike any that is given out here.
pub(super) fn number(case: &CaseRow) -> String {
    format!("IMP-{}", case.id)
}
