//! What is owed: charges and bills, as residents and staff see them.

use chrono::NaiveDate;
use entities::values::{
    AccountId, BillId, BillingRunId, BuildingId, ChargeId, CommunityId, FeeItemId, FeeKind, Money, OrganizationId,
    PayerId, UnitId,
};
use entities::{bill, charge, prepaid_balance};
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde::{Deserialize, Serialize};

use super::limited;
use super::settlement::IN_PARTS;
use crate::db::{Fault, Sql};
use crate::domains::estate::in_scope;
use crate::domains::identity::Scope;

/// A charge as every list shows it.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct ChargeCard {
    /// The charge.
    #[sea_orm(nested)]
    pub charge: charge::Model,
    /// The item's code.
    pub item_code: String,
    /// The item's Chinese name.
    pub item_name_zh: String,
    /// The item's English name.
    pub item_name_en: String,
    /// How the item comes to its amount.
    pub item_kind: FeeKind,
    /// Whether it may be paid in part.
    pub in_parts: bool,
    /// The bill's number.
    pub bill_number: String,
    /// The community's name.
    pub community_name: String,
    /// The community's currency.
    pub currency: String,
    /// The building's name.
    pub building_name: Option<String>,
    /// The unit's number.
    pub unit_number: Option<String>,
    /// The payer's name.
    pub payer_name: String,
}

const CARD: &str = "SELECT c.*, i.code AS item_code, i.name_zh AS item_name_zh, i.name_en AS item_name_en,
    i.kind AS item_kind, l.number AS bill_number, m.name AS community_name, m.currency,
    b.name AS building_name, u.number AS unit_number, p.name AS payer_name";
const FROM: &str = "
FROM charge c JOIN fee_item i ON i.id = c.fee_item_id JOIN bill l ON l.id = c.bill_id
JOIN community m ON m.id = c.community_id JOIN payer p ON p.id = c.payer_id
LEFT JOIN unit u ON u.id = c.unit_id LEFT JOIN building b ON b.id = u.building_id WHERE ";

/// Which charges a list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ChargeFilter {
    /// Only of this community.
    pub community_id: Option<CommunityId>,
    /// Only of this building.
    pub building_id: Option<BuildingId>,
    /// Only of this unit.
    pub unit_id: Option<UnitId>,
    /// Only of this payer.
    pub payer_id: Option<PayerId>,
    /// Only for this item.
    pub fee_item_id: Option<FeeItemId>,
    /// Only on this bill.
    pub bill_id: Option<BillId>,
    /// Only of this run.
    pub run_id: Option<BillingRunId>,
    /// Only of periods that begin on this day or later.
    pub from: Option<NaiveDate>,
    /// Only of periods that begin on this day or earlier.
    pub to: Option<NaiveDate>,
    /// Only of which something is owed.
    pub open: bool,
    /// Only what was due on this day or later.
    pub due_from: Option<NaiveDate>,
    /// Only what was due before this day.
    pub due_before: Option<NaiveDate>,
}

/// Appends the condition that the viewer of a scope may see what a payer `payer` owes: staff by community, residents what
/// they owe themselves, wherever they live now. A new owner never sees what the former one owes.
pub fn owed_in_scope(sql: &mut Sql, scope: &Scope, org: &str, community: &str, payer: &str) {
    let Scope::Units(account, _) = scope else { return in_scope(sql, scope, org, community, None) };
    sql.push(payer).push(" IN (");
    own_payers(sql, *account);
    sql.push(")");
}

/// Appends the statement of the payers that an account is.
pub fn own_payers(sql: &mut Sql, account: AccountId) {
    sql.push("SELECT o.id FROM payer o").with(" WHERE o.account_id = ", account);
    sql.push(" UNION SELECT o.id FROM residency y JOIN payer o ON o.residency_id = y.id");
    sql.with(" WHERE y.account_id = ", account).push(" AND y.review_state = 'APPROVED'");
}

/// Appends what a filter asks of a charge `c` of a unit `u`.
pub fn charges_match(sql: &mut Sql, filter: &ChargeFilter) {
    if let Some(it) = filter.community_id {
        sql.with(" AND c.community_id = ", it);
    }
    if let Some(it) = filter.building_id {
        sql.with(" AND u.building_id = ", it);
    }
    if let Some(it) = filter.unit_id {
        sql.with(" AND c.unit_id = ", it);
    }
    if let Some(it) = filter.payer_id {
        sql.with(" AND c.payer_id = ", it);
    }
    if let Some(it) = filter.fee_item_id {
        sql.with(" AND c.fee_item_id = ", it);
    }
    if let Some(it) = filter.bill_id {
        sql.with(" AND c.bill_id = ", it);
    }
    if let Some(it) = filter.run_id {
        sql.with(" AND c.run_id = ", it);
    }
    if let Some(it) = filter.from {
        sql.with(" AND c.period_start >= ", it);
    }
    if let Some(it) = filter.to {
        sql.with(" AND c.period_start <= ", it);
    }
    if filter.open {
        sql.push(" AND c.paid < c.amount - c.credited - c.waived");
    }
    if let Some(it) = filter.due_from {
        sql.with(" AND c.due_on >= ", it);
    }
    if let Some(it) = filter.due_before {
        sql.with(" AND c.due_on < ", it);
    }
}

fn listed(select: &str, scope: &Scope, filter: &ChargeFilter) -> Sql {
    let mut sql = Sql::new(select);
    owed_in_scope(&mut sql, scope, "c.org_id", "c.community_id", "c.payer_id");
    charges_match(&mut sql, filter);
    sql
}

/// Charges in scope, the newest first, after `after`.
pub async fn list_charges(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    filter: &ChargeFilter,
    after: Option<ChargeId>,
    limit: u64,
) -> Result<Vec<ChargeCard>, Fault> {
    let mut sql = listed(&format!("{CARD}, {IN_PARTS}{FROM}"), scope, filter);
    if let Some(after) = after {
        sql.with(" AND c.id < ", after);
    }
    sql.push(" ORDER BY c.id DESC LIMIT ").bind(limited(limit)).all(connection).await
}

/// How many charges that list has.
pub async fn count_charges(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    filter: &ChargeFilter,
) -> Result<i64, Fault> {
    let select = "SELECT COUNT(*) FROM charge c LEFT JOIN unit u ON u.id = c.unit_id WHERE ";
    listed(select, scope, filter).number(connection).await
}

/// A charge in scope.
pub async fn find_charge(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    id: ChargeId,
) -> Result<Option<ChargeCard>, Fault> {
    listed(&format!("{CARD}, {IN_PARTS}{FROM}"), scope, &ChargeFilter::default())
        .with(" AND c.id = ", id)
        .one(connection)
        .await
}

/// What an account owes: one statement, by unit and due day.
pub async fn payable(connection: &impl ConnectionTrait, scope: &Scope, limit: u64) -> Result<Vec<ChargeCard>, Fault> {
    let filter = ChargeFilter { open: true, ..ChargeFilter::default() };
    let mut sql = listed(&format!("{CARD}, {IN_PARTS}{FROM}"), scope, &filter);
    sql.push(" ORDER BY c.unit_id, c.due_on, c.id LIMIT ").bind(limited(limit)).all(connection).await
}

/// A prepaid balance with the names of unit and item.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct PrepaidRow {
    /// The balance.
    #[sea_orm(nested)]
    pub balance: prepaid_balance::Model,
    /// The currency.
    pub currency: String,
}

/// What payers in scope have paid ahead.
pub async fn prepaid(connection: &impl ConnectionTrait, scope: &Scope, limit: u64) -> Result<Vec<PrepaidRow>, Fault> {
    let mut sql = Sql::new("SELECT a.*, m.currency FROM prepaid_balance a JOIN unit u ON u.id = a.unit_id");
    sql.push(" JOIN community m ON m.id = u.community_id WHERE a.amount > 0 AND ");
    owed_in_scope(&mut sql, scope, "a.org_id", "u.community_id", "a.payer_id");
    sql.push(" ORDER BY a.id LIMIT ").bind(limited(limit)).all(connection).await
}

/// A bill with its sums.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct BillCard {
    /// The bill.
    #[sea_orm(nested)]
    pub bill: bill::Model,
    /// The community's name.
    pub community_name: String,
    /// The community's currency.
    pub currency: String,
    /// The building's name.
    pub building_name: Option<String>,
    /// The unit's number.
    pub unit_number: Option<String>,
    /// The payer's name.
    pub payer_name: String,
    /// What its charges come to, less what was taken back and given up.
    pub due: Money,
    /// What of that was paid.
    pub paid: Money,
}

const BILL: &str = "SELECT l.*, m.name AS community_name, m.currency, b.name AS building_name,
    u.number AS unit_number, p.name AS payer_name,
    (SELECT CAST(COALESCE(SUM(c.amount - c.credited - c.waived), 0) AS bigint) FROM charge c WHERE c.bill_id = l.id) AS due,
    (SELECT CAST(COALESCE(SUM(c.paid), 0) AS bigint) FROM charge c WHERE c.bill_id = l.id) AS paid
FROM bill l JOIN community m ON m.id = l.community_id JOIN payer p ON p.id = l.payer_id
LEFT JOIN unit u ON u.id = l.unit_id LEFT JOIN building b ON b.id = u.building_id WHERE ";

/// Which bills a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BillFilter {
    /// Only of this community.
    pub community_id: Option<CommunityId>,
    /// Only of this unit.
    pub unit_id: Option<UnitId>,
    /// Only of this payer.
    pub payer_id: Option<PayerId>,
    /// Only of this month.
    pub billed_on: Option<NaiveDate>,
}

fn bills(select: &str, scope: &Scope, filter: &BillFilter) -> Sql {
    let mut sql = Sql::new(select);
    owed_in_scope(&mut sql, scope, "l.org_id", "l.community_id", "l.payer_id");
    if let Some(it) = filter.community_id {
        sql.with(" AND l.community_id = ", it);
    }
    if let Some(it) = filter.unit_id {
        sql.with(" AND l.unit_id = ", it);
    }
    if let Some(it) = filter.payer_id {
        sql.with(" AND l.payer_id = ", it);
    }
    if let Some(it) = filter.billed_on {
        sql.with(" AND l.billed_on = ", it);
    }
    sql
}

/// Bills in scope, the newest first, after `after`.
pub async fn list_bills(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    filter: &BillFilter,
    after: Option<BillId>,
    limit: u64,
) -> Result<Vec<BillCard>, Fault> {
    let mut sql = bills(BILL, scope, filter);
    if let Some(after) = after {
        sql.with(" AND l.id < ", after);
    }
    sql.push(" ORDER BY l.id DESC LIMIT ").bind(limited(limit)).all(connection).await
}

/// How many bills that list has.
pub async fn count_bills(connection: &impl ConnectionTrait, scope: &Scope, filter: &BillFilter) -> Result<i64, Fault> {
    bills("SELECT COUNT(*) FROM bill l WHERE ", scope, filter).number(connection).await
}

/// A bill in scope.
pub async fn find_bill(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    id: BillId,
) -> Result<Option<BillCard>, Fault> {
    bills(BILL, scope, &BillFilter::default()).with(" AND l.id = ", id).one(connection).await
}

/// How many charges a ticket has: the revision of its next one.
pub async fn charges_of_ticket(
    connection: &impl ConnectionTrait,
    org: OrganizationId,
    ticket: entities::values::TicketId,
) -> Result<i64, Fault> {
    let mut sql = Sql::new("SELECT COUNT(*) FROM charge c WHERE c.source = 'TICKET'");
    sql.with(" AND c.org_id = ", org).with(" AND c.ticket_id = ", ticket).number(connection).await
}
