//! Figures of fees in the schema.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use entities::values::{Money as Amount, PayerId, UnitId};

use super::charges::ChargeFilterInput;
use crate::connection;
use crate::domains::billing::model::collection_rate;
use crate::domains::billing::service::{self, ArrearsRow, ChargeFilter, CollectionGrouping, CollectionRow};
use crate::error::Error;
use crate::graphql::connection::{Page, Window};
use crate::graphql::id::wire_id;
use crate::graphql::money::Money;
use crate::graphql::request;
use crate::graphql::scalars::{Date, Decimal};

/// What the rows of the collection report stand for.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
pub enum CollectionGroup {
    /// One row for each item.
    Item,
    /// One row for each community.
    Community,
    /// One row for each building.
    Building,
    /// One row for each period, by its first day.
    Period,
}

/// Which charges the collection report adds up, and what its rows stand for.
#[derive(InputObject, SimpleObject, Clone, Default)]
#[graphql(name = "CollectionReportFilter", input_name = "CollectionReportInput")]
pub struct CollectionReportInput {
    /// Rows by these; one row for each currency when empty.
    #[graphql(default)]
    group_by: Vec<CollectionGroup>,
    /// Which charges, as `charges` takes it: the same filter lists them.
    charges: Option<ChargeFilterInput>,
}

impl CollectionReportInput {
    /// What the rows stand for, and which charges they add up.
    pub fn read(&self) -> Result<(CollectionGrouping, ChargeFilter), Error> {
        let by = |group| self.group_by.contains(&group);
        let grouping = CollectionGrouping {
            item: by(CollectionGroup::Item),
            community: by(CollectionGroup::Community),
            building: by(CollectionGroup::Building),
            period: by(CollectionGroup::Period),
        };
        Ok((grouping, self.charges.clone().unwrap_or_default().read()?))
    }
}

impl From<(CollectionGrouping, ChargeFilter)> for CollectionReportInput {
    fn from((by, filter): (CollectionGrouping, ChargeFilter)) -> Self {
        let groups = [
            (by.item, CollectionGroup::Item),
            (by.community, CollectionGroup::Community),
            (by.building, CollectionGroup::Building),
            (by.period, CollectionGroup::Period),
        ];
        Self {
            group_by: groups.into_iter().filter(|(on, _)| *on).map(|(_, group)| group).collect(),
            charges: Some(filter.into()),
        }
    }
}

/// Which charges count as arrears.
#[derive(InputObject, SimpleObject, Clone, Default)]
#[graphql(name = "ArrearsReportFilter", input_name = "ArrearsReportInput")]
pub struct ArrearsReportInput {
    /// Which charges, as `charges` takes it; only those that were due and are open count.
    charges: Option<ChargeFilterInput>,
}

impl ArrearsReportInput {
    /// Which charges.
    pub fn read(&self) -> Result<ChargeFilter, Error> {
        self.charges.clone().unwrap_or_default().read()
    }
}

impl From<ChargeFilter> for ArrearsReportInput {
    fn from(filter: ChargeFilter) -> Self {
        Self { charges: Some(filter.into()) }
    }
}

/// A row of the collection report (收费报表).
#[derive(SimpleObject)]
pub struct CollectionFigures {
    /// The item, when grouped by it.
    pub fee_item_id: Option<ID>,
    /// The item's code.
    pub item_code: Option<String>,
    /// The item's Chinese name.
    pub item_name_zh: Option<String>,
    /// The item's English name.
    pub item_name_en: Option<String>,
    /// The community, when grouped by it.
    pub community_id: Option<ID>,
    /// The community's name.
    pub community_name: Option<String>,
    /// The building, when grouped by it.
    pub building_id: Option<ID>,
    /// The building's name.
    pub building_name: Option<String>,
    /// The first day of the period, when grouped by it.
    pub period_start: Option<Date>,
    /// What was billed, less what was taken back (应收).
    pub billed: Money,
    /// Unit-months that were billed (应收户次).
    pub billed_unit_months: i32,
    /// What of that was given up (减免).
    pub waived: Money,
    /// What of that was paid (实收).
    pub collected: Money,
    /// Unit-months of which nothing is owed any more (实收户次).
    pub collected_unit_months: i32,
    /// What is still owed (未收).
    pub outstanding: Money,
    /// Unit-months of which something is owed.
    pub outstanding_unit_months: i32,
    /// Collected ÷ billed, to four decimals; null when nothing was billed (收费率).
    pub collection_rate: Option<Decimal>,
    /// The same by unit-months: 1,031 of 1,152 are `"0.895"`.
    pub unit_month_rate: Option<Decimal>,
    /// What was paid since the report's first day of periods before it; apart from what was collected (清欠).
    pub recovered: Money,
}

fn rate(collected: i64, billed: i64) -> Option<Decimal> {
    collection_rate(collected, billed).map(|rate| Decimal::scaled(rate, 4))
}

fn count(number: i64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

impl From<CollectionRow> for CollectionFigures {
    fn from(row: CollectionRow) -> Self {
        let money = |amount| Money::new(amount, &row.currency);
        Self {
            fee_item_id: row.fee_item_id.map(wire_id),
            item_code: row.item_code,
            item_name_zh: row.item_name_zh,
            item_name_en: row.item_name_en,
            community_id: row.community_id.map(wire_id),
            community_name: row.community_name,
            building_id: row.building_id.map(wire_id),
            building_name: row.building_name,
            period_start: row.period_start.map(Date),
            billed: money(row.billed),
            billed_unit_months: count(row.billed_months),
            waived: money(row.waived),
            collected: money(row.collected),
            collected_unit_months: count(row.collected_months),
            outstanding: money(Amount(row.billed.0 - row.waived.0 - row.collected.0)),
            outstanding_unit_months: count(row.billed_months - row.collected_months),
            collection_rate: rate(row.collected.0, row.billed.0),
            unit_month_rate: rate(row.collected_months, row.billed_months),
            recovered: money(row.recovered),
        }
    }
}

/// What somebody owes for a unit, by how long it has been due (欠费账龄).
#[derive(SimpleObject)]
pub struct Arrears {
    /// Who owes it.
    pub payer_id: ID,
    /// The payer's name.
    pub payer_name: String,
    /// The unit; null for work in public places.
    pub unit_id: Option<ID>,
    /// The community's name.
    pub community_name: String,
    /// The building's name.
    pub building_name: Option<String>,
    /// The unit's number.
    pub unit_number: Option<String>,
    /// The oldest due day.
    pub oldest_due_on: Date,
    /// How many charges; `charges(filter: { payerId, unitId, open: true })` are they.
    pub charge_count: i32,
    /// What is owed in all.
    pub total: Money,
    /// Due for 1 to 30 days.
    pub month: Money,
    /// For 31 to 90 days.
    pub quarter: Money,
    /// For 91 to 180 days.
    pub half_year: Money,
    /// For 181 to 365 days.
    pub year: Money,
    /// For 366 to 730 days.
    pub two_years: Money,
    /// For 731 to 1,095 days.
    pub three_years: Money,
    /// For more than three years.
    pub older: Money,
}

impl From<ArrearsRow> for Arrears {
    fn from(row: ArrearsRow) -> Self {
        let money = |amount| Money::new(amount, &row.currency);
        Self {
            payer_id: wire_id(row.payer_id),
            payer_name: row.payer_name,
            unit_id: row.unit_id.map(wire_id),
            community_name: row.community_name,
            building_name: row.building_name,
            unit_number: row.unit_number,
            oldest_due_on: Date(row.oldest_due_on),
            charge_count: count(row.charges),
            total: money(row.total),
            month: money(row.month),
            quarter: money(row.quarter),
            half_year: money(row.half_year),
            year: money(row.year),
            two_years: money(row.two_years),
            three_years: money(row.three_years),
            older: money(row.older),
        }
    }
}

/// How to count arrears.
pub struct ArrearsCount(ChargeFilter);

impl ArrearsCount {
    async fn count(&self, context: &Context<'_>) -> Result<i64> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        Ok(service::count_arrears(app, viewer, &self.0).await?)
    }
}

connection! {
    /// Arrears by payer and unit.
    ArrearsConnection, ArrearsEdge, Arrears, count: ArrearsCount
}

/// Queries of figures.
#[derive(Default)]
pub struct FeeReportQuery;

#[Object]
impl FeeReportQuery {
    /// What was billed, collected and is owed, by item, community, building and period, by amount and unit-months; late
    /// fees are left out. For staff who see fees (收费报表).
    #[graphql(complexity = "50 + child_complexity")]
    async fn collection_report(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which charges, and what the rows stand for.")] input: Option<CollectionReportInput>,
    ) -> Result<Vec<CollectionFigures>> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let (by, filter) = input.unwrap_or_default().read()?;
        Ok(service::collection(app, viewer, by, &filter).await?.into_iter().map(Into::into).collect())
    }

    /// Who owes what was due, by payer and unit, with its age; late fees count. For staff who see fees (欠费).
    #[graphql(complexity = "2 + first.unwrap_or(20).clamp(0, 100) as usize * child_complexity")]
    async fn arrears(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which charges.")] input: Option<ArrearsReportInput>,
        #[graphql(desc = "How many rows, 20 unless said, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Cursor after which the page starts.")] after: Option<String>,
    ) -> Result<ArrearsConnection> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let filter = input.unwrap_or_default().read()?;
        let window: Window<(PayerId, Option<UnitId>)> = Window::new(first, after.as_deref())?;
        let rows = service::arrears(app, viewer, &filter, window.after, window.fetch()).await?;
        let page = Page::new(&window, rows, |row: &ArrearsRow| (row.payer_id, row.unit_id))?;
        Ok(ArrearsConnection::new(page, ArrearsCount(filter)))
    }
}
