//! Units by building and number.

use chrono::{DateTime, NaiveDate, Utc};
use entities::values::{Area, BuildingId, CommunityId, OrganizationId, TypedId as _, UnitId, UnitUsage};
use sea_orm::{FromQueryResult, Value};

use crate::clock::Clock;
use crate::db::{Fault, Sql, Tx};
use crate::infra::bulk::repo::{Ensured, Insert, Natural, ensure};

const UNIT: Natural = Natural {
    table: "unit",
    parent: "building_id",
    name: "number",
    rest: &["org_id", "community_id", "floor", "area", "usage", "delivered_on", "created_at"],
};
/// Units read or filled by one statement.
const UNITS: usize = 500;

/// A unit that an importer knows of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewUnit {
    /// Whose it is.
    pub organization: OrganizationId,
    /// Where it is.
    pub community: CommunityId,
    /// Where it is.
    pub building: BuildingId,
    /// Its number, unique within the building.
    pub number: String,
    /// The storey; below 0 under ground.
    pub floor: Option<i32>,
    /// Floor area.
    pub area: Option<Area>,
    /// What it is used for.
    pub usage: UnitUsage,
    /// The day it was handed over to its first owner.
    pub delivered_on: Option<NaiveDate>,
}

impl NewUnit {
    fn rest(&self, now: DateTime<Utc>) -> [Value; 7] {
        [
            self.organization.uuid().into(),
            self.community.uuid().into(),
            self.floor.into(),
            self.area.map(|area| area.0).into(),
            self.usage.as_str().into(),
            self.delivered_on.into(),
            now.into(),
        ]
    }
}

/// Inserts units by the hundred thousand; those that stand already are passed over without being read.
pub struct UnitInsert {
    insert: Insert,
    now: DateTime<Utc>,
}

impl UnitInsert {
    /// An insert made at this moment.
    pub fn new(tx: &Tx, clock: &Clock) -> Self {
        let columns: Vec<_> = ["id", UNIT.parent, UNIT.name].iter().chain(UNIT.rest).copied().collect();
        Self { insert: Insert::into(tx, UNIT.table, &columns), now: clock.now() }
    }

    /// Adds a unit.
    pub async fn unit(&mut self, tx: &Tx, id: UnitId, unit: &NewUnit) -> Result<(), Fault> {
        let own: [Value; 3] = [id.uuid().into(), unit.building.uuid().into(), unit.number.as_str().into()];
        self.insert.row(tx, own.into_iter().chain(unit.rest(self.now))).await
    }

    /// How many were inserted in all.
    pub async fn finish(self, tx: &Tx) -> Result<u64, Fault> {
        self.insert.finish(tx).await
    }
}

/// Finds each unit by building and number, or makes it.
pub async fn ensure_units(tx: &Tx, clock: &Clock, units: &[NewUnit]) -> Result<Ensured<UnitId>, Fault> {
    let keys: Vec<_> = units.iter().map(|unit| (unit.building, unit.number.as_str())).collect();
    ensure(tx, clock, &UNIT, &keys, |index| units[index].rest(clock.now()).into()).await
}

/// What is stored about a unit.
#[derive(Clone, PartialEq, Eq, Debug, FromQueryResult)]
pub struct StoredUnit {
    /// Which.
    pub id: UnitId,
    /// The storey.
    pub floor: Option<i32>,
    /// Floor area.
    pub area: Option<Area>,
    /// What it is used for.
    pub usage: UnitUsage,
    /// The day it was handed over.
    pub delivered_on: Option<NaiveDate>,
}

/// What is stored about these units.
pub async fn stored_units(tx: &Tx, ids: &[UnitId]) -> Result<Vec<StoredUnit>, Fault> {
    let mut stored = Vec::with_capacity(ids.len());
    for ids in ids.chunks(UNITS) {
        let mut sql = Sql::new("SELECT id, floor, area, usage, delivered_on FROM unit WHERE id IN ");
        stored.extend(sql.list(ids.iter().map(|id| id.uuid())).all::<StoredUnit>(tx).await?);
    }
    Ok(stored)
}

/// Writes the facts that units lack; a fact that somebody stored meanwhile stays.
pub async fn fill_units(tx: &Tx, units: &[StoredUnit]) -> Result<(), Fault> {
    for units in units.chunks(UNITS) {
        let mut sql = Sql::new(
            "UPDATE unit SET floor = COALESCE(unit.floor, known.column2), area = COALESCE(unit.area, known.column3), \
             delivered_on = COALESCE(unit.delivered_on, known.column4) FROM (VALUES ",
        );
        for (index, unit) in units.iter().enumerate() {
            sql.with(if index == 0 { "(" } else { ", (" }, unit.id.uuid()).with(", ", unit.floor);
            sql.with(", ", unit.area.map(|area| area.0)).with(", ", unit.delivered_on).push(")");
        }
        sql.push(") AS known WHERE unit.id = known.column1").run(tx).await?;
    }
    Ok(())
}
