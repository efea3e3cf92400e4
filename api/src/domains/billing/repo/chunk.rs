//! What a run reads of a chunk of units: everything by ranges of their ids, so that a chunk costs a few statements.

use chrono::NaiveDate;
use entities::prepaid_balance;
use entities::values::{ChargeId, CommunityId, FeeItemId, MeterId, Money, PayerId, ReadingKind, UnitId};
use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::db::{Fault, Sql};

/// Units of a community, after one and up to another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Chunk {
    /// Where.
    pub community: CommunityId,
    /// After which unit.
    pub after: Option<UnitId>,
    /// Up to and with which.
    pub last: UnitId,
}

fn in_chunk(sql: &mut Sql, chunk: Chunk) {
    sql.with("u.community_id = ", chunk.community).with(" AND u.id <= ", chunk.last);
    if let Some(after) = chunk.after {
        sql.with(" AND u.id > ", after);
    }
}

/// Who pays a unit.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct ChunkPayer {
    /// The unit.
    pub unit_id: UnitId,
    /// Who.
    pub payer_id: PayerId,
    /// For which item.
    pub fee_item_id: Option<FeeItemId>,
    /// The first day.
    pub started_on: NaiveDate,
    /// The day after the last.
    pub ended_on: Option<NaiveDate>,
}

/// Who pays the units.
pub async fn chunk_payers(connection: &impl ConnectionTrait, chunk: Chunk) -> Result<Vec<ChunkPayer>, Fault> {
    let mut sql = Sql::new("SELECT x.unit_id, x.payer_id, x.fee_item_id, x.started_on, x.ended_on FROM unit u");
    sql.push(" JOIN unit_payer x ON x.unit_id = u.id WHERE ");
    in_chunk(&mut sql, chunk);
    sql.all(connection).await
}

/// A discount or vacancy of a unit.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct ChunkTerm {
    /// The unit.
    pub unit_id: UnitId,
    /// On which item; none for a vacancy.
    pub fee_item_id: Option<FeeItemId>,
    /// What is taken off, in 1/10,000; 0 for a vacancy.
    pub share: i64,
    /// The first day.
    pub started_on: NaiveDate,
    /// The day after the last.
    pub ended_on: Option<NaiveDate>,
}

/// Discounts that count and vacancies of the units.
pub async fn chunk_terms(connection: &impl ConnectionTrait, chunk: Chunk) -> Result<Vec<ChunkTerm>, Fault> {
    let mut sql = Sql::new("SELECT d.unit_id, d.fee_item_id, d.share, d.started_on, d.ended_on FROM unit u");
    sql.push(" JOIN fee_discount d ON d.unit_id = u.id WHERE d.state = 'APPROVED' AND ");
    in_chunk(&mut sql, chunk);
    sql.push(" UNION ALL SELECT v.unit_id, NULL AS fee_item_id, 0 AS share, v.started_on, v.ended_on FROM unit u");
    sql.push(" JOIN unit_vacancy v ON v.unit_id = u.id WHERE ");
    in_chunk(&mut sql, chunk);
    sql.all(connection).await
}

/// A reading of a meter of a unit.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct ChunkReading {
    /// The unit.
    pub unit_id: UnitId,
    /// The item.
    pub fee_item_id: FeeItemId,
    /// The meter.
    pub meter_id: MeterId,
    /// Its digits.
    pub digits: i32,
    /// Its multiplier, in 1/1,000.
    pub multiplier: i64,
    /// On which day; none for a meter without readings.
    pub read_on: NaiveDate,
    /// What it showed.
    pub value: i64,
    /// What it is.
    pub kind: ReadingKind,
}

/// The readings of the units' meters that are needed for a period: those in it, and the last one before; of meters that
/// stood in the period.
pub async fn chunk_readings(
    connection: &impl ConnectionTrait,
    chunk: Chunk,
    items: &[FeeItemId],
    (start, end): (NaiveDate, NaiveDate),
) -> Result<Vec<ChunkReading>, Fault> {
    if items.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql =
        Sql::new("SELECT m.unit_id, m.fee_item_id, m.id AS meter_id, m.digits, m.multiplier, r.read_on, r.value");
    sql.push(", r.kind FROM unit u JOIN meter m ON m.unit_id = u.id JOIN meter_reading r ON r.meter_id = m.id WHERE ");
    in_chunk(&mut sql, chunk);
    sql.push(" AND m.fee_item_id IN ").list(items.iter().copied());
    sql.with(" AND m.installed_on < ", end).with(" AND (m.removed_on IS NULL OR m.removed_on > ", start);
    sql.with(") AND r.voided_at IS NULL AND r.read_on <= ", end);
    sql.push(" AND r.read_on >= COALESCE((SELECT MAX(b.read_on) FROM meter_reading b WHERE b.meter_id = m.id");
    sql.with(" AND b.voided_at IS NULL AND b.read_on <= ", start).push("), r.read_on)");
    sql.push(" ORDER BY m.id, r.read_on").all(connection).await
}

/// A charge of a run that stands.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct ChunkCharge {
    /// Which.
    pub id: ChargeId,
    /// Of which unit.
    pub unit_id: UnitId,
    /// Of which payer.
    pub payer_id: PayerId,
    /// For which item.
    pub fee_item_id: FeeItemId,
    /// The first day of its period.
    pub period_start: NaiveDate,
    /// The first day of its segment.
    pub segment_start: NaiveDate,
    /// Its revision.
    pub revision: i32,
    /// What was charged.
    pub amount: Money,
    /// What was taken back.
    pub credited: Money,
    /// What was given up.
    pub waived: Money,
    /// What was paid.
    pub paid: Money,
}

/// Charges of the units for the periods, and those of other periods that began on `since` or later, where there are
/// meters: they may have taken a revision.
pub async fn chunk_charges(
    connection: &impl ConnectionTrait,
    chunk: Chunk,
    periods: &[(FeeItemId, NaiveDate)],
    (metered, since): (&[FeeItemId], Option<NaiveDate>),
) -> Result<Vec<ChunkCharge>, Fault> {
    if periods.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new("SELECT c.id, c.unit_id, c.payer_id, c.fee_item_id, c.period_start, c.segment_start");
    sql.push(
        ", c.revision, c.amount, c.credited, c.waived, c.paid FROM unit u JOIN charge c ON c.unit_id = u.id WHERE ",
    );
    in_chunk(&mut sql, chunk);
    sql.push(" AND c.source = 'RUN' AND (");
    for (index, (item, start)) in periods.iter().enumerate() {
        sql.push(if index == 0 { "" } else { " OR " });
        sql.with("c.fee_item_id = ", *item).with(" AND c.period_start = ", *start);
    }
    if let Some(since) = since {
        sql.push(" OR c.fee_item_id IN ").list(metered.iter().copied()).with(" AND c.segment_start >= ", since);
    }
    sql.push(")").all(connection).await
}

/// Days of a unit and item that were billed before the books began.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct ChunkTaken {
    /// Of which unit.
    pub unit_id: UnitId,
    /// For which item.
    pub fee_item_id: FeeItemId,
    /// The first day.
    pub segment_start: NaiveDate,
    /// The day after the last.
    pub segment_end: NaiveDate,
}

/// What was taken over of the units that touches the periods, each from its first day to the day after its last.
pub async fn chunk_taken(
    connection: &impl ConnectionTrait,
    chunk: Chunk,
    periods: &[(FeeItemId, NaiveDate, NaiveDate)],
) -> Result<Vec<ChunkTaken>, Fault> {
    if periods.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new("SELECT c.unit_id, c.fee_item_id, c.segment_start, c.segment_end FROM unit u");
    sql.push(" JOIN charge c ON c.unit_id = u.id WHERE c.source = 'IMPORTED' AND ");
    in_chunk(&mut sql, chunk);
    for (index, (item, start, end)) in periods.iter().enumerate() {
        sql.push(if index == 0 { " AND (" } else { " OR " }).with("(c.fee_item_id = ", *item);
        sql.with(" AND c.segment_start < ", *end).with(" AND c.segment_end > ", *start).push(")");
    }
    sql.push(")").all(connection).await
}

/// What payers have paid ahead for the units.
pub async fn chunk_prepaid(
    connection: &impl ConnectionTrait,
    chunk: Chunk,
) -> Result<Vec<prepaid_balance::Model>, Fault> {
    let mut sql = Sql::new("SELECT b.* FROM unit u JOIN prepaid_balance b ON b.unit_id = u.id WHERE b.amount > 0 AND ");
    in_chunk(&mut sql, chunk);
    sql.push(" ORDER BY b.id").all(connection).await
}
