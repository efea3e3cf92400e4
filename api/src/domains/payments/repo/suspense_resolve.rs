//! Money in suspense, as finance looks at it and sees to it.

use chrono::{DateTime, Utc};
use entities::suspense_item;
use entities::values::{
    CommunityId, JournalId, PayerId, RefundId, StaffId, SuspenseItemId, SuspenseReason, SuspenseState, UnitId,
};
use sea_orm::{ConnectionTrait, FromQueryResult};

use super::limited;
use crate::db::{Fault, Sql};
use crate::domains::estate::in_scope;
use crate::domains::identity::Scope;

/// An item with its currency.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct SuspenseCard {
    /// The item.
    #[sea_orm(nested)]
    pub item: suspense_item::Model,
    /// The community's currency.
    pub currency: String,
    /// The latest refund by which it goes back, or went.
    pub refund_id: Option<RefundId>,
}

const CARD: &str = "SELECT s.*, m.currency, (SELECT r.id FROM refund r WHERE r.suspense_item_id = s.id
        ORDER BY r.id DESC LIMIT 1) AS refund_id
FROM suspense_item s JOIN community m ON m.id = s.community_id WHERE ";

/// Which items a list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SuspenseFilter {
    /// Only of this community.
    pub community_id: Option<CommunityId>,
    /// Only in this state.
    pub state: Option<SuspenseState>,
    /// Only for this reason.
    pub reason: Option<SuspenseReason>,
}

fn listed(select: &str, scope: &Scope, filter: &SuspenseFilter) -> Sql {
    let mut sql = Sql::new(select);
    in_scope(&mut sql, scope, "s.org_id", "s.community_id", None);
    if let Some(it) = filter.community_id {
        sql.with(" AND s.community_id = ", it);
    }
    if let Some(it) = filter.state {
        sql.with(" AND s.state = ", it);
    }
    if let Some(it) = filter.reason {
        sql.with(" AND s.reason = ", it);
    }
    sql
}

/// Items in scope: the open ones first, of each the oldest first, after `after` (whether it was open, and its id).
pub async fn list_suspense(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    filter: &SuspenseFilter,
    after: Option<(bool, SuspenseItemId)>,
    limit: u64,
) -> Result<Vec<SuspenseCard>, Fault> {
    let mut sql = listed(CARD, scope, filter);
    match after {
        Some((true, id)) => {
            sql.push(" AND (s.state = 'RESOLVED' OR s.id > ").bind(id).push(")");
        }
        Some((false, id)) => {
            sql.push(" AND s.state = 'RESOLVED'").with(" AND s.id > ", id);
        }
        None => {}
    }
    // `OPEN` stands before `RESOLVED` in the alphabet, too.
    sql.push(" ORDER BY s.state, s.id LIMIT ").bind(limited(limit)).all(connection).await
}

/// How many items that list has.
pub async fn count_suspense(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    filter: &SuspenseFilter,
) -> Result<i64, Fault> {
    listed("SELECT COUNT(*) FROM suspense_item s WHERE ", scope, filter).number(connection).await
}

/// An item in scope.
pub async fn find_suspense(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    id: SuspenseItemId,
) -> Result<Option<SuspenseCard>, Fault> {
    listed(CARD, scope, &SuspenseFilter::default()).with(" AND s.id = ", id).one(connection).await
}

/// What of a payment's own money lies in suspense: its number and how much.
pub async fn suspense_of_payment(
    connection: &impl ConnectionTrait,
    payment: entities::values::PaymentId,
) -> Result<Option<suspense_item::Model>, Fault> {
    let mut sql =
        Sql::new("SELECT * FROM suspense_item WHERE state = 'OPEN' AND reason IN ('WRONG_AMOUNT', 'NO_UNIT')");
    sql.with(" AND payment_id = ", payment).push(" ORDER BY id LIMIT 1").one(connection).await
}

/// How somebody saw to an item.
#[derive(Clone, Debug)]
pub struct Resolution {
    /// `PLACED` or `SENT_BACK`.
    pub how: &'static str,
    /// In words.
    pub words: String,
    /// The journal.
    pub journal: JournalId,
    /// Who.
    pub by: StaffId,
    /// When.
    pub at: DateTime<Utc>,
}

/// Resolves an item that is open; `false` when it is not.
pub async fn resolve_suspense(
    connection: &impl ConnectionTrait,
    id: SuspenseItemId,
    done: &Resolution,
) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE suspense_item SET state = 'RESOLVED', resolution = ");
    sql.bind(done.how).with(", words = ", done.words.clone()).with(", resolved_journal_id = ", done.journal);
    sql.with(", resolved_by = ", done.by).with(", resolved_at = ", done.at).with(" WHERE id = ", id);
    Ok(sql.push(" AND state = 'OPEN'").run(connection).await? == 1)
}

/// Opens an item again whose refund failed; `false` when it is open.
pub async fn reopen_suspense(connection: &impl ConnectionTrait, id: SuspenseItemId) -> Result<bool, Fault> {
    let mut sql = Sql::new(
        "UPDATE suspense_item SET state = 'OPEN', resolution = NULL, words = NULL, resolved_journal_id = NULL,
    resolved_by = NULL, resolved_at = NULL WHERE id = ",
    );
    Ok(sql.bind(id).push(" AND state = 'RESOLVED' AND resolution = 'SENT_BACK'").run(connection).await? == 1)
}

/// Whether somebody pays, or paid, for a unit of a community in scope.
pub async fn pays_for_unit(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    community: CommunityId,
    (payer, unit): (PayerId, UnitId),
) -> Result<bool, Fault> {
    let mut sql = Sql::new("SELECT COUNT(*) FROM unit u JOIN unit_payer y ON y.unit_id = u.id WHERE ");
    in_scope(&mut sql, scope, "u.org_id", "u.community_id", None);
    sql.with(" AND u.community_id = ", community).with(" AND u.id = ", unit).with(" AND y.payer_id = ", payer);
    Ok(sql.number(connection).await? > 0)
}
