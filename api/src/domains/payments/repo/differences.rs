//! Comparisons and their differences, as finance looks at them.

use chrono::{DateTime, Utc};
use entities::values::{
    CommunityId, DifferenceId, DifferenceKind, DifferenceState, MerchantId, ReconciliationId, StaffId,
};
use entities::{reconciliation, reconciliation_difference};
use sea_orm::{ConnectionTrait, FromQueryResult};

use super::limited;
use crate::db::{Fault, Sql};
use crate::domains::estate::in_scope;
use crate::domains::identity::Scope;

/// A comparison with its currency, and how many of its differences wait.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct ReconciliationCard {
    /// The comparison.
    #[sea_orm(nested)]
    pub reconciliation: reconciliation::Model,
    /// The community's currency.
    pub currency: String,
    /// Differences that nobody has explained.
    pub open_count: i64,
}

const CARD: &str = "SELECT r.*, m.currency, (SELECT COUNT(*) FROM reconciliation_difference d
        WHERE d.reconciliation_id = r.id AND d.state = 'OPEN') AS open_count
FROM reconciliation r JOIN community m ON m.id = r.community_id WHERE ";

fn listed(select: &str, scope: &Scope, community: Option<CommunityId>, merchant: Option<MerchantId>) -> Sql {
    let mut sql = Sql::new(select);
    in_scope(&mut sql, scope, "r.org_id", "r.community_id", None);
    if let Some(it) = community {
        sql.with(" AND r.community_id = ", it);
    }
    if let Some(it) = merchant {
        sql.with(" AND r.merchant_id = ", it);
    }
    sql
}

/// Comparisons in scope, the latest begun first.
pub async fn list_reconciliations(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    (community, merchant): (Option<CommunityId>, Option<MerchantId>),
    after: Option<ReconciliationId>,
    limit: u64,
) -> Result<Vec<ReconciliationCard>, Fault> {
    let mut sql = listed(CARD, scope, community, merchant);
    if let Some(after) = after {
        sql.with(" AND r.id < ", after);
    }
    sql.push(" ORDER BY r.id DESC LIMIT ").bind(limited(limit)).all(connection).await
}

/// How many that list has.
pub async fn count_reconciliations(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    (community, merchant): (Option<CommunityId>, Option<MerchantId>),
) -> Result<i64, Fault> {
    listed("SELECT COUNT(*) FROM reconciliation r WHERE ", scope, community, merchant).number(connection).await
}

/// A comparison in scope.
pub async fn find_reconciliation(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    id: ReconciliationId,
) -> Result<Option<ReconciliationCard>, Fault> {
    listed(CARD, scope, None, None).with(" AND r.id = ", id).one(connection).await
}

/// A difference with its currency.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct DifferenceRow {
    /// The difference.
    #[sea_orm(nested)]
    pub difference: reconciliation_difference::Model,
    /// The community's currency.
    pub currency: String,
}

/// Which differences a list shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DifferenceFilter {
    /// Of which comparison.
    pub reconciliation_id: ReconciliationId,
    /// Only of this kind.
    pub kind: Option<DifferenceKind>,
    /// Only in this state.
    pub state: Option<DifferenceState>,
}

fn differences(select: &str, filter: &DifferenceFilter) -> Sql {
    let mut sql = Sql::new(select);
    sql.bind(filter.reconciliation_id);
    if let Some(it) = filter.kind {
        sql.with(" AND d.kind = ", it);
    }
    if let Some(it) = filter.state {
        sql.with(" AND d.state = ", it);
    }
    sql
}

/// Differences of a comparison that the viewer was shown, in the order in which they were found.
pub async fn list_differences(
    connection: &impl ConnectionTrait,
    filter: &DifferenceFilter,
    after: Option<DifferenceId>,
    limit: u64,
) -> Result<Vec<DifferenceRow>, Fault> {
    let mut sql = differences(
        "SELECT d.*, m.currency FROM reconciliation_difference d JOIN community m ON m.id = d.community_id
    WHERE d.reconciliation_id = ",
        filter,
    );
    if let Some(after) = after {
        sql.with(" AND d.id > ", after);
    }
    sql.push(" ORDER BY d.id LIMIT ").bind(limited(limit)).all(connection).await
}

/// How many that list has.
pub async fn count_differences(connection: &impl ConnectionTrait, filter: &DifferenceFilter) -> Result<i64, Fault> {
    differences("SELECT COUNT(*) FROM reconciliation_difference d WHERE d.reconciliation_id = ", filter)
        .number(connection)
        .await
}

/// A difference in scope.
pub async fn find_difference(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    id: DifferenceId,
) -> Result<Option<DifferenceRow>, Fault> {
    let mut sql = Sql::new(
        "SELECT d.*, m.currency FROM reconciliation_difference d JOIN community m ON m.id = d.community_id WHERE ",
    );
    in_scope(&mut sql, scope, "d.org_id", "d.community_id", None);
    sql.with(" AND d.id = ", id).one(connection).await
}

/// Explains a difference that waits; `false` when somebody was faster.
pub async fn resolve_difference(
    connection: &impl ConnectionTrait,
    id: DifferenceId,
    words: &str,
    (by, at): (StaffId, DateTime<Utc>),
) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE reconciliation_difference SET state = 'RESOLVED', words = ");
    sql.bind(words).with(", resolved_by = ", by).with(", resolved_at = ", at).with(" WHERE id = ", id);
    Ok(sql.push(" AND state = 'OPEN'").run(connection).await? == 1)
}
