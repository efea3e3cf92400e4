//! `linli import communities`: the residential communities of a city, as a public listing site shows them.
//!
//! Each row is a community with its company, fee range, and stated numbers of buildings and households. Buildings are
//! made as `1栋`, `2栋` …; households, when asked for, as placeholder units spread over the buildings. The list says
//! nothing about a single flat: numbers, floors and areas of these units are assumptions, good for trying things out. A
//! register that follows adds the real ones beside them, and does not overwrite an assumed area.

mod cells;
mod households;
mod parse;
mod write;

use std::ops::AddAssign;

use chrono_tz::Tz;
use entities::values::{Area, BuildingId, CommunityId, OrganizationId};

use crate::clock::Clock;
use crate::db::{Db, Tx};
use crate::error::Error;
use crate::infra::bulk::{
    self, Cells, Column, Distinct, FileRun, Import, ImportError, Outcome, RowProblem, Tally, Unknown,
};

pub use parse::{CommunityColumn, CommunityRow};

/// What the file does not say.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CommunitiesOptions {
    /// Time zone of every community.
    pub time_zone: Tz,
    /// Currency of the fees, as ISO 4217 has it.
    pub currency: String,
    /// Placeholder units for the stated households.
    pub units: Option<Households>,
}

/// How placeholder units are made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Households {
    /// Floor area of each; `None` leaves it unknown.
    pub area: Option<Area>,
}

/// What was written.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CommunitiesCounts {
    /// Organizations. `created` lists those that have no categories, policies or staff yet: the caller seeds them.
    pub organizations: Distinct<OrganizationId>,
    /// Communities.
    pub communities: Distinct<CommunityId>,
    /// Buildings.
    pub buildings: Distinct<BuildingId>,
    /// Placeholder units.
    pub units: Tally,
    /// Stated households that no unit was made for, because the number of buildings is unknown.
    pub homeless_households: u64,
}

impl AddAssign for CommunitiesCounts {
    fn add_assign(&mut self, other: Self) {
        self.organizations += other.organizations;
        self.communities += other.communities;
        self.buildings += other.buildings;
        self.units += other.units;
        self.homeless_households += other.homeless_households;
    }
}

/// Imports a list of communities.
pub async fn import_communities(
    db: &Db,
    clock: &Clock,
    file: &FileRun,
    options: CommunitiesOptions,
) -> Result<Outcome<CommunitiesCounts>, ImportError> {
    bulk::run(db, Communities { clock: clock.clone(), options }, file).await
}

struct Communities {
    clock: Clock,
    options: CommunitiesOptions,
}

impl Import for Communities {
    type Column = CommunityColumn;
    type Row = CommunityRow;
    type Counts = CommunitiesCounts;
    const COLUMNS: &'static [Column<CommunityColumn>] = parse::COLUMNS;
    const UNKNOWN: Unknown = Unknown::Ignored;
    /// Some 20,000 units: about a second.
    const CHUNK: usize = 10;

    fn parse(&self, cells: Cells<'_, CommunityColumn>) -> Result<CommunityRow, Vec<RowProblem>> {
        parse::row(cells)
    }

    fn key(&self, row: &CommunityRow) -> Option<(CommunityColumn, String)> {
        Some((CommunityColumn::Name, format!("{}\n{}", row.organization().name, row.name)))
    }

    async fn write(&self, tx: &Tx, rows: &[CommunityRow]) -> Result<CommunitiesCounts, Error> {
        Ok(write::write(tx, &self.clock, &self.options, rows).await?)
    }
}
