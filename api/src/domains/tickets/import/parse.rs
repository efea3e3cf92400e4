//! A row of a case file; pure.

use chrono::{Datelike as _, NaiveDateTime};
use chrono_tz::Tz;
use entities::values::Channel;

use super::case::{CaseColumn, CaseRow};
use super::category;
use crate::infra::bulk::{Cells, RowProblem, at_most, collapse, instant};
use CaseColumn as C;

/// Local times: `01/31/2015 07:27:13 AM`.
const TIME: &str = "%m/%d/%Y %I:%M:%S %p";
/// Longest name, type or address, in characters.
const NAME: usize = 300;
/// Longest title or closure reason, in characters.
const WORDS: usize = 5_000;
/// The community of cases that name no neighborhood.
const UNKNOWN_COMMUNITY: &str = "Unknown";

/// Reads a row; the problems of every cell, if there are any.
///
/// Refused as contradictory: a case closed before it was opened, an open one with a time of closing, a closed one
/// without. A target before the opening is odd but no contradiction: the case was late from the start.
pub(super) fn row(mut cells: Cells<'_, CaseColumn>, zone: Tz) -> Result<CaseRow, Vec<RowProblem>> {
    let id = cells.required(C::Id, at_most(NAME));
    let opened = cells.required(C::Opened, time);
    let target = cells.optional(C::Target, time);
    let closed = cells.optional(C::Closed, time);
    let is_closed = cells.required(C::Status, status);
    let category = cells.required(C::Type, kind);
    let closure_reason = cells.optional(C::ClosureReason, at_most(WORDS));
    let title = cells.optional(C::Title, at_most(WORDS));
    let building = cells.optional(C::Location, name);
    let community = cells.optional(C::Neighborhood, name).unwrap_or_else(|| UNKNOWN_COMMUNITY.to_owned());
    let channel = channel(cells.text(C::Source));
    let [opened_at, target_at, closed_at] =
        [opened, target, closed].map(|local| local.map(|local| instant(zone, local)));
    if opened_at.zip(closed_at).is_some_and(|(opened, closed)| closed < opened) {
        cells.blame(C::Closed, "lies before the opening");
    }
    match (is_closed, cells.text(C::Closed).is_empty()) {
        (Some(true), true) => cells.blame(C::Closed, "is missing in a closed case"),
        (Some(false), false) => cells.blame(C::Closed, "is given in an open case"),
        _ => {}
    }
    let month = opened.map_or(0, |local| local.year() * 100 + i32::try_from(local.month()).unwrap_or(0));
    cells.finish(id.zip(opened_at).zip(category).map(|((id, opened_at), category)| CaseRow {
        id,
        opened_at,
        month,
        target_at,
        closed_at,
        closure_reason,
        title: title.map_or_else(|| category.clone(), |title| collapse(&title)),
        category,
        building,
        community,
        channel,
    }))
}

fn time(text: &str) -> Result<NaiveDateTime, String> {
    NaiveDateTime::parse_from_str(text, TIME)
        .map_err(|_| format!("“{text}” is not a time such as 01/31/2015 07:27:13 AM"))
}

fn status(text: &str) -> Result<bool, String> {
    match text {
        "Closed" => Ok(true),
        "Open" => Ok(false),
        other => Err(format!("“{other}” is neither Open nor Closed")),
    }
}

/// A name; the file has two blanks where a comma stood.
fn name(text: &str) -> Result<String, String> {
    at_most(NAME)(text).map(|text| collapse(&text))
}

fn kind(text: &str) -> Result<String, String> {
    match name(text)? {
        name if category::code(&name).is_empty() => Err(format!("“{text}” has no letters to make a code of")),
        name => Ok(name),
    }
}

fn channel(source: &str) -> Channel {
    match source {
        "Constituent Call" => Channel::Phone,
        "Self Service" => Channel::Web,
        "City Worker App" | "Employee Generated" => Channel::Staff,
        _ => Channel::Other,
    }
}

#[cfg(test)]
#[path = "parse_tests.rs"]
mod tests;
