//! What the ledger says of a year, for each unit and item of a payer.

use chrono::NaiveDate;
use entities::values::{CommunityId, FeeItemId, LedgerAccount, PayerId, UnitId};
use sea_orm::{ConnectionTrait, FromQueryResult};

use super::owed_in_scope;
use crate::db::{Fault, Sql};
use crate::domains::identity::Scope;

/// What the entries of one kind of journal come to; those of earlier years together.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct YearRow {
    /// Where.
    pub community_id: CommunityId,
    /// Its currency.
    pub currency: String,
    /// The unit.
    pub unit_id: Option<UnitId>,
    /// The building's name.
    pub building_name: Option<String>,
    /// The unit's number.
    pub unit_number: Option<String>,
    /// The item; of a prepaid balance for all, none.
    pub fee_item_id: Option<FeeItemId>,
    /// Its code.
    pub item_code: Option<String>,
    /// Its Chinese name.
    pub item_name_zh: Option<String>,
    /// Its English name.
    pub item_name_en: Option<String>,
    /// What is owed, or what is prepaid.
    pub account: LedgerAccount,
    /// The kind of the journals, or `BEFORE`.
    pub kind: String,
    /// What they come to; a debit is positive.
    pub amount: i64,
}

/// The entries of payers in scope until a day, by kind from another day on, in the order of units and items.
pub async fn year_rows(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    (from, before): (NaiveDate, NaiveDate),
    (payer, unit): (Option<PayerId>, Option<UnitId>),
) -> Result<Vec<YearRow>, Fault> {
    let mut sql =
        Sql::new("SELECT y.*, m.currency, b.name AS building_name, u.number AS unit_number, i.code AS item_code,");
    sql.push(" i.name_zh AS item_name_zh, i.name_en AS item_name_en FROM (");
    sql.push(
        "SELECT x.community_id, x.unit_id, x.fee_item_id, x.account, x.kind, CAST(SUM(x.amount) AS bigint) AS amount",
    );
    sql.push(" FROM (SELECT j.community_id, e.unit_id, e.fee_item_id, e.account, e.amount,");
    sql.with(" CASE WHEN j.posted_on < ", from).push(" THEN 'BEFORE' ELSE j.kind END AS kind");
    sql.push(" FROM ledger_entry e JOIN journal j ON j.id = e.journal_id WHERE e.account IN ('RECEIVABLE', 'PREPAID')");
    sql.with(" AND j.posted_on < ", before).push(" AND ");
    owed_in_scope(&mut sql, scope, "e.org_id", "j.community_id", "e.payer_id");
    if let Some(payer) = payer {
        sql.with(" AND e.payer_id = ", payer);
    }
    if let Some(unit) = unit {
        sql.with(" AND e.unit_id = ", unit);
    }
    sql.push(") x GROUP BY x.community_id, x.unit_id, x.fee_item_id, x.account, x.kind) y");
    sql.push(" JOIN community m ON m.id = y.community_id LEFT JOIN unit u ON u.id = y.unit_id");
    sql.push(" LEFT JOIN building b ON b.id = u.building_id LEFT JOIN fee_item i ON i.id = y.fee_item_id");
    sql.push(" ORDER BY b.name, u.number, y.unit_id, i.code, y.fee_item_id, y.kind").all(connection).await
}

/// Whether a payer owed something in scope, or paid ahead.
pub async fn payer_in_scope(connection: &impl ConnectionTrait, scope: &Scope, id: PayerId) -> Result<bool, Fault> {
    let mut sql = Sql::new("SELECT COUNT(*) FROM ledger_entry e JOIN journal j ON j.id = e.journal_id WHERE ");
    owed_in_scope(&mut sql, scope, "e.org_id", "j.community_id", "e.payer_id");
    Ok(sql.with(" AND e.payer_id = ", id).number(connection).await? > 0)
}
