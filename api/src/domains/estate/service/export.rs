//! The list of units as a file.

use async_trait::async_trait;
use entities::values::{UnitId, UnitUsage};

use super::super::repo::{self, UnitFilter, UnitRow};
use super::browse::scope;
use crate::domains::identity::{Scope, Viewer};
use crate::error::{Error, Locale};
use crate::infra::export::{Cell, Column, Eyes, Head, Rows, cells, heads, pick};
use crate::state::App;

type UnitColumn = Column<UnitRow, Viewer>;

const COLUMNS: &[UnitColumn] = &[
    Column {
        key: "communityName",
        title: ("小区", "Community"),
        width: 18,
        cell: |row, _| Cell::Text(row.community_name.clone()),
    },
    Column {
        key: "building",
        title: ("楼栋", "Building"),
        width: 12,
        cell: |row, _| Cell::Text(row.building_name.clone()),
    },
    Column { key: "number", title: ("房号", "Number"), width: 10, cell: |row, _| Cell::Text(row.number.clone()) },
    Column { key: "floor", title: ("楼层", "Floor"), width: 8, cell: |row, _| Cell::whole(row.floor) },
    Column {
        key: "area",
        title: ("面积（㎡）", "Area (m²)"),
        width: 12,
        cell: |row, _| row.area.map_or(Cell::Empty, |area| Cell::Scaled(area.0, 2)),
    },
    Column {
        key: "usage",
        title: ("用途", "Usage"),
        width: 12,
        cell: |row, eyes| Cell::Text(eyes.locale.pick(usage_name(row.usage)).to_owned()),
    },
    Column {
        key: "deliveredOn",
        title: ("交付日期", "Delivered"),
        width: 14,
        cell: |row, _| Cell::day(row.delivered_on),
    },
];

const fn usage_name(usage: UnitUsage) -> (&'static str, &'static str) {
    match usage {
        UnitUsage::Flat => ("住宅", "Flat"),
        UnitUsage::Shop => ("商铺", "Shop"),
        UnitUsage::Office => ("办公", "Office"),
        UnitUsage::Parking => ("车位", "Parking space"),
        UnitUsage::Storage => ("储藏室", "Storage room"),
    }
}

/// The columns of the list of units.
pub fn unit_heads(locale: Locale) -> Vec<Head> {
    heads(COLUMNS, locale)
}

struct UnitRows {
    app: App,
    eyes: Eyes<Viewer>,
    scope: Scope,
    filter: UnitFilter,
    columns: Vec<&'static UnitColumn>,
    after: Option<UnitId>,
}

/// The list of units as its reader sees it; refused as the list itself is.
pub fn unit_rows(
    app: &App,
    eyes: Eyes<Viewer>,
    filter: UnitFilter,
    columns: &[String],
) -> Result<Box<dyn Rows>, Error> {
    let scope = scope(app, &eyes.viewer)?;
    let columns = pick(COLUMNS, columns)?;
    Ok(Box::new(UnitRows { app: app.clone(), eyes, scope, filter, columns, after: None }))
}

#[async_trait]
impl Rows for UnitRows {
    fn heads(&self) -> Vec<Head> {
        heads(self.columns.iter().copied(), self.eyes.locale)
    }

    fn rights(&self) -> String {
        format!("{:?}", self.scope)
    }

    async fn total(&self) -> Result<i64, Error> {
        Ok(repo::count_units(self.app.db.read(), &self.scope, &self.filter).await?)
    }

    async fn next(&mut self, limit: u64) -> Result<Vec<Vec<Cell>>, Error> {
        let rows = repo::list_units(self.app.db.read(), &self.scope, &self.filter, self.after, limit).await?;
        if let Some(last) = rows.last() {
            self.after = Some(last.id);
        }
        Ok(cells(&rows, &self.columns, &self.eyes))
    }
}
