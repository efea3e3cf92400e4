//! `linli import fees`: what was billed before the books begin, and what of it was collected.
//!
//! A row is a charge: unit, item, first day, months, amount, when it was due, who owes it, and what of it was paid on
//! which day. It becomes a charge with source IMPORTED on a bill of its unit, payer and first day. The ledger enters it
//! against the opening balance, and what was paid the other way round: what was earned and received before is in other
//! books. Runs leave alone what was taken over of the same unit, item and first day.

mod parse;
mod people;
mod rows;
mod write;

use std::ops::AddAssign;

use super::Books;
use crate::clock::Clock;
use crate::db::{Db, Tx};
use crate::error::Error;
use crate::infra::bulk::{
    self, Cells, Column, Distinct, FileRun, Import, ImportError, Outcome, Problems, RowProblem, Tally, Unknown,
    sha256_file,
};
use crate::infra::history::import_id;
use entities::values::{Money, OrganizationId, PayerId};
use uuid::Uuid;

use parse::{FeesColumn, FeesRow};

/// What was written.
#[derive(Debug, Default)]
pub struct FeesCounts {
    /// The organization.
    pub organizations: Distinct<OrganizationId>,
    /// Payers that were made.
    pub payers: Vec<PayerId>,
    /// Bills that were made.
    pub bills: u64,
    /// Charges.
    pub charges: Tally,
    /// What the new ones come to.
    pub billed: Money,
    /// What of that had been paid.
    pub paid: Money,
    /// What the file has otherwise than it is stored.
    problems: Problems,
}

impl AddAssign for FeesCounts {
    fn add_assign(&mut self, other: Self) {
        self.organizations += other.organizations;
        self.payers.extend(other.payers);
        self.bills += other.bills;
        self.charges += other.charges;
        self.billed = Money(self.billed.0.saturating_add(other.billed.0));
        self.paid = Money(self.paid.0.saturating_add(other.paid.0));
        self.problems += other.problems;
    }
}

/// Imports what an organization billed and collected before.
pub async fn import_fees(
    db: &Db,
    clock: &Clock,
    file: &FileRun,
    organization: &str,
) -> Result<Outcome<FeesCounts>, ImportError> {
    let books = Books::open(db, clock, organization).await?;
    let object = import_id(&sha256_file(&file.path)?, books.org);
    bulk::run(db, Fees { clock: clock.clone(), books, object }, file).await
}

struct Fees {
    clock: Clock,
    books: Books,
    /// The import, as the ledger names it.
    object: Uuid,
}

impl Import for Fees {
    type Column = FeesColumn;
    type Row = FeesRow;
    type Counts = FeesCounts;
    const COLUMNS: &'static [Column<FeesColumn>] = parse::COLUMNS;
    const UNKNOWN: Unknown = Unknown::Refused;
    const CHUNK: usize = 1_000;

    fn parse(&self, cells: Cells<'_, FeesColumn>) -> Result<FeesRow, Vec<RowProblem>> {
        parse::row(&self.books, cells)
    }

    fn key(&self, row: &FeesRow) -> Option<(FeesColumn, String)> {
        Some((FeesColumn::Period, format!("{} {} {}", row.unit.0, row.item.id.0, row.period_start)))
    }

    fn found(counts: &mut FeesCounts) -> Problems {
        std::mem::take(&mut counts.problems)
    }

    async fn write(&self, tx: &Tx, rows: &[FeesRow]) -> Result<FeesCounts, Error> {
        write::write(tx, &self.clock, (self.books.org, self.object), rows).await
    }
}
