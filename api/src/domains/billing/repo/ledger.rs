//! The ledger, as finance reads it.

use chrono::NaiveDate;
use entities::ledger_entry;
use entities::values::{ChargeId, CommunityId, JournalKind, LedgerAccount, LedgerEntryId, Money, PayerId};
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

use super::limited;
use crate::db::{Fault, Sql};
use crate::domains::estate::in_scope;
use crate::domains::identity::Scope;

/// A line of the ledger with its journal.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct EntryRow {
    /// The line.
    #[sea_orm(nested)]
    pub entry: ledger_entry::Model,
    /// What the journal enters.
    pub kind: JournalKind,
    /// The day on which it counts.
    pub posted_on: NaiveDate,
    /// The journal's words.
    pub words: Option<String>,
    /// The community's currency.
    pub currency: String,
}

/// Which lines a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EntryFilter {
    /// Only of this community.
    pub community_id: Option<CommunityId>,
    /// Only of this account.
    pub account: Option<LedgerAccount>,
    /// Only of this charge.
    pub charge_id: Option<ChargeId>,
    /// Only of this payer.
    pub payer_id: Option<PayerId>,
    /// Only what this object brought: a payment, a refund, a charge.
    pub object_id: Option<Uuid>,
    /// Only of this day or later.
    pub from: Option<NaiveDate>,
    /// Only of this day or earlier.
    pub to: Option<NaiveDate>,
}

fn listed(select: &str, scope: &Scope, filter: &EntryFilter) -> Sql {
    let mut sql = Sql::new(select);
    in_scope(&mut sql, scope, "j.org_id", "j.community_id", None);
    if let Some(it) = filter.community_id {
        sql.with(" AND j.community_id = ", it);
    }
    if let Some(it) = filter.account {
        sql.with(" AND e.account = ", it);
    }
    if let Some(it) = filter.charge_id {
        sql.with(" AND e.charge_id = ", it);
    }
    if let Some(it) = filter.payer_id {
        sql.with(" AND e.payer_id = ", it);
    }
    if let Some(it) = filter.object_id {
        sql.with(" AND j.object_id = ", it);
    }
    if let Some(it) = filter.from {
        sql.with(" AND j.posted_on >= ", it);
    }
    if let Some(it) = filter.to {
        sql.with(" AND j.posted_on <= ", it);
    }
    sql
}

/// Lines in scope, the newest first, after `after`.
pub async fn list_entries(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    filter: &EntryFilter,
    after: Option<LedgerEntryId>,
    limit: u64,
) -> Result<Vec<EntryRow>, Fault> {
    let mut sql = listed(
        "SELECT e.*, j.kind, j.posted_on, j.words, m.currency FROM ledger_entry e JOIN journal j ON j.id = e.journal_id
JOIN community m ON m.id = j.community_id WHERE ",
        scope,
        filter,
    );
    if let Some(after) = after {
        sql.with(" AND e.id < ", after);
    }
    sql.push(" ORDER BY e.id DESC LIMIT ").bind(limited(limit)).all(connection).await
}

/// How many lines that list has.
pub async fn count_entries(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    filter: &EntryFilter,
) -> Result<i64, Fault> {
    listed("SELECT COUNT(*) FROM ledger_entry e JOIN journal j ON j.id = e.journal_id WHERE ", scope, filter)
        .number(connection)
        .await
}

/// What an account comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromQueryResult)]
pub struct BalanceRow {
    /// The account.
    pub account: LedgerAccount,
    /// Its debits.
    pub debit: Money,
    /// Its credits, as a positive sum.
    pub credit: Money,
}

/// What each account of a community comes to, with all that was posted until a day.
pub async fn trial_balance(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    filter: &EntryFilter,
) -> Result<Vec<BalanceRow>, Fault> {
    let mut sql = listed(
        "SELECT e.account, CAST(COALESCE(SUM(CASE WHEN e.amount > 0 THEN e.amount ELSE 0 END), 0) AS bigint) AS debit,
    CAST(COALESCE(SUM(CASE WHEN e.amount < 0 THEN -e.amount ELSE 0 END), 0) AS bigint) AS credit
FROM ledger_entry e JOIN journal j ON j.id = e.journal_id WHERE ",
        scope,
        filter,
    );
    sql.push(" GROUP BY e.account ORDER BY e.account").all(connection).await
}
