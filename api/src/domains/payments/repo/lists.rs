//! Payments, as residents and staff look at them.

use chrono::{DateTime, Utc};
use entities::payment;
use entities::values::{ChargeId, CommunityId, Money, PayerId, PaymentId, PaymentMethod, PaymentState, UnitId};
use sea_orm::{ConnectionTrait, FromQueryResult};

use super::limited;
use crate::db::{Fault, Sql};
use crate::domains::billing::own_payers;
use crate::domains::estate::in_scope;
use crate::domains::identity::Scope;

/// A payment as every list shows it.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct PaymentCard {
    /// The payment.
    #[sea_orm(nested)]
    pub payment: payment::Model,
    /// The community's name.
    pub community_name: String,
    /// The community's currency.
    pub currency: String,
}

const CARD: &str =
    "SELECT p.*, m.name AS community_name, m.currency FROM payment p JOIN community m ON m.id = p.community_id WHERE ";

/// Which payments a list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PaymentFilter {
    /// Only of this community.
    pub community_id: Option<CommunityId>,
    /// Only of this unit.
    pub unit_id: Option<UnitId>,
    /// Only of this payer.
    pub payer_id: Option<PayerId>,
    /// Only those meant for this charge.
    pub charge_id: Option<ChargeId>,
    /// Only by this method.
    pub method: Option<PaymentMethod>,
    /// Only in this state.
    pub state: Option<PaymentState>,
    /// Only settled at this moment or later.
    pub settled_from: Option<DateTime<Utc>>,
    /// Only settled before this moment.
    pub settled_before: Option<DateTime<Utc>>,
}

/// Appends the condition that the viewer of a scope may see a payment `p`: staff by community, residents their own and what
/// the desk took for what they owe.
pub(super) fn payment_in_scope(sql: &mut Sql, scope: &Scope) {
    let Scope::Units(account, _) = scope else { return in_scope(sql, scope, "p.org_id", "p.community_id", None) };
    sql.push("p.id IN (SELECT o.id FROM payment o").with(" WHERE o.account_id = ", *account);
    sql.push(" UNION SELECT o.id FROM payment o WHERE o.payer_id IN (");
    own_payers(sql, *account);
    sql.push("))");
}

fn listed(select: &str, scope: &Scope, filter: &PaymentFilter) -> Sql {
    let mut sql = Sql::new(select);
    payment_in_scope(&mut sql, scope);
    if let Some(it) = filter.community_id {
        sql.with(" AND p.community_id = ", it);
    }
    if let Some(it) = filter.unit_id {
        sql.with(" AND p.unit_id = ", it);
    }
    if let Some(it) = filter.payer_id {
        sql.with(" AND p.payer_id = ", it);
    }
    if let Some(it) = filter.charge_id {
        sql.push(" AND p.id IN (SELECT l.payment_id FROM payment_line l").with(" WHERE l.charge_id = ", it).push(")");
    }
    if let Some(it) = filter.method {
        sql.with(" AND p.method = ", it);
    }
    if let Some(it) = filter.state {
        sql.with(" AND p.state = ", it);
    }
    if let Some(it) = filter.settled_from {
        sql.with(" AND p.settled_at >= ", it);
    }
    if let Some(it) = filter.settled_before {
        sql.with(" AND p.settled_at < ", it);
    }
    sql
}

/// Payments in scope, the newest first, after `after`.
pub async fn list_payments(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    filter: &PaymentFilter,
    after: Option<PaymentId>,
    limit: u64,
) -> Result<Vec<PaymentCard>, Fault> {
    let mut sql = listed(CARD, scope, filter);
    if let Some(after) = after {
        sql.with(" AND p.id < ", after);
    }
    sql.push(" ORDER BY p.id DESC LIMIT ").bind(limited(limit)).all(connection).await
}

/// How many payments that list has.
pub async fn count_payments(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    filter: &PaymentFilter,
) -> Result<i64, Fault> {
    listed("SELECT COUNT(*) FROM payment p WHERE ", scope, filter).number(connection).await
}

/// A payment in scope.
pub async fn find_payment(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    id: PaymentId,
) -> Result<Option<PaymentCard>, Fault> {
    listed(CARD, scope, &PaymentFilter::default()).with(" AND p.id = ", id).one(connection).await
}

/// What a payment was meant to pay, and did pay, of one charge.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct PaymentPartRow {
    /// The payment.
    pub payment_id: PaymentId,
    /// The charge.
    pub charge_id: ChargeId,
    /// The item's Chinese name.
    pub item_name_zh: String,
    /// The item's English name.
    pub item_name_en: String,
    /// What it was meant to pay.
    pub wanted: Money,
    /// What it paid, less what went back.
    pub paid: Money,
}

/// The parts of some payments.
pub async fn parts_of(connection: &impl ConnectionTrait, payments: &[PaymentId]) -> Result<Vec<PaymentPartRow>, Fault> {
    let mut sql = Sql::new(
        "SELECT l.payment_id, l.charge_id, i.name_zh AS item_name_zh, i.name_en AS item_name_en, l.amount AS wanted,
    (SELECT CAST(COALESCE(SUM(a.amount), 0) AS bigint) FROM allocation a
        WHERE a.charge_id = l.charge_id AND (a.source_id = l.payment_id
            OR a.source_id IN (SELECT r.id FROM refund r WHERE r.payment_id = l.payment_id))) AS paid
FROM payment_line l JOIN charge c ON c.id = l.charge_id JOIN fee_item i ON i.id = c.fee_item_id
WHERE l.payment_id IN ",
    );
    sql.list(payments.iter().copied()).push(" ORDER BY l.payment_id, l.position").all(connection).await
}
