//! What a case file holds.

use chrono::{DateTime, Utc};
use entities::values::Channel;

use crate::infra::bulk::Column;

/// A column of the case file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CaseColumn {
    /// The case's number.
    Id,
    /// Opened at.
    Opened,
    /// Should be closed by.
    Target,
    /// Closed at.
    Closed,
    /// Open or Closed.
    Status,
    /// What was done.
    ClosureReason,
    /// What it is about.
    Title,
    /// Its kind.
    Type,
    /// Address.
    Location,
    /// Part of the city.
    Neighborhood,
    /// By which way it came.
    Source,
}

use CaseColumn as C;

pub(super) const COLUMNS: &[Column<CaseColumn>] = &[
    Column { id: C::Id, headings: &["CASE_ENQUIRY_ID"], required: true },
    Column { id: C::Opened, headings: &["OPEN_DT"], required: true },
    Column { id: C::Target, headings: &["TARGET_DT"], required: true },
    Column { id: C::Closed, headings: &["CLOSED_DT"], required: true },
    Column { id: C::Status, headings: &["CASE_STATUS"], required: true },
    Column { id: C::ClosureReason, headings: &["CLOSURE_REASON"], required: false },
    Column { id: C::Title, headings: &["CASE_TITLE"], required: false },
    Column { id: C::Type, headings: &["TYPE"], required: true },
    Column { id: C::Location, headings: &["Location"], required: true },
    Column { id: C::Neighborhood, headings: &["neighborhood"], required: true },
    Column { id: C::Source, headings: &["Source"], required: true },
];

/// A case.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CaseRow {
    /// Its number in the other system.
    pub id: String,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// Year × 100 + month in which it was opened, by local time.
    pub month: i32,
    /// By when it should have been closed.
    pub target_at: Option<DateTime<Utc>>,
    /// When it was closed; `None` while it is open.
    pub closed_at: Option<DateTime<Utc>>,
    /// What was done.
    pub closure_reason: Option<String>,
    /// What it is about; its type, when it has no title.
    pub title: String,
    /// Its kind.
    pub category: String,
    /// Address.
    pub building: Option<String>,
    /// Part of the city.
    pub community: String,
    /// By which way it came.
    pub channel: Channel,
}
