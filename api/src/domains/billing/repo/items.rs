//! Fee items, their rates, and costs that units share.

use chrono::NaiveDate;
use entities::values::{CommunityId, FeeItemId, SharedCostId, UnitUsage};
use entities::{fee_item, fee_rate, shared_cost};
use sea_orm::ConnectionTrait;

use crate::db::{Fault, Sql};
use crate::domains::estate::in_scope;
use crate::domains::identity::Scope;

/// A fee item.
pub type FeeItemRow = fee_item::Model;
/// A rate of one.
pub type FeeRateRow = fee_rate::Model;

/// The name under which a rate for every usage is kept.
const ALL: &str = "ALL";

/// A usage as rates keep it.
pub fn kept_usage(usage: Option<UnitUsage>) -> &'static str {
    usage.map_or(ALL, UnitUsage::as_str)
}

/// The usage of a kept rate; `None` means all.
pub fn usage_of(kept: &str) -> Option<UnitUsage> {
    kept.parse().ok()
}

/// The items of a community in scope, in order of their codes.
pub async fn items_of(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    community: CommunityId,
    retired: bool,
) -> Result<Vec<FeeItemRow>, Fault> {
    let mut sql = Sql::new("SELECT i.* FROM fee_item i WHERE ");
    in_scope(&mut sql, scope, "i.org_id", "i.community_id", None);
    sql.with(" AND i.community_id = ", community);
    if !retired {
        sql.push(" AND i.active");
    }
    sql.push(" ORDER BY i.code").all(connection).await
}

/// An item in scope.
pub async fn find_item(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    id: FeeItemId,
) -> Result<Option<FeeItemRow>, Fault> {
    let mut sql = Sql::new("SELECT i.* FROM fee_item i WHERE ");
    in_scope(&mut sql, scope, "i.org_id", "i.community_id", None);
    sql.with(" AND i.id = ", id).one(connection).await
}

/// The item of a code, also a retired one.
pub async fn item_by_code(
    connection: &impl ConnectionTrait,
    community: CommunityId,
    code: &str,
) -> Result<Option<FeeItemRow>, Fault> {
    let mut sql = Sql::new("SELECT i.* FROM fee_item i WHERE");
    sql.with(" i.community_id = ", community).with(" AND i.code = ", code.to_owned()).one(connection).await
}

/// Whether something was charged for an item.
pub async fn item_has_charges(connection: &impl ConnectionTrait, item: &FeeItemRow) -> Result<bool, Fault> {
    let mut sql = Sql::new("SELECT COUNT(*) FROM (SELECT 1 FROM charge c WHERE");
    sql.with(" c.community_id = ", item.community_id).with(" AND c.fee_item_id = ", item.id).push(" LIMIT 1) found");
    Ok(sql.number(connection).await? > 0)
}

/// Writes an item's new values, if it still is at `version`.
pub async fn update_item(connection: &impl ConnectionTrait, row: &FeeItemRow, version: i32) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE fee_item SET");
    sql.with(" name_zh = ", row.name_zh.clone()).with(", name_en = ", row.name_en.clone());
    sql.with(", kind = ", row.kind).with(", timing = ", row.timing).with(", cycle_months = ", row.cycle_months);
    sql.with(", rounding = ", row.rounding).with(", due_days = ", row.due_days).with(", in_parts = ", row.in_parts);
    sql.with(", vacant_share = ", row.vacant_share).with(", late_daily_rate = ", row.late_daily_rate);
    sql.with(", late_grace_days = ", row.late_grace_days).with(", late_cap = ", row.late_cap);
    sql.with(", active = ", row.active).with(", version = ", row.version).with(", updated_at = ", row.updated_at);
    sql.with(" WHERE id = ", row.id).with(" AND version = ", version);
    Ok(sql.run(connection).await? == 1)
}

/// The rates of items, by item, usage and day.
pub async fn rates_of(connection: &impl ConnectionTrait, items: &[FeeItemId]) -> Result<Vec<FeeRateRow>, Fault> {
    let mut sql = Sql::new("SELECT r.* FROM fee_rate r WHERE r.fee_item_id IN ");
    sql.list(items.iter().copied()).push(" ORDER BY r.fee_item_id, r.usage, r.effective_on").all(connection).await
}

/// Sets a rate, in the place of one of the same usage and day.
pub async fn put_rate(connection: &impl ConnectionTrait, row: &FeeRateRow) -> Result<(), Fault> {
    let mut sql =
        Sql::new("INSERT INTO fee_rate (id, org_id, fee_item_id, usage, effective_on, rate, created_at) VALUES (");
    sql.bind(row.id).with(", ", row.org_id).with(", ", row.fee_item_id).with(", ", row.usage.clone());
    sql.with(", ", row.effective_on).with(", ", row.rate).with(", ", row.created_at);
    sql.push(") ON CONFLICT (fee_item_id, usage, effective_on) DO UPDATE SET rate = excluded.rate");
    sql.run(connection).await.map(|_| ())
}

/// Takes a rate away; `false` when there is none.
pub async fn delete_rate(
    connection: &impl ConnectionTrait,
    item: FeeItemId,
    usage: &str,
    effective_on: NaiveDate,
) -> Result<bool, Fault> {
    let mut sql = Sql::new("DELETE FROM fee_rate WHERE");
    sql.with(" fee_item_id = ", item).with(" AND usage = ", usage.to_owned());
    Ok(sql.with(" AND effective_on = ", effective_on).run(connection).await? == 1)
}

/// The cost that is shared for an item and period, from its first day to the day after its last: one that was entered for
/// another cycle is not of this period.
pub async fn shared_cost(
    connection: &impl ConnectionTrait,
    item: FeeItemId,
    (start, end): (NaiveDate, NaiveDate),
) -> Result<Option<shared_cost::Model>, Fault> {
    let mut sql = Sql::new("SELECT s.* FROM shared_cost s WHERE");
    sql.with(" s.fee_item_id = ", item).with(" AND s.period_start = ", start).with(" AND s.period_end = ", end);
    sql.one(connection).await
}

/// The cost that was entered for an item from a day on, whatever its cycle was then.
pub async fn shared_cost_from(
    connection: &impl ConnectionTrait,
    item: FeeItemId,
    start: NaiveDate,
) -> Result<Option<shared_cost::Model>, Fault> {
    let mut sql = Sql::new("SELECT s.* FROM shared_cost s WHERE");
    sql.with(" s.fee_item_id = ", item).with(" AND s.period_start = ", start).one(connection).await
}

/// The costs of an item, the newest first.
pub async fn shared_costs(
    connection: &impl ConnectionTrait,
    item: FeeItemId,
    limit: u64,
) -> Result<Vec<shared_cost::Model>, Fault> {
    let mut sql = Sql::new("SELECT s.* FROM shared_cost s WHERE");
    sql.with(" s.fee_item_id = ", item).push(" ORDER BY s.period_start DESC LIMIT ");
    sql.bind(super::limited(limit)).all(connection).await
}

/// One cost, in scope.
pub async fn find_shared_cost(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    id: SharedCostId,
) -> Result<Option<shared_cost::Model>, Fault> {
    let mut sql = Sql::new("SELECT s.* FROM shared_cost s WHERE ");
    in_scope(&mut sql, scope, "s.org_id", "s.community_id", None);
    sql.with(" AND s.id = ", id).one(connection).await
}

/// Changes a cost's amount and basis, and its end when the item's cycle has changed.
pub async fn update_shared_cost(connection: &impl ConnectionTrait, row: &shared_cost::Model) -> Result<(), Fault> {
    let mut sql = Sql::new("UPDATE shared_cost SET");
    sql.with(" amount = ", row.amount).with(", basis = ", row.basis).with(", staff_id = ", row.staff_id);
    sql.with(", period_end = ", row.period_end);
    sql.with(" WHERE id = ", row.id).run(connection).await.map(|_| ())
}
