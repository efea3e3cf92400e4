//! Refunds, as residents and staff look at them.

use entities::refund;
use entities::values::{ChargeId, CommunityId, Money, PaymentId, RefundId, RefundState};
use sea_orm::{ConnectionTrait, FromQueryResult};

use super::limited;
use super::lists::payment_in_scope;
use super::refunds::DepositRow;
use crate::db::{Fault, Sql};
use crate::domains::estate::in_scope;
use crate::domains::identity::Scope;

/// A refund as every list shows it.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct RefundCard {
    /// The refund.
    #[sea_orm(nested)]
    pub refund: refund::Model,
    /// The community's currency.
    pub currency: String,
}

const CARD: &str = "SELECT r.*, m.currency FROM refund r JOIN community m ON m.id = r.community_id WHERE ";

/// Which refunds a list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RefundFilter {
    /// Only of this community.
    pub community_id: Option<CommunityId>,
    /// Only of this payment.
    pub payment_id: Option<PaymentId>,
    /// Only in this state.
    pub state: Option<RefundState>,
}

fn listed(select: &str, scope: &Scope, filter: &RefundFilter) -> Sql {
    let mut sql = Sql::new(select);
    match scope {
        // Residents see what goes back of payments that they see.
        Scope::Units(..) => {
            sql.push("r.payment_id IN (SELECT p.id FROM payment p WHERE ");
            payment_in_scope(&mut sql, scope);
            sql.push(")");
        }
        _ => in_scope(&mut sql, scope, "r.org_id", "r.community_id", None),
    }
    if let Some(it) = filter.community_id {
        sql.with(" AND r.community_id = ", it);
    }
    if let Some(it) = filter.payment_id {
        sql.with(" AND r.payment_id = ", it);
    }
    if let Some(it) = filter.state {
        sql.with(" AND r.state = ", it);
    }
    sql
}

/// Refunds in scope, the newest first.
pub async fn list_refunds(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    filter: &RefundFilter,
    after: Option<RefundId>,
    limit: u64,
) -> Result<Vec<RefundCard>, Fault> {
    let mut sql = listed(CARD, scope, filter);
    if let Some(after) = after {
        sql.with(" AND r.id < ", after);
    }
    sql.push(" ORDER BY r.id DESC LIMIT ").bind(limited(limit)).all(connection).await
}

/// How many refunds that list has.
pub async fn count_refunds(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    filter: &RefundFilter,
) -> Result<i64, Fault> {
    listed("SELECT COUNT(*) FROM refund r WHERE ", scope, filter).number(connection).await
}

/// A refund in scope.
pub async fn find_refund(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    id: RefundId,
) -> Result<Option<RefundCard>, Fault> {
    listed(CARD, scope, &RefundFilter::default()).with(" AND r.id = ", id).one(connection).await
}

/// A charge in scope, as a deposit.
pub async fn find_deposit(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    id: ChargeId,
) -> Result<Option<DepositRow>, Fault> {
    let mut sql = Sql::new(
        "SELECT c.id, c.org_id, c.community_id, i.kind, c.paid FROM charge c JOIN fee_item i ON i.id = c.fee_item_id WHERE ",
    );
    in_scope(&mut sql, scope, "c.org_id", "c.community_id", None);
    sql.with(" AND c.id = ", id).one(connection).await
}

/// The payments that paid a charge, and how much of it each: those through a gateway first, of each the largest first.
pub async fn payments_of_charge(
    connection: &impl ConnectionTrait,
    charge: ChargeId,
) -> Result<Vec<(PaymentId, Money)>, Fault> {
    #[derive(FromQueryResult)]
    struct Row {
        id: PaymentId,
        amount: Money,
    }
    let mut sql = Sql::new(
        "SELECT p.id, CAST(SUM(a.amount) AS bigint) AS amount FROM allocation a LEFT JOIN refund r ON r.id = a.source_id
    JOIN payment p ON p.id = a.source_id OR p.id = r.payment_id WHERE a.charge_id = ",
    );
    sql.bind(charge)
        .push(" GROUP BY p.id, p.merchant_id ORDER BY (CASE WHEN p.merchant_id IS NULL THEN 1 ELSE 0 END), 2 DESC");
    Ok(sql.all::<Row>(connection).await?.into_iter().map(|row| (row.id, row.amount)).collect())
}
