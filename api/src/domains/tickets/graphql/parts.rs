//! Small parts of a ticket as the schema shows them.

use async_graphql::SimpleObject;

use super::enums::DeadlineKind;
use crate::domains::tickets::model::deadlines;
use crate::graphql::scalars::DateTime;

/// A span of time agreed with the resident (预约时段).
#[derive(SimpleObject, Clone)]
pub struct TimeSlot {
    /// When it starts.
    pub start: DateTime,
    /// When it ends.
    pub end: DateTime,
}

/// One deadline and whether it was kept (时限).
#[derive(SimpleObject, Clone)]
pub struct Deadline {
    /// Which.
    pub kind: DeadlineKind,
    /// When it is due.
    pub due_at: DateTime,
    /// When it was met.
    pub met_at: Option<DateTime>,
    /// Since when its clock stands still.
    pub paused_at: Option<DateTime>,
    /// Whether it was met too late, or is late now.
    pub breached: bool,
}

impl From<deadlines::Deadline> for Deadline {
    fn from(deadline: deadlines::Deadline) -> Self {
        Self {
            kind: deadline.kind.into(),
            due_at: deadline.due_at.into(),
            met_at: deadline.met_at.map(Into::into),
            paused_at: deadline.paused_at.map(Into::into),
            breached: deadline.breached,
        }
    }
}
