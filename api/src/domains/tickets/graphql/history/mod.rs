//! A ticket's history as people read it: one sentence an event, and what it changed, field by field.

pub mod texts;
mod told;

pub use told::{Reader, staff_in};

use async_graphql::SimpleObject;

/// What an event changed in one field.
#[derive(SimpleObject, Clone, Debug, PartialEq, Eq)]
pub struct FieldChange {
    /// The field, such as `state` or `assignee`. New fields may appear.
    pub field: String,
    /// Its name in the reader's language.
    pub label: String,
    /// The value before, in the reader's language; null when there was none or it is not known.
    pub before: Option<String>,
    /// The value after; null when there is none any more.
    pub after: Option<String>,
}
