//! `linli import cases`: the cases of a city's 311 service as history.
//!
//! A case becomes a ticket with origin IMPORTED, which the rules of the state machine do not touch: it has no history
//! events of its own (version 0, 32 zero bytes as hash). Whoever calls this records the run as one event with the
//! file's digest. A ticket is recognised by its case number, so a second run changes nothing.
//!
//! | of the case | of the ticket |
//! |---|---|
//! | neighborhood; blank is "Unknown" | community |
//! | Location; blank is none | building |
//! | TYPE | category |
//! | Source | channel |
//! | OPEN_DT, TARGET_DT, CLOSED_DT, local | submitted, completion due, completed and closed |
//! | CASE_TITLE, CLOSURE_REASON | description, words of the outcome |

mod case;
mod category;
mod model;
mod parse;
mod repo;
mod write;

use std::ops::AddAssign;

use chrono_tz::Tz;
use entities::values::{BuildingId, CategoryId, CommunityId, OrganizationId};

use crate::clock::Clock;
use crate::db::{Db, Tx};
use crate::error::Error;
use crate::infra::bulk::{
    self, Cells, Column, Distinct, FileRun, Import, ImportError, Outcome, RowProblem, Tally, Unknown,
};

pub use case::{CaseColumn, CaseRow};

/// What the file does not say.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CasesOptions {
    /// The organization that they belong to; made as a company when it is missing.
    pub organization: String,
    /// In which the file's times are, and of every community that is made.
    pub time_zone: Tz,
    /// Currency of every community that is made, as ISO 4217 has it.
    pub currency: String,
}

/// What was written.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CasesCounts {
    /// The organization; in `created` when it has no policies or staff yet: the caller seeds them.
    pub organizations: Distinct<OrganizationId>,
    /// Communities.
    pub communities: Distinct<CommunityId>,
    /// Buildings.
    pub buildings: Distinct<BuildingId>,
    /// Categories.
    pub categories: Distinct<CategoryId>,
    /// Tickets.
    pub tickets: Tally,
    /// Cases of the file, new or not, that were closed.
    pub closed: u64,
    /// Closed cases that had a target.
    pub closed_with_target: u64,
    /// Of these, closed after it.
    pub missed: u64,
}

impl AddAssign for CasesCounts {
    fn add_assign(&mut self, other: Self) {
        self.organizations += other.organizations;
        self.communities += other.communities;
        self.buildings += other.buildings;
        self.categories += other.categories;
        self.tickets += other.tickets;
        self.closed += other.closed;
        self.closed_with_target += other.closed_with_target;
        self.missed += other.missed;
    }
}

/// Imports cases as history.
pub async fn import_cases(
    db: &Db,
    clock: &Clock,
    file: &FileRun,
    options: CasesOptions,
) -> Result<Outcome<CasesCounts>, ImportError> {
    bulk::run(db, Cases { clock: clock.clone(), options }, file).await
}

struct Cases {
    clock: Clock,
    options: CasesOptions,
}

impl Import for Cases {
    type Column = CaseColumn;
    type Row = CaseRow;
    type Counts = CasesCounts;
    const COLUMNS: &'static [Column<CaseColumn>] = case::COLUMNS;
    const UNKNOWN: Unknown = Unknown::Ignored;
    const CHUNK: usize = 500;

    fn parse(&self, cells: Cells<'_, CaseColumn>) -> Result<CaseRow, Vec<RowProblem>> {
        parse::row(cells, self.options.time_zone)
    }

    fn key(&self, row: &CaseRow) -> Option<(CaseColumn, String)> {
        Some((CaseColumn::Id, row.id.clone()))
    }

    async fn write(&self, tx: &Tx, rows: &[CaseRow]) -> Result<CasesCounts, Error> {
        Ok(write::write(tx, &self.clock, &self.options, rows).await?)
    }
}
