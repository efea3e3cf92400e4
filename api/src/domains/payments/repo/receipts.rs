//! Receipts: numbered, read, made void.

use chrono::{DateTime, NaiveDate, Utc};
use entities::values::{
    AccountId, ChargeId, CommunityId, Money, PaymentId, PaymentMethod, ReceiptBookId, ReceiptId, ReceiptSeriesId,
    ReceiptState, StaffId, UnitId,
};
use entities::{receipt, receipt_line};
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel};

use super::limited;
use crate::db::{Fault, Sql};
use crate::domains::billing::own_payers;
use crate::domains::estate::in_scope;
use crate::domains::identity::Scope;

/// A receipt as every list shows it.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct ReceiptCard {
    /// The receipt.
    #[sea_orm(nested)]
    pub receipt: receipt::Model,
    /// The community's name.
    pub community_name: String,
    /// The community's currency.
    pub currency: String,
    /// The community's time zone.
    pub time_zone: String,
    /// How it was paid.
    pub method: PaymentMethod,
    /// When it was paid.
    pub paid_at: DateTime<Utc>,
    /// Who issued it at the desk.
    pub staff_name: Option<String>,
    /// The receipt that took its place.
    pub replaced_by_id: Option<ReceiptId>,
    /// The company's name.
    pub org_name: String,
}

const CARD: &str = "SELECT r.*, m.name AS community_name, m.currency, m.time_zone, p.method, p.paid_at,
    t.name AS staff_name, n.id AS replaced_by_id, o.name AS org_name
FROM receipt r JOIN payment p ON p.id = r.payment_id JOIN community m ON m.id = r.community_id
JOIN organization o ON o.id = r.org_id LEFT JOIN staff_member t ON t.id = r.issued_by
LEFT JOIN receipt n ON n.replaces_id = r.id WHERE ";

/// Which receipts a list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReceiptFilter {
    /// Only of this community.
    pub community_id: Option<CommunityId>,
    /// Only of payments for this unit.
    pub unit_id: Option<UnitId>,
    /// Only for this payment.
    pub payment_id: Option<PaymentId>,
    /// Only of this series.
    pub series_id: Option<ReceiptSeriesId>,
    /// Only of this book.
    pub book_id: Option<ReceiptBookId>,
    /// Only in this state.
    pub state: Option<ReceiptState>,
    /// Only the one with this number.
    pub code: Option<String>,
}

/// Appends the condition that a payment `id` is an account's own: made by it, or taken for what it owes.
pub fn own_payment(sql: &mut Sql, id: &str, account: AccountId) {
    sql.push(id).push(" IN (SELECT w.id FROM payment w").with(" WHERE w.account_id = ", account);
    sql.push(" UNION SELECT w.id FROM payment w WHERE w.payer_id IN (");
    own_payers(sql, account);
    sql.push("))");
}

fn listed(select: &str, scope: &Scope, filter: &ReceiptFilter) -> Sql {
    let mut sql = Sql::new(select);
    match scope {
        Scope::Units(account, _) => own_payment(&mut sql, "r.payment_id", *account),
        _ => in_scope(&mut sql, scope, "r.org_id", "r.community_id", None),
    }
    if let Some(it) = filter.community_id {
        sql.with(" AND r.community_id = ", it);
    }
    if let Some(it) = filter.unit_id {
        sql.push(" AND r.payment_id IN (SELECT z.id FROM payment z").with(" WHERE z.unit_id = ", it).push(")");
    }
    if let Some(it) = filter.payment_id {
        sql.with(" AND r.payment_id = ", it);
    }
    if let Some(it) = filter.series_id {
        sql.with(" AND r.series_id = ", it);
    }
    if let Some(it) = filter.book_id {
        sql.with(" AND r.book_id = ", it);
    }
    if let Some(it) = filter.state {
        sql.with(" AND r.state = ", it);
    }
    if let Some(it) = &filter.code {
        sql.with(" AND r.code = ", it.clone());
    }
    sql
}

/// Receipts in scope, the newest first, after `after`.
pub async fn list_receipts(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    filter: &ReceiptFilter,
    after: Option<ReceiptId>,
    limit: u64,
) -> Result<Vec<ReceiptCard>, Fault> {
    let mut sql = listed(CARD, scope, filter);
    if let Some(after) = after {
        sql.with(" AND r.id < ", after);
    }
    sql.push(" ORDER BY r.id DESC LIMIT ").bind(limited(limit)).all(connection).await
}

/// How many receipts that list has.
pub async fn count_receipts(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    filter: &ReceiptFilter,
) -> Result<i64, Fault> {
    listed("SELECT COUNT(*) FROM receipt r WHERE ", scope, filter).number(connection).await
}

/// A receipt in scope.
pub async fn find_receipt(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    id: ReceiptId,
) -> Result<Option<ReceiptCard>, Fault> {
    listed(CARD, scope, &ReceiptFilter::default()).with(" AND r.id = ", id).one(connection).await
}

/// The latest receipt of a payment in scope.
pub async fn receipt_of_payment(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    payment: PaymentId,
) -> Result<Option<ReceiptCard>, Fault> {
    let filter = ReceiptFilter { payment_id: Some(payment), ..ReceiptFilter::default() };
    listed(CARD, scope, &filter).push(" ORDER BY r.id DESC LIMIT 1").one(connection).await
}

/// What some receipts were given for.
pub async fn lines_of_receipts(
    connection: &impl ConnectionTrait,
    receipts: &[ReceiptId],
) -> Result<Vec<receipt_line::Model>, Fault> {
    let mut sql = Sql::new("SELECT * FROM receipt_line WHERE receipt_id IN ");
    sql.list(receipts.iter().copied()).push(" ORDER BY receipt_id, position").all(connection).await
}

/// What a payment paid of one charge, as a receipt says it.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct PaidRow {
    /// The charge.
    pub charge_id: ChargeId,
    /// The item's Chinese name.
    pub name_zh: String,
    /// The item's English name.
    pub name_en: String,
    /// The building's name.
    pub building_name: Option<String>,
    /// The unit's number.
    pub unit_number: Option<String>,
    /// The first day that it is for.
    pub from_day: NaiveDate,
    /// The day after the last.
    pub to_day: NaiveDate,
    /// How much.
    pub amount: Money,
}

/// What a payment paid, by due day.
pub async fn paid_by(connection: &impl ConnectionTrait, payment: PaymentId) -> Result<Vec<PaidRow>, Fault> {
    let mut sql = Sql::new(
        "SELECT c.id AS charge_id, i.name_zh, i.name_en, b.name AS building_name, u.number AS unit_number,
    c.segment_start AS from_day, c.segment_end AS to_day, a.amount
FROM allocation a JOIN charge c ON c.id = a.charge_id JOIN fee_item i ON i.id = c.fee_item_id
LEFT JOIN unit u ON u.id = c.unit_id LEFT JOIN building b ON b.id = u.building_id
WHERE a.kind = 'PAYMENT' AND a.source_id = ",
    );
    sql.bind(payment).push(" ORDER BY c.due_on, c.id").all(connection).await
}

/// Adds what a receipt was given for.
pub async fn insert_receipt_lines(
    connection: &impl ConnectionTrait,
    lines: Vec<receipt_line::Model>,
) -> Result<(), Fault> {
    if !lines.is_empty() {
        let rows = lines.into_iter().map(IntoActiveModel::into_active_model);
        receipt_line::Entity::insert_many(rows).exec_without_returning(connection).await?;
    }
    Ok(())
}

/// Makes a receipt void; `false` when it is by now.
pub async fn void_receipt(
    connection: &impl ConnectionTrait,
    id: ReceiptId,
    (reason, by): (&str, StaffId),
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE receipt SET state = 'VOID', version = version + 1");
    sql.with(", void_reason = ", reason.to_owned()).with(", voided_by = ", by).with(", voided_at = ", now);
    Ok(sql.with(" WHERE id = ", id).push(" AND state = 'VALID'").run(connection).await? == 1)
}
