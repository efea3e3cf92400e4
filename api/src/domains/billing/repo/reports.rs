//! Figures of what was billed, collected and is still owed.

use chrono::{Datelike as _, Months, NaiveDate};
use entities::values::{BuildingId, CommunityId, FeeItemId, Money, PayerId, UnitId};
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde::{Deserialize, Serialize};

use super::charges::{ChargeFilter, charges_match};
use super::limited;
use crate::db::{Fault, Sql};
use crate::domains::estate::in_scope;
use crate::domains::identity::Scope;

/// What the rows of the collection report stand for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CollectionGrouping {
    /// One row for each item.
    pub item: bool,
    /// One row for each community.
    pub community: bool,
    /// One row for each building.
    pub building: bool,
    /// One row for each first day of a period.
    pub period: bool,
}

/// A row of the collection report.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct CollectionRow {
    /// The item, when grouped by it.
    pub fee_item_id: Option<FeeItemId>,
    /// Its code.
    pub item_code: Option<String>,
    /// Its Chinese name.
    pub item_name_zh: Option<String>,
    /// Its English name.
    pub item_name_en: Option<String>,
    /// The community, when grouped by it.
    pub community_id: Option<CommunityId>,
    /// Its name.
    pub community_name: Option<String>,
    /// The building, when grouped by it.
    pub building_id: Option<BuildingId>,
    /// Its name.
    pub building_name: Option<String>,
    /// The first day of the period, when grouped by it.
    pub period_start: Option<NaiveDate>,
    /// The currency.
    pub currency: String,
    /// What was billed, less what was taken back.
    pub billed: Money,
    /// What of that was given up.
    pub waived: Money,
    /// What of that was paid.
    pub collected: Money,
    /// Unit-months (户次) that were billed.
    pub billed_months: i64,
    /// Unit-months of which nothing is owed any more.
    pub collected_months: i64,
    /// What was paid within the report's days of periods before it.
    pub recovered: Money,
}

/// Rows whose columns are grouped by or null.
type Columns = [(bool, &'static str, &'static str, &'static str); 4];

fn columns(by: CollectionGrouping) -> Columns {
    [
        (
            by.item,
            "x.fee_item_id, i.code, i.name_zh, i.name_en",
            "x.fee_item_id, i.code AS item_code, i.name_zh AS item_name_zh, i.name_en AS item_name_en",
            "NULL AS fee_item_id, NULL AS item_code, NULL AS item_name_zh, NULL AS item_name_en",
        ),
        (
            by.community,
            "x.community_id, m.name",
            "x.community_id, m.name AS community_name",
            "NULL AS community_id, NULL AS community_name",
        ),
        (
            by.building,
            "x.building_id, b.name",
            "x.building_id, b.name AS building_name",
            "NULL AS building_id, NULL AS building_name",
        ),
        (by.period, "x.period_start", "x.period_start", "NULL AS period_start"),
    ]
}

/// Appends `SELECT` of the sums over the inner rows `x`, and their joins.
fn outer(sql: &mut Sql, by: CollectionGrouping) {
    let columns = columns(by);
    let selected: Vec<&str> = columns.iter().map(|(on, _, some, none)| if *on { *some } else { *none }).collect();
    sql.push("SELECT ").push(&selected.join(", ")).push(", m.currency");
    for (name, sum) in [
        ("billed", "x.billed"),
        ("waived", "x.waived"),
        ("collected", "x.paid"),
        ("billed_months", "CASE WHEN x.billed > 0 THEN x.months ELSE 0 END"),
        ("collected_months", "CASE WHEN x.billed > 0 AND x.billed = x.waived + x.paid THEN x.months ELSE 0 END"),
        ("recovered", "x.recovered"),
    ] {
        sql.push(", CAST(COALESCE(SUM(").push(sum).push("), 0) AS bigint) AS ").push(name);
    }
    sql.push("\nFROM (");
}

/// What was billed and collected of the periods that a filter names, by item, community, building and period; late fees
/// are left out. A unit-month counts once for each item, however many segments and revisions it has. What was paid of
/// earlier periods since `filter.from`, to the end of the month of `filter.to`, stands apart as recovered; not when grouped
/// by period.
pub async fn collection(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    by: CollectionGrouping,
    filter: &ChargeFilter,
) -> Result<Vec<CollectionRow>, Fault> {
    let mut sql = Sql::default();
    outer(&mut sql, by);
    sql.push("SELECT c.fee_item_id, c.community_id, u.building_id, c.period_start, MAX(c.months) AS months,");
    sql.push(" SUM(c.amount - c.credited) AS billed, SUM(c.waived) AS waived, SUM(c.paid) AS paid, 0 AS recovered");
    sql.push(" FROM charge c LEFT JOIN unit u ON u.id = c.unit_id WHERE c.source <> 'LATE_FEE' AND ");
    in_scope(&mut sql, scope, "c.org_id", "c.community_id", None);
    charges_match(&mut sql, filter);
    sql.push(" GROUP BY c.fee_item_id, c.community_id, u.building_id, c.unit_id, c.period_start");
    if let (Some(from), false) = (filter.from, by.period) {
        sql.push(" UNION ALL SELECT c.fee_item_id, c.community_id, u.building_id, NULL AS period_start, 0 AS months,");
        sql.push(" 0 AS billed, 0 AS waived, 0 AS paid, SUM(a.amount) AS recovered FROM allocation a");
        sql.push(" JOIN charge c ON c.id = a.charge_id LEFT JOIN unit u ON u.id = c.unit_id");
        sql.push(" WHERE c.source <> 'LATE_FEE' AND ");
        in_scope(&mut sql, scope, "c.org_id", "c.community_id", None);
        let older = ChargeFilter { from: None, to: None, open: false, ..filter.clone() };
        charges_match(&mut sql, &older);
        sql.with(" AND c.period_start < ", from).with(" AND a.on_day >= ", from);
        let next_month = |to: NaiveDate| to.with_day(1)?.checked_add_months(Months::new(1));
        if let Some(end) = filter.to.and_then(next_month) {
            sql.with(" AND a.on_day < ", end);
        }
        sql.push(" GROUP BY c.fee_item_id, c.community_id, u.building_id");
    }
    sql.push(") x JOIN fee_item i ON i.id = x.fee_item_id JOIN community m ON m.id = x.community_id");
    sql.push(" LEFT JOIN building b ON b.id = x.building_id GROUP BY m.currency");
    for (_, group, ..) in columns(by).iter().filter(|(on, ..)| *on) {
        sql.push(", ").push(group);
    }
    sql.push(" ORDER BY m.currency");
    for (_, group, ..) in columns(by).iter().filter(|(on, ..)| *on) {
        sql.push(", ").push(group);
    }
    sql.all(connection).await
}

/// What somebody owes for a unit, by age.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct ArrearsRow {
    /// Who owes it.
    pub payer_id: PayerId,
    /// The payer's name.
    pub payer_name: String,
    /// The unit; none for work in public places.
    pub unit_id: Option<UnitId>,
    /// The community's name.
    pub community_name: String,
    /// The building's name.
    pub building_name: Option<String>,
    /// The unit's number.
    pub unit_number: Option<String>,
    /// The currency.
    pub currency: String,
    /// The oldest due day.
    pub oldest_due_on: NaiveDate,
    /// Charges.
    pub charges: i64,
    /// What is owed and was due.
    pub total: Money,
    /// Up to 30 days late.
    pub month: Money,
    /// 31 to 90.
    pub quarter: Money,
    /// 91 to 180.
    pub half_year: Money,
    /// 181 to 365.
    pub year: Money,
    /// 366 to 730.
    pub two_years: Money,
    /// 731 to 1,095.
    pub three_years: Money,
    /// More.
    pub older: Money,
}

/// The first due days of the ages, from the youngest to the oldest: the day before `0` is not late.
pub type Ages = [NaiveDate; 6];

fn aged(sql: &mut Sql, today: NaiveDate, ages: Ages) {
    const NAMES: [&str; 7] = ["month", "quarter", "half_year", "year", "two_years", "three_years", "older"];
    let open = "c.amount - c.credited - c.waived - c.paid";
    for (index, name) in NAMES.iter().enumerate() {
        sql.push(", CAST(COALESCE(SUM(CASE WHEN c.due_on < ");
        sql.bind(if index == 0 { today } else { ages[index - 1] });
        if let Some(first) = ages.get(index) {
            sql.with(" AND c.due_on >= ", *first);
        }
        sql.push(" THEN ").push(open).push(" ELSE 0 END), 0) AS bigint) AS ").push(name);
    }
}

fn overdue(sql: &mut Sql, scope: &Scope, filter: &ChargeFilter, today: NaiveDate) {
    in_scope(sql, scope, "c.org_id", "c.community_id", None);
    charges_match(sql, &ChargeFilter { open: true, ..filter.clone() });
    sql.with(" AND c.due_on < ", today);
}

/// Who owes what was due, by payer and unit, after `after`.
pub async fn arrears(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    filter: &ChargeFilter,
    (today, ages): (NaiveDate, Ages),
    after: Option<(PayerId, Option<UnitId>)>,
    limit: u64,
) -> Result<Vec<ArrearsRow>, Fault> {
    let mut sql = Sql::new("SELECT c.payer_id, p.name AS payer_name, c.unit_id, m.name AS community_name");
    sql.push(", b.name AS building_name, u.number AS unit_number, m.currency, MIN(c.due_on) AS oldest_due_on");
    sql.push(", COUNT(*) AS charges, CAST(SUM(c.amount - c.credited - c.waived - c.paid) AS bigint) AS total");
    aged(&mut sql, today, ages);
    sql.push(" FROM charge c JOIN payer p ON p.id = c.payer_id JOIN community m ON m.id = c.community_id");
    sql.push(" LEFT JOIN unit u ON u.id = c.unit_id LEFT JOIN building b ON b.id = u.building_id WHERE ");
    overdue(&mut sql, scope, filter, today);
    match after {
        Some((payer, Some(unit))) => {
            sql.with(" AND (c.payer_id > ", payer).with(" OR c.payer_id = ", payer);
            sql.with(" AND (c.unit_id > ", unit).push(" OR c.unit_id IS NULL))");
        }
        // Work in public places comes after the units of its payer.
        Some((payer, None)) => {
            sql.with(" AND c.payer_id > ", payer);
        }
        None => {}
    }
    sql.push(" GROUP BY c.payer_id, p.name, c.unit_id, m.name, b.name, u.number, m.currency");
    sql.push(" ORDER BY c.payer_id, CASE WHEN c.unit_id IS NULL THEN 1 ELSE 0 END, c.unit_id LIMIT ");
    sql.bind(limited(limit)).all(connection).await
}

/// How many payers and units owe what was due.
pub async fn count_arrears(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    filter: &ChargeFilter,
    today: NaiveDate,
) -> Result<i64, Fault> {
    let mut sql = Sql::new("SELECT COUNT(*) FROM (SELECT c.payer_id, c.unit_id FROM charge c");
    sql.push(" LEFT JOIN unit u ON u.id = c.unit_id WHERE ");
    overdue(&mut sql, scope, filter, today);
    sql.push(" GROUP BY c.payer_id, c.unit_id) owing").number(connection).await
}
