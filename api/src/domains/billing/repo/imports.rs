//! Every statement of the importers of fees. They act for the whole system, from the command line.

use chrono::NaiveDate;
use entities::values::{
    BillId, ChargeSource, CommunityId, FeeItemId, FeeKind, MeterId, Money, OrganizationId, PayerId, ReadingKind,
    ResidencyId, UnitId,
};
use entities::{meter_reading, payer};
use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::db::{Fault, Insert, Sql};

/// An organization's communities, each with its time zone.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct ImportCommunity {
    /// Which.
    pub id: CommunityId,
    /// Whose.
    pub org_id: OrganizationId,
    /// Its name.
    pub name: String,
    /// Its time zone.
    pub time_zone: String,
}

/// The communities of the organization of this name.
pub async fn import_communities(
    connection: &impl ConnectionTrait,
    organization: &str,
) -> Result<Vec<ImportCommunity>, Fault> {
    let mut sql = Sql::new("SELECT c.id, c.org_id, c.name, c.time_zone FROM community c");
    sql.push(" JOIN organization o ON o.id = c.org_id WHERE").with(" o.name = ", organization).all(connection).await
}

/// A unit by its names.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct ImportUnit {
    /// Which.
    pub id: UnitId,
    /// Where.
    pub community_id: CommunityId,
    /// Its building's name.
    pub building: String,
    /// Its number.
    pub number: String,
}

/// The units of an organization.
pub async fn import_units(connection: &impl ConnectionTrait, org: OrganizationId) -> Result<Vec<ImportUnit>, Fault> {
    let mut sql = Sql::new("SELECT u.id, u.community_id, b.name AS building, u.number FROM unit u");
    sql.push(" JOIN building b ON b.id = u.building_id WHERE").with(" u.org_id = ", org).all(connection).await
}

/// An item by its code.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct ImportItem {
    /// Which.
    pub id: FeeItemId,
    /// Where.
    pub community_id: CommunityId,
    /// Its code.
    pub code: String,
    /// How it comes to its amount.
    pub kind: FeeKind,
    /// Months of its period.
    pub cycle_months: i32,
    /// Days until it is due.
    pub due_days: i32,
}

/// The items of an organization, those that were retired too.
pub async fn import_items(connection: &impl ConnectionTrait, org: OrganizationId) -> Result<Vec<ImportItem>, Fault> {
    let mut sql =
        Sql::new("SELECT i.id, i.community_id, i.code, i.kind, i.cycle_months, i.due_days FROM fee_item i WHERE");
    sql.with(" i.org_id = ", org).all(connection).await
}

/// Somebody who may have owed a unit's fees.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct ImportPerson {
    /// Of which unit.
    pub unit_id: UnitId,
    /// The payer, if there is one.
    pub payer_id: Option<PayerId>,
    /// The entry of the register.
    pub residency_id: Option<ResidencyId>,
    /// The name.
    pub name: String,
    /// The phone.
    pub phone: Option<String>,
}

/// People of units: approved entries of their registers first, then whoever pays or was billed without one.
pub async fn import_people(connection: &impl ConnectionTrait, units: &[UnitId]) -> Result<Vec<ImportPerson>, Fault> {
    let mut sql = Sql::new("SELECT r.unit_id, p.id AS payer_id, r.id AS residency_id, r.name, r.phone, 0 AS place");
    sql.push(" FROM residency r LEFT JOIN payer p ON p.residency_id = r.id WHERE r.review_state = 'APPROVED'");
    sql.push(" AND r.unit_id IN ").list(units.iter().copied());
    for (table, place) in [("unit_payer", "1"), ("bill", "2")] {
        sql.push(" UNION SELECT x.unit_id, p.id AS payer_id, p.residency_id, p.name, p.phone, ").push(place);
        sql.push(" AS place FROM ").push(table).push(" x JOIN payer p ON p.id = x.payer_id");
        sql.push(" WHERE p.residency_id IS NULL AND x.unit_id IN ").list(units.iter().copied());
    }
    sql.push(" ORDER BY 1, 6, 2, 3").all(connection).await
}

/// A charge of a unit as an import finds it.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct ImportCharge {
    /// Of which unit.
    pub unit_id: UnitId,
    /// For which item.
    pub fee_item_id: FeeItemId,
    /// Whose.
    pub payer_id: PayerId,
    /// On which bill.
    pub bill_id: BillId,
    /// The first day of its period.
    pub period_start: NaiveDate,
    /// The first day that it is for.
    pub segment_start: NaiveDate,
    /// The day after the last.
    pub segment_end: NaiveDate,
    /// Where it comes from.
    pub source: ChargeSource,
    /// What was charged.
    pub amount: Money,
    /// What of that had been paid before.
    pub paid_before: Money,
}

/// What units were charged by runs and imports for days from the first of these to the one before the second.
pub async fn import_charges(
    connection: &impl ConnectionTrait,
    units: &[UnitId],
    (start, end): (NaiveDate, NaiveDate),
) -> Result<Vec<ImportCharge>, Fault> {
    let mut sql = Sql::new("SELECT c.unit_id, c.fee_item_id, c.payer_id, c.bill_id, c.period_start,");
    sql.push(" c.segment_start, c.segment_end, c.source, c.amount,");
    sql.push(" CAST(COALESCE((SELECT SUM(a.amount) FROM allocation a WHERE a.charge_id = c.id");
    sql.push(" AND a.kind = 'TAKEN_OVER'), 0) AS bigint) AS paid_before FROM charge c");
    sql.push(" WHERE c.source IN ('RUN', 'IMPORTED') AND c.unit_id IN ").list(units.iter().copied());
    sql.with(" AND c.segment_start < ", end).with(" AND c.segment_end > ", start).all(connection).await
}

/// Adds payers; how many.
pub async fn insert_payers(connection: &impl ConnectionTrait, rows: &[payer::Model]) -> Result<u64, Fault> {
    const COLUMNS: [&str; 8] =
        ["id", "org_id", "account_id", "residency_id", "name", "phone", "is_company", "created_at"];
    let mut insert = Insert::into(connection, "payer", &COLUMNS);
    for row in rows {
        let values = [
            row.id.into(),
            row.org_id.into(),
            row.account_id.into(),
            row.residency_id.into(),
            row.name.as_str().into(),
            row.phone.clone().into(),
            row.is_company.into(),
            row.created_at.into(),
        ];
        insert.row(connection, values).await?;
    }
    insert.finish(connection).await
}

/// A meter by the number on it.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct ImportMeter {
    /// Which.
    pub id: MeterId,
    /// In which unit.
    pub unit_id: UnitId,
    /// Where.
    pub community_id: CommunityId,
    /// What it counts for.
    pub fee_item_id: FeeItemId,
    /// The item's code.
    pub code: String,
    /// The number on it.
    pub serial: String,
    /// Its digits.
    pub digits: i32,
}

/// The meters of an organization that have not been removed.
pub async fn import_meters(connection: &impl ConnectionTrait, org: OrganizationId) -> Result<Vec<ImportMeter>, Fault> {
    let mut sql = Sql::new("SELECT m.id, m.unit_id, i.community_id, m.fee_item_id, i.code, m.serial, m.digits");
    sql.push(" FROM meter m JOIN fee_item i ON i.id = m.fee_item_id WHERE m.removed_on IS NULL");
    sql.with(" AND m.org_id = ", org).all(connection).await
}

/// A reading that counts.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct ImportReading {
    /// Of which meter.
    pub meter_id: MeterId,
    /// On which day.
    pub read_on: NaiveDate,
    /// What it showed.
    pub value: i64,
    /// What it is.
    pub kind: ReadingKind,
}

/// The readings of meters that count, by day: the last of each, and those of these days. The meters' rows are locked until
/// the commit, so that nobody records one meanwhile.
pub async fn import_readings(
    connection: &impl ConnectionTrait,
    meters: &[MeterId],
    days: &[NaiveDate],
) -> Result<Vec<ImportReading>, Fault> {
    let mut sql = Sql::new("UPDATE meter SET serial = serial WHERE id IN ");
    sql.list(meters.iter().copied()).run(connection).await?;
    let mut sql = Sql::new("SELECT r.meter_id, r.read_on, r.value, r.kind FROM meter_reading r WHERE r.meter_id IN ");
    sql.list(meters.iter().copied()).push(" AND r.voided_at IS NULL AND (r.read_on IN ").list(days.iter().copied());
    sql.push(" OR r.read_on = (SELECT MAX(b.read_on) FROM meter_reading b WHERE b.meter_id = r.meter_id");
    sql.push(" AND b.voided_at IS NULL)) ORDER BY r.meter_id, r.read_on").all(connection).await
}

/// Adds readings; how many.
pub async fn insert_readings(connection: &impl ConnectionTrait, rows: &[meter_reading::Model]) -> Result<u64, Fault> {
    const COLUMNS: [&str; 9] =
        ["id", "org_id", "meter_id", "read_on", "value", "kind", "estimated", "reason", "created_at"];
    let mut insert = Insert::into(connection, "meter_reading", &COLUMNS);
    for row in rows {
        let values = [
            row.id.into(),
            row.org_id.into(),
            row.meter_id.into(),
            row.read_on.into(),
            row.value.into(),
            row.kind.into(),
            row.estimated.into(),
            row.reason.clone().into(),
            row.created_at.into(),
        ];
        insert.row(connection, values).await?;
    }
    insert.finish(connection).await
}
