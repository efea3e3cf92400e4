//! Overdue charges and what has accrued on them.

use chrono::NaiveDate;
use entities::charge;
use entities::values::{ChargeId, CommunityId, Money};
use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::db::{Fault, Sql};

/// An overdue charge with its item's rule.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct OverdueRow {
    /// The charge.
    #[sea_orm(nested)]
    pub charge: charge::Model,
    /// A day, in 1/1,000,000.
    pub late_daily_rate: i64,
    /// Days on which nothing accrues yet.
    pub late_grace_days: i32,
    /// The most, in 1/10,000 of the charge.
    pub late_cap: i64,
    /// The late fee that was charged for it.
    pub late_id: Option<ChargeId>,
    /// What that comes to.
    pub late_amount: Option<Money>,
    /// What of that was taken back.
    pub late_credited: Option<Money>,
}

/// A community where late fees accrue.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct LatePlace {
    /// Which.
    pub id: CommunityId,
    /// Its time zone.
    pub time_zone: String,
}

/// The communities that have an item with a late fee, one out of use among them: what was charged for it is owed still.
pub async fn places_with_late_fees(connection: &impl ConnectionTrait) -> Result<Vec<LatePlace>, Fault> {
    let mut sql = Sql::new("SELECT m.id, m.time_zone FROM community m WHERE EXISTS (SELECT 1 FROM fee_item i");
    sql.push(" WHERE i.community_id = m.id AND i.late_daily_rate IS NOT NULL) ORDER BY m.id").all(connection).await
}

const OVERDUE: &str = "SELECT c.*, i.late_daily_rate, i.late_grace_days, i.late_cap, f.id AS late_id,
    f.amount AS late_amount, f.credited AS late_credited
FROM charge c JOIN fee_item i ON i.id = c.fee_item_id
LEFT JOIN charge f ON f.of_charge_id = c.id AND f.source = 'LATE_FEE'
WHERE c.source <> 'LATE_FEE' AND i.late_daily_rate IS NOT NULL AND ";

/// Appends what makes a charge of a community overdue on a day on which it was not looked at yet.
fn overdue_on(sql: &mut Sql, community: CommunityId, today: NaiveDate) {
    sql.push("c.paid < c.amount - c.credited - c.waived").with(" AND c.community_id = ", community);
    sql.with(" AND c.due_on < ", today).with(" AND (c.late_on IS NULL OR c.late_on < ", today).push(")");
}

/// The next charges of a community with a late fee that were due before today, are open, and were not looked at today:
/// the earliest due first, after the day and id of the last one that is known.
pub async fn overdue_after(
    connection: &impl ConnectionTrait,
    (community, today): (CommunityId, NaiveDate),
    after: Option<(NaiveDate, ChargeId)>,
    limit: u64,
) -> Result<Vec<OverdueRow>, Fault> {
    let mut sql = Sql::new(OVERDUE);
    overdue_on(&mut sql, community, today);
    if let Some((due_on, id)) = after {
        sql.with(" AND c.due_on >= ", due_on).with(" AND (c.due_on > ", due_on).with(" OR c.id > ", id).push(")");
    }
    sql.push(" ORDER BY c.due_on, c.id LIMIT ").bind(super::limited(limit)).all(connection).await
}

/// Those of some charges that are still as [`overdue_after`] found them, read again when nobody else changes them.
pub async fn overdue_of(
    connection: &impl ConnectionTrait,
    (community, today): (CommunityId, NaiveDate),
    charges: &[ChargeId],
) -> Result<Vec<OverdueRow>, Fault> {
    let mut sql = Sql::new(OVERDUE);
    overdue_on(&mut sql, community, today);
    sql.push(" AND c.id IN ").list(charges.iter().copied()).push(" ORDER BY c.id").all(connection).await
}

/// Charges on which a late fee has accrued; only those on which it did beyond a day, where one is given.
pub async fn with_late_fee(
    connection: &impl ConnectionTrait,
    charges: &[ChargeId],
    beyond: Option<NaiveDate>,
) -> Result<Vec<OverdueRow>, Fault> {
    let mut sql = Sql::new(OVERDUE);
    sql.push("f.id IS NOT NULL AND c.id IN ").list(charges.iter().copied());
    if let Some(day) = beyond {
        sql.with(" AND c.late_on > ", day);
    }
    sql.push(" ORDER BY c.id").all(connection).await
}

/// What was paid of a charge or given up, with its day.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct ReductionRow {
    /// The charge.
    pub charge_id: ChargeId,
    /// The day in the community.
    pub on_day: NaiveDate,
    /// How much.
    pub amount: Money,
}

/// What was paid of charges and given up, by the journals that say so. What was taken back was never owed; what had been
/// paid before the books began has a day of its own, which is not the day of its journal.
pub async fn reductions_of(
    connection: &impl ConnectionTrait,
    charges: &[ChargeId],
) -> Result<Vec<ReductionRow>, Fault> {
    let mut sql = Sql::new("SELECT e.charge_id, j.posted_on AS on_day, -e.amount AS amount FROM ledger_entry e");
    sql.push(" JOIN journal j ON j.id = e.journal_id WHERE e.account = 'RECEIVABLE'");
    sql.push(" AND j.kind NOT IN ('BILLED', 'CHARGED', 'CREDITED', 'TAKEN_OVER')");
    sql.push(" AND e.charge_id IN ").list(charges.iter().copied());
    sql.push(" UNION ALL SELECT a.charge_id, a.on_day, a.amount FROM allocation a WHERE a.kind = 'TAKEN_OVER'");
    sql.push(" AND a.charge_id IN ").list(charges.iter().copied());
    sql.all(connection).await
}

/// Adds to a late fee; `false` when it is another than was read.
pub async fn raise_late_fee(
    connection: &impl ConnectionTrait,
    id: ChargeId,
    (from, to): (Money, Money),
) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE charge SET");
    sql.with(" amount = ", to).with(" WHERE id = ", id).with(" AND amount = ", from);
    Ok(sql.run(connection).await? == 1)
}

/// Says up to which day late fees have accrued.
pub async fn mark_late(connection: &impl ConnectionTrait, charges: &[ChargeId], day: NaiveDate) -> Result<(), Fault> {
    let mut sql = Sql::new("UPDATE charge SET");
    sql.with(" late_on = ", day).push(" WHERE id IN ").list(charges.iter().copied());
    sql.run(connection).await.map(|_| ())
}
