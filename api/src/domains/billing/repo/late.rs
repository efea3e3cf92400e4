//! Overdue charges and what has accrued on them.

use chrono::NaiveDate;
use entities::charge;
use entities::values::{ChargeId, Money};
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
    /// The community's time zone.
    pub time_zone: String,
    /// The late fee that was charged for it.
    pub late_id: Option<ChargeId>,
    /// What that comes to.
    pub late_amount: Option<Money>,
    /// What of that was taken back.
    pub late_credited: Option<Money>,
}

const OVERDUE: &str = "SELECT c.*, i.late_daily_rate, i.late_grace_days, i.late_cap, m.time_zone, f.id AS late_id,
    f.amount AS late_amount, f.credited AS late_credited
FROM charge c JOIN fee_item i ON i.id = c.fee_item_id JOIN community m ON m.id = c.community_id
LEFT JOIN charge f ON f.of_charge_id = c.id AND f.source = 'LATE_FEE'
WHERE c.source <> 'LATE_FEE' AND i.late_daily_rate IS NOT NULL AND ";

/// The next charges with a late fee that were due before a day, are open, and were not looked at on that day.
pub async fn overdue_after(
    connection: &impl ConnectionTrait,
    before: NaiveDate,
    after: Option<ChargeId>,
    limit: u64,
) -> Result<Vec<OverdueRow>, Fault> {
    let mut sql = Sql::new(OVERDUE);
    sql.push("c.paid < c.amount - c.credited - c.waived")
        .with(" AND c.due_on < ", before)
        .with(" AND (c.late_on IS NULL OR c.late_on < ", before)
        .push(")");
    if let Some(after) = after {
        sql.with(" AND c.id > ", after);
    }
    sql.push(" ORDER BY c.id LIMIT ").bind(super::limited(limit)).all(connection).await
}

/// Charges on which a late fee has accrued.
pub async fn with_late_fee(connection: &impl ConnectionTrait, charges: &[ChargeId]) -> Result<Vec<OverdueRow>, Fault> {
    let mut sql = Sql::new(OVERDUE);
    sql.push("f.id IS NOT NULL AND c.id IN ").list(charges.iter().copied());
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

/// What was paid of charges and given up, by the journals that say so. What was taken back was never owed.
pub async fn reductions_of(
    connection: &impl ConnectionTrait,
    charges: &[ChargeId],
) -> Result<Vec<ReductionRow>, Fault> {
    let mut sql = Sql::new("SELECT e.charge_id, j.posted_on AS on_day, -e.amount AS amount FROM ledger_entry e");
    sql.push(" JOIN journal j ON j.id = e.journal_id WHERE e.account = 'RECEIVABLE'");
    sql.push(" AND j.kind NOT IN ('BILLED', 'CHARGED', 'CREDITED') AND e.charge_id IN ").list(charges.iter().copied());
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
