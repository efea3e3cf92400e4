//! Waivers, and what waits for a second person.

use chrono::{DateTime, NaiveDate, Utc};
use entities::values::{
    ApprovalState, ChargeId, FeeDiscountId, FeeItemId, JournalId, Money, StaffId, UnitId, WaiverId,
};
use entities::waiver;
use sea_orm::{ConnectionTrait, FromQueryResult};

use super::limited;
use crate::db::{Fault, Sql};
use crate::domains::estate::in_scope;
use crate::domains::identity::Scope;

/// A waiver with its currency.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct WaiverCard {
    /// The waiver.
    #[sea_orm(nested)]
    pub waiver: waiver::Model,
    /// The currency.
    pub currency: String,
}

/// A waiver in scope.
pub async fn find_waiver(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    id: WaiverId,
) -> Result<Option<WaiverCard>, Fault> {
    let mut sql = Sql::new("SELECT w.*, m.currency FROM waiver w JOIN community m ON m.id = w.community_id WHERE ");
    in_scope(&mut sql, scope, "w.org_id", "w.community_id", None);
    sql.with(" AND w.id = ", id).one(connection).await
}

/// Decides on a waiver that waits; `false` when it does not.
pub async fn decide_waiver(
    connection: &impl ConnectionTrait,
    id: WaiverId,
    (state, journal): (ApprovalState, Option<JournalId>),
    by: StaffId,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE waiver SET");
    sql.with(" state = ", state).with(", journal_id = ", journal);
    sql.with(", decided_by = ", by).with(", decided_at = ", now);
    Ok(sql.with(" WHERE id = ", id).push(" AND state = 'PENDING'").run(connection).await? == 1)
}

/// A waiver or discount that waits for a second person.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct PendingRow {
    /// The waiver.
    pub waiver_id: Option<WaiverId>,
    /// The discount.
    pub discount_id: Option<FeeDiscountId>,
    /// The unit.
    pub unit_id: Option<UnitId>,
    /// The item.
    pub fee_item_id: FeeItemId,
    /// The charge that is waived.
    pub charge_id: Option<ChargeId>,
    /// How much is waived.
    pub amount: Option<Money>,
    /// What is taken off, in 1/10,000.
    pub share: Option<i64>,
    /// The currency.
    pub currency: String,
    /// Why.
    pub reason: String,
    /// From which day on a discount counts.
    pub started_on: Option<NaiveDate>,
    /// Who asked.
    pub staff_id: StaffId,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// The waivers that wait for a second person in scope, the oldest first.
pub async fn pending_waivers(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    limit: u64,
) -> Result<Vec<PendingRow>, Fault> {
    let mut sql = Sql::new(
        "SELECT w.id AS waiver_id, NULL AS discount_id, c.unit_id, c.fee_item_id, w.charge_id, w.amount, NULL AS share,
    m.currency, w.reason, NULL AS started_on, w.staff_id, w.created_at
FROM waiver w JOIN charge c ON c.id = w.charge_id JOIN community m ON m.id = w.community_id
WHERE w.state = 'PENDING' AND ",
    );
    in_scope(&mut sql, scope, "w.org_id", "w.community_id", None);
    sql.push(" ORDER BY w.id LIMIT ").bind(limited(limit)).all(connection).await
}

/// The discounts that do.
pub async fn pending_discounts(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    limit: u64,
) -> Result<Vec<PendingRow>, Fault> {
    let mut sql = Sql::new(
        "SELECT NULL AS waiver_id, d.id AS discount_id, d.unit_id, d.fee_item_id, NULL AS charge_id, NULL AS amount,
    d.share, m.currency, d.reason, d.started_on, d.staff_id, d.created_at
FROM fee_discount d JOIN fee_item i ON i.id = d.fee_item_id JOIN community m ON m.id = i.community_id
WHERE d.state = 'PENDING' AND ",
    );
    in_scope(&mut sql, scope, "i.org_id", "i.community_id", None);
    sql.push(" ORDER BY d.id LIMIT ").bind(limited(limit)).all(connection).await
}
