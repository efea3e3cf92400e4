//! People around a ticket, as far as whoever sees the ticket sees them.

use async_graphql::{ID, SimpleObject};

use super::enums::{CallbackMethod, CallbackResult, CommentVisibility};
use super::history::FieldChange;
use crate::graphql::id::wire_id;
use crate::graphql::scalars::{Date, DateTime};

/// A member of staff as a ticket names it, assignee or helper: without what only colleagues may know.
#[derive(SimpleObject, Clone)]
pub struct Assignee {
    /// Opaque id of the member of staff.
    pub id: ID,
    /// The name.
    pub name: String,
    /// The phone; masked unless the viewer needs it.
    pub phone: Option<String>,
}

/// Something that happened to a ticket.
#[derive(SimpleObject)]
pub struct TicketEvent {
    /// Opaque id.
    pub id: ID,
    /// Its number within the ticket, from 1.
    pub seq: i32,
    /// What happened, such as `DISPATCHED` or `CALLED_BACK`. New kinds may appear.
    pub kind: String,
    /// State before.
    pub from_state: Option<String>,
    /// State after.
    pub to_state: Option<String>,
    /// Name of the member of staff who did it; null when a resident or the system did.
    pub staff_name: Option<String>,
    /// Whether the system did it by itself, as an automatic dispatch.
    pub automatic: bool,
    /// Whether the viewer did it.
    pub by_viewer: bool,
    /// The words that came with it, as far as the viewer may read them.
    pub words: Option<String>,
    /// The event in one sentence of the reader's language.
    pub summary: String,
    /// What it changed, field by field, in the reader's language; personal data as far as the viewer may see it.
    pub changes: Vec<FieldChange>,
    /// When it happened.
    pub occurred_at: DateTime,
    /// When it was recorded.
    pub recorded_at: DateTime,
}

/// What somebody wrote on a ticket.
#[derive(SimpleObject)]
pub struct TicketComment {
    /// Opaque id.
    pub id: ID,
    /// What was written.
    pub words: String,
    /// Who may read it.
    pub visibility: CommentVisibility,
    /// Name of the member of staff who wrote it; null when a resident did.
    pub staff_name: Option<String>,
    /// Whether the viewer wrote it.
    pub by_viewer: bool,
    /// When.
    pub created_at: DateTime,
}

/// One try of a callback (回访).
#[derive(SimpleObject)]
pub struct CallbackAttempt {
    /// Opaque id.
    pub id: ID,
    /// Which round of work it asked about, from 0.
    pub round: i32,
    /// By telephone or visit.
    pub method: CallbackMethod,
    /// What it found.
    pub result: CallbackResult,
    /// What was said.
    pub words: String,
    /// Name of who called.
    pub staff_name: Option<String>,
    /// When.
    pub tried_at: DateTime,
    /// The day, where the community is.
    pub local_day: Date,
}

/// A resident's judgement of one round of work (评价), each mark from 1 to 5.
#[derive(SimpleObject)]
pub struct TicketRating {
    /// Opaque id.
    pub id: ID,
    /// Which round of work it judges, from 0.
    pub round: i32,
    /// All in all.
    pub overall: i32,
    /// How quickly.
    pub speed: i32,
    /// How well.
    pub quality: i32,
    /// How kindly.
    pub attitude: i32,
    /// In words.
    pub words: Option<String>,
    /// When.
    pub created_at: DateTime,
}

impl From<entities::ticket_rating::Model> for TicketRating {
    fn from(row: entities::ticket_rating::Model) -> Self {
        Self {
            id: wire_id(row.id),
            round: row.round,
            overall: row.overall,
            speed: row.speed,
            quality: row.quality,
            attitude: row.attitude,
            words: row.words,
            created_at: row.created_at.into(),
        }
    }
}
