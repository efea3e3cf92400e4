//! The collection report and arrears as files.

use async_trait::async_trait;
use entities::values::{Money, PayerId, UnitId};

use super::super::model::collection_rate;
use super::super::repo::{ArrearsRow, ChargeFilter, CollectionGrouping, CollectionRow};
use super::reports;
use crate::domains::identity::Viewer;
use crate::error::{Error, Locale};
use crate::infra::export::{Cell, Column, Eyes, Head, Rows, pick};
use crate::state::App;

fn fen(amount: Money) -> Cell {
    Cell::Scaled(amount.0, 2)
}

fn rate(collected: i64, billed: i64) -> Cell {
    collection_rate(collected, billed).map_or(Cell::Empty, |rate| Cell::Scaled(rate, 4))
}

const COLLECTION: &[Column<CollectionRow, Viewer>] = &[
    Column {
        key: "communityName",
        title: ("小区", "Community"),
        width: 18,
        cell: |row, _| Cell::text(row.community_name.as_deref()),
    },
    Column {
        key: "buildingName",
        title: ("楼栋", "Building"),
        width: 12,
        cell: |row, _| Cell::text(row.building_name.as_deref()),
    },
    Column {
        key: "item",
        title: ("收费项目", "Item"),
        width: 16,
        cell: |row, eyes| {
            Cell::text(match eyes.locale {
                Locale::Chinese => row.item_name_zh.as_deref(),
                Locale::English => row.item_name_en.as_deref(),
            })
        },
    },
    Column { key: "periodStart", title: ("期间", "Period"), width: 12, cell: |row, _| Cell::day(row.period_start) },
    Column { key: "billed", title: ("应收", "Billed"), width: 14, cell: |row, _| fen(row.billed) },
    Column {
        key: "billedUnitMonths",
        title: ("应收户次", "Unit-months billed"),
        width: 12,
        cell: |row, _| Cell::Whole(row.billed_months),
    },
    Column { key: "waived", title: ("减免", "Waived"), width: 12, cell: |row, _| fen(row.waived) },
    Column { key: "collected", title: ("实收", "Collected"), width: 14, cell: |row, _| fen(row.collected) },
    Column {
        key: "collectedUnitMonths",
        title: ("实收户次", "Unit-months collected"),
        width: 12,
        cell: |row, _| Cell::Whole(row.collected_months),
    },
    Column {
        key: "outstanding",
        title: ("未收", "Outstanding"),
        width: 14,
        cell: |row, _| fen(Money(row.billed.0 - row.waived.0 - row.collected.0)),
    },
    Column {
        key: "collectionRate",
        title: ("收费率", "Rate"),
        width: 10,
        cell: |row, _| rate(row.collected.0, row.billed.0),
    },
    Column {
        key: "unitMonthRate",
        title: ("户次收费率", "Rate by unit-months"),
        width: 12,
        cell: |row, _| rate(row.collected_months, row.billed_months),
    },
    Column { key: "recovered", title: ("清欠", "Recovered"), width: 12, cell: |row, _| fen(row.recovered) },
];

const ARREARS: &[Column<ArrearsRow, Viewer>] = &[
    Column {
        key: "communityName",
        title: ("小区", "Community"),
        width: 18,
        cell: |row, _| Cell::Text(row.community_name.clone()),
    },
    Column {
        key: "buildingName",
        title: ("楼栋", "Building"),
        width: 12,
        cell: |row, _| Cell::text(row.building_name.as_deref()),
    },
    Column {
        key: "unitNumber",
        title: ("房号", "Unit"),
        width: 10,
        cell: |row, _| Cell::text(row.unit_number.as_deref()),
    },
    Column {
        key: "payerName",
        title: ("缴费人", "Payer"),
        width: 14,
        cell: |row, _| Cell::Text(row.payer_name.clone()),
    },
    Column {
        key: "oldestDueOn",
        title: ("最早到期", "Oldest due"),
        width: 12,
        cell: |row, _| Cell::day(Some(row.oldest_due_on)),
    },
    Column { key: "chargeCount", title: ("笔数", "Charges"), width: 8, cell: |row, _| Cell::Whole(row.charges) },
    Column { key: "total", title: ("欠费合计", "Total"), width: 14, cell: |row, _| fen(row.total) },
    Column { key: "month", title: ("30天内", "Up to 30 days"), width: 12, cell: |row, _| fen(row.month) },
    Column { key: "quarter", title: ("31-90天", "31–90 days"), width: 12, cell: |row, _| fen(row.quarter) },
    Column { key: "halfYear", title: ("91-180天", "91–180 days"), width: 12, cell: |row, _| fen(row.half_year) },
    Column { key: "year", title: ("181-365天", "181–365 days"), width: 12, cell: |row, _| fen(row.year) },
    Column { key: "twoYears", title: ("1-2年", "1–2 years"), width: 12, cell: |row, _| fen(row.two_years) },
    Column { key: "threeYears", title: ("2-3年", "2–3 years"), width: 12, cell: |row, _| fen(row.three_years) },
    Column { key: "older", title: ("3年以上", "Over 3 years"), width: 12, cell: |row, _| fen(row.older) },
];

/// The columns of the collection report.
pub fn collection_heads(locale: Locale) -> Vec<Head> {
    COLLECTION.iter().map(|column| column.head(locale)).collect()
}

/// The columns of arrears.
pub fn arrears_heads(locale: Locale) -> Vec<Head> {
    ARREARS.iter().map(|column| column.head(locale)).collect()
}

struct Collected {
    app: App,
    eyes: Eyes<Viewer>,
    by: CollectionGrouping,
    filter: ChargeFilter,
    columns: Vec<&'static Column<CollectionRow, Viewer>>,
    read: bool,
}

/// The collection report as its reader sees it: one page.
pub fn collection_rows(
    app: &App,
    eyes: Eyes<Viewer>,
    (by, filter): (CollectionGrouping, ChargeFilter),
    columns: &[String],
) -> Result<Box<dyn Rows>, Error> {
    reports::figures(&eyes.viewer)?;
    let columns = pick(COLLECTION, columns)?;
    Ok(Box::new(Collected { app: app.clone(), eyes, by, filter, columns, read: false }))
}

impl Collected {
    async fn all(&self) -> Result<Vec<Vec<Cell>>, Error> {
        let rows = reports::collection(&self.app, &self.eyes.viewer, self.by, &self.filter).await?;
        Ok(rows.iter().map(|row| self.columns.iter().map(|column| (column.cell)(row, &self.eyes)).collect()).collect())
    }
}

#[async_trait]
impl Rows for Collected {
    fn heads(&self) -> Vec<Head> {
        self.columns.iter().map(|column| column.head(self.eyes.locale)).collect()
    }

    fn rights(&self) -> String {
        format!("{:?}", reports::figures(&self.eyes.viewer).ok())
    }

    async fn total(&self) -> Result<i64, Error> {
        Ok(i64::try_from(self.all().await?.len()).unwrap_or(i64::MAX))
    }

    async fn next(&mut self, _limit: u64) -> Result<Vec<Vec<Cell>>, Error> {
        if std::mem::replace(&mut self.read, true) { Ok(Vec::new()) } else { self.all().await }
    }
}

struct Owing {
    app: App,
    eyes: Eyes<Viewer>,
    filter: ChargeFilter,
    columns: Vec<&'static Column<ArrearsRow, Viewer>>,
    after: Option<(PayerId, Option<UnitId>)>,
}

/// Arrears as their reader sees them.
pub fn arrears_rows(
    app: &App,
    eyes: Eyes<Viewer>,
    filter: ChargeFilter,
    columns: &[String],
) -> Result<Box<dyn Rows>, Error> {
    reports::figures(&eyes.viewer)?;
    let columns = pick(ARREARS, columns)?;
    Ok(Box::new(Owing { app: app.clone(), eyes, filter, columns, after: None }))
}

#[async_trait]
impl Rows for Owing {
    fn heads(&self) -> Vec<Head> {
        self.columns.iter().map(|column| column.head(self.eyes.locale)).collect()
    }

    fn rights(&self) -> String {
        format!("{:?}", reports::figures(&self.eyes.viewer).ok())
    }

    async fn total(&self) -> Result<i64, Error> {
        reports::count_arrears(&self.app, &self.eyes.viewer, &self.filter).await
    }

    async fn next(&mut self, limit: u64) -> Result<Vec<Vec<Cell>>, Error> {
        let rows = reports::arrears(&self.app, &self.eyes.viewer, &self.filter, self.after, limit).await?;
        if let Some(last) = rows.last() {
            self.after = Some((last.payer_id, last.unit_id));
        }
        Ok(rows.iter().map(|row| self.columns.iter().map(|column| (column.cell)(row, &self.eyes)).collect()).collect())
    }
}
