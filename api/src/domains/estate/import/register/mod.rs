//! `linli import register`: the household register (一户一档) of one community, as the company keeps it in Excel.
//!
//! A row is a person on a unit. Missing buildings and units are made, facts that a unit lacks are filled in, and the
//! residency is added as approved. A fact that is stored differently stays, and the difference is noted.
mod cells;
mod facts;
mod parse;
mod people;
mod target;
mod template;
mod write;

use std::collections::HashSet;
use std::ops::AddAssign;

use entities::values::{BuildingId, UnitId};

use crate::clock::Clock;
use crate::db::{Db, Tx};
use crate::error::Error;
use crate::infra::bulk::{
    self, Cells, Column, Distinct, FileRun, Import, ImportError, Outcome, Problems, RowProblem, Tally, Unknown,
};

pub use cells::{building as building_cell, date as date_cell};
pub use parse::{RegisterColumn, RegisterRow};
pub use people::phone as phone_cell;
pub use target::{CommunityName, Target};
pub use template::template;

/// What was written.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RegisterCounts {
    /// Buildings.
    pub buildings: Distinct<BuildingId>,
    /// Units.
    pub units: Distinct<UnitId>,
    /// Known units that got a fact they lacked.
    pub filled: HashSet<UnitId>,
    /// Residencies.
    pub residencies: Tally,
    /// Facts of the file that differ from what is stored; what is stored was kept.
    pub kept: Problems,
}

impl AddAssign for RegisterCounts {
    fn add_assign(&mut self, other: Self) {
        self.buildings += other.buildings;
        self.units += other.units;
        self.filled.extend(other.filled);
        self.residencies += other.residencies;
        self.kept += other.kept;
    }
}

/// Imports the household register of one community.
///
/// A residency begins at local midnight of the row's "from" date, else of its delivery date, else of 1970-01-01, which
/// stands for "unknown": the beginning is part of what a residency is recognised by, so it never depends on the day.
pub async fn import_register(
    db: &Db,
    clock: &Clock,
    file: &FileRun,
    community: Target,
) -> Result<Outcome<RegisterCounts>, ImportError> {
    bulk::run(db, Register { clock: clock.clone(), community }, file).await
}

struct Register {
    clock: Clock,
    community: Target,
}

impl Import for Register {
    type Column = RegisterColumn;
    type Row = RegisterRow;
    type Counts = RegisterCounts;
    const COLUMNS: &'static [Column<RegisterColumn>] = parse::COLUMNS;
    const UNKNOWN: Unknown = Unknown::Refused;
    const CHUNK: usize = 500;

    fn parse(&self, cells: Cells<'_, RegisterColumn>) -> Result<RegisterRow, Vec<RowProblem>> {
        parse::row(cells)
    }

    async fn write(&self, tx: &Tx, rows: &[RegisterRow]) -> Result<RegisterCounts, Error> {
        Ok(write::write(tx, &self.clock, &self.community, rows).await?)
    }
}
