//! Lists of tickets and contacts as files: their columns, and their rows by the pages that screens read.

mod contacts;
mod figures;
mod tickets;

pub use contacts::{contact_heads, contact_rows};
pub use figures::{contact_count_heads, contact_count_rows, on_time_heads, on_time_rows};
pub use tickets::{ticket_heads, ticket_rows};

use chrono_tz::Tz;

use super::super::model::labels::Label;
use crate::domains::identity::Viewer;
use crate::infra::export::{Cell, Eyes};

/// A name in the reader's language.
fn said(eyes: &Eyes<Viewer>, label: Label) -> Cell {
    Cell::Text(eyes.locale.pick(label).to_owned())
}

/// A community's time zone; every community has one that exists.
fn zone(name: &str) -> Tz {
    name.parse().unwrap_or(Tz::UTC)
}

/// A month as it stands in rows, such as 202601, as `2026-01`.
fn month(month: Option<i32>) -> Cell {
    month.map_or(Cell::Empty, |month| Cell::Text(format!("{:04}-{:02}", month / 100, month % 100)))
}
