//! Small parts of a ticket as the schema shows them.

use async_graphql::{ID, SimpleObject};

use super::enums::{CallbackClass, DeadlineKind};
use crate::domains::identity::graphql::enums::Trade;
use crate::domains::tickets::model::deadlines;
use crate::graphql::id::wire_id;
use crate::graphql::scalars::DateTime;

/// A kind of work that tickets are sorted by (报修类别).
#[derive(SimpleObject, Clone)]
pub struct Category {
    /// Opaque id.
    pub id: ID,
    /// Stable code.
    pub code: String,
    /// Chinese name.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
    /// The trade that does it.
    pub trade: Trade,
    /// Which rule dates its callback.
    pub callback_class: CallbackClass,
    /// Whether new tickets may have it.
    pub active: bool,
}

impl From<entities::ticket_category::Model> for Category {
    fn from(row: entities::ticket_category::Model) -> Self {
        Self {
            id: wire_id(row.id),
            code: row.code,
            name_zh: row.name_zh,
            name_en: row.name_en,
            trade: row.trade.into(),
            callback_class: row.callback_class.into(),
            active: row.active,
        }
    }
}

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
