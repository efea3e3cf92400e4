//! `linli import readings`: what meters showed, as a list from whoever reads them.
//!
//! A row is a reading of a meter, known by the number on it or by unit and item, and is judged as one that is recorded by
//! hand: not before the last one, and lower only with a reason. A reading that is there is passed over.

mod parse;
mod write;

use std::ops::AddAssign;

use entities::values::OrganizationId;

use super::Books;
use crate::clock::Clock;
use crate::db::{Db, Tx};
use crate::error::Error;
use crate::infra::bulk::{
    self, Cells, Column, Distinct, FileRun, Import, ImportError, Outcome, Problems, RowProblem, Tally, Unknown,
};

use parse::{ReadingsColumn, ReadingsRow};

/// What was written.
#[derive(Debug, Default)]
pub struct ReadingsCounts {
    /// The organization.
    pub organizations: Distinct<OrganizationId>,
    /// Readings.
    pub readings: Tally,
    /// What does not fit to the readings that are there.
    problems: Problems,
}

impl AddAssign for ReadingsCounts {
    fn add_assign(&mut self, other: Self) {
        self.organizations += other.organizations;
        self.readings += other.readings;
        self.problems += other.problems;
    }
}

/// Imports readings of an organization's meters.
pub async fn import_readings(
    db: &Db,
    clock: &Clock,
    file: &FileRun,
    organization: &str,
) -> Result<Outcome<ReadingsCounts>, ImportError> {
    let books = Books::open(db, clock, organization).await?;
    bulk::run(db, Readings { clock: clock.clone(), books }, file).await
}

struct Readings {
    clock: Clock,
    books: Books,
}

impl Import for Readings {
    type Column = ReadingsColumn;
    type Row = ReadingsRow;
    type Counts = ReadingsCounts;
    const COLUMNS: &'static [Column<ReadingsColumn>] = parse::COLUMNS;
    const UNKNOWN: Unknown = Unknown::Refused;
    const CHUNK: usize = 1_000;

    fn parse(&self, cells: Cells<'_, ReadingsColumn>) -> Result<ReadingsRow, Vec<RowProblem>> {
        parse::row(&self.books, cells)
    }

    fn key(&self, row: &ReadingsRow) -> Option<(ReadingsColumn, String)> {
        Some((ReadingsColumn::Day, format!("{} {}", row.meter.0, row.read_on)))
    }

    fn found(counts: &mut ReadingsCounts) -> Problems {
        std::mem::take(&mut counts.problems)
    }

    async fn write(&self, tx: &Tx, rows: &[ReadingsRow]) -> Result<ReadingsCounts, Error> {
        write::write(tx, &self.clock, self.books.org, rows).await
    }
}
