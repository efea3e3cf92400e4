//! One refund: read, changed, and what it does to its payment.

use chrono::{DateTime, Utc};
use entities::values::{ChargeId, CommunityId, FeeKind, Money, OrganizationId, PaymentId, RefundId, RefundState};
use entities::{community_refund_setting, refund, refund_part};
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel};

use super::limited;
use crate::db::{Fault, Sql};
use crate::domains::billing::Purse;

/// A refund by its id, whoever asks: for the program itself.
pub async fn get_refund(connection: &impl ConnectionTrait, id: RefundId) -> Result<Option<refund::Model>, Fault> {
    Sql::new("SELECT * FROM refund WHERE id = ").bind(id).one(connection).await
}

/// Adds what of a refund is owed again.
pub async fn insert_refund_parts(
    connection: &impl ConnectionTrait,
    rows: Vec<refund_part::Model>,
) -> Result<(), Fault> {
    if !rows.is_empty() {
        let rows = rows.into_iter().map(IntoActiveModel::into_active_model);
        refund_part::Entity::insert_many(rows).exec_without_returning(connection).await?;
    }
    Ok(())
}

/// What of a refund is owed again.
pub async fn refund_parts(connection: &impl ConnectionTrait, id: RefundId) -> Result<Vec<refund_part::Model>, Fault> {
    let mut sql = Sql::new("SELECT * FROM refund_part WHERE refund_id = ");
    sql.bind(id).push(" ORDER BY charge_id").all(connection).await
}

/// What of some refunds is owed again.
pub async fn parts_of_refunds(
    connection: &impl ConnectionTrait,
    refunds: &[RefundId],
) -> Result<Vec<refund_part::Model>, Fault> {
    let mut sql = Sql::new("SELECT * FROM refund_part WHERE refund_id IN ");
    sql.list(refunds.iter().copied()).push(" ORDER BY refund_id, charge_id").all(connection).await
}

/// Stores a refund as it is now, if it stands as it was read; its version is raised by whoever calls.
pub async fn change_refund(connection: &impl ConnectionTrait, row: &refund::Model, seen: i32) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE refund SET");
    sql.with(" state = ", row.state).with(", took_allocated = ", row.took_allocated);
    sql.with(", took_prepaid = ", row.took_prepaid).with(", took_suspense = ", row.took_suspense);
    sql.with(", decided_by = ", row.decided_by).with(", decided_at = ", row.decided_at);
    sql.with(", voucher = ", row.voucher.clone()).with(", desk_method = ", row.desk_method);
    sql.with(", gateway_number = ", row.gateway_number.clone());
    sql.with(", failed_code = ", row.failed_code.clone()).with(", journal_id = ", row.journal_id);
    sql.with(", undone_journal_id = ", row.undone_journal_id).with(", check_at = ", row.check_at);
    sql.with(", sent_at = ", row.sent_at).with(", settled_at = ", row.settled_at);
    sql.with(", version = ", row.version).with(", updated_at = ", row.updated_at);
    sql.with(" WHERE id = ", row.id).with(" AND version = ", seen);
    Ok(sql.run(connection).await? == 1)
}

/// Takes refunds whose gateway is to be asked now; nobody else takes them before `until`.
pub async fn take_due_refunds(
    connection: &impl ConnectionTrait,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<refund::Model>, Fault> {
    let mut sql = Sql::new("UPDATE refund SET checks = checks + 1, check_at = ");
    sql.bind(until).push(" WHERE id IN (SELECT r.id FROM refund r WHERE r.check_at IS NOT NULL");
    sql.with(" AND r.check_at <= ", now).push(" ORDER BY r.check_at LIMIT ").bind(limited(limit));
    // Said again, because another node may have taken them between the two.
    sql.with(") AND check_at <= ", now).push(" RETURNING *").all(connection).await
}

/// When its gateway is asked next, while it stands as it was read.
pub async fn ask_refund_next(
    connection: &impl ConnectionTrait,
    (id, version): (RefundId, i32),
    at: DateTime<Utc>,
) -> Result<(), Fault> {
    let mut sql = Sql::new("UPDATE refund SET check_at = ");
    sql.bind(at).with(" WHERE id = ", id).with(" AND version = ", version).push(" AND check_at IS NOT NULL");
    sql.run(connection).await.map(|_| ())
}

/// By what the parts of a payment change.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Shift {
    /// In charges.
    pub allocated: i64,
    /// In the prepaid balance.
    pub prepaid: i64,
    /// In suspense.
    pub suspense: i64,
    /// What went back.
    pub refunded: i64,
}

/// Moves the money of a settled payment that is in hand; `false` when there is not so much of it.
pub async fn shift_payment(connection: &impl ConnectionTrait, id: PaymentId, by: Shift) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE payment SET allocated = allocated + ");
    sql.bind(by.allocated).with(", prepaid = prepaid + ", by.prepaid).with(", suspense = suspense + ", by.suspense);
    sql.with(", refunded = refunded + ", by.refunded).with(" WHERE id = ", id).push(" AND state = 'SETTLED'");
    for (column, change) in [("allocated", by.allocated), ("prepaid", by.prepaid), ("suspense", by.suspense)] {
        sql.push(" AND ").push(column).with(" + ", change).push(" >= 0");
    }
    Ok(sql.run(connection).await? == 1)
}

/// What a payment has paid of one charge, less what went back of it.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct RefundablePart {
    /// The charge.
    pub charge_id: ChargeId,
    /// What kind of item it is.
    pub kind: FeeKind,
    /// How much.
    pub amount: Money,
}

/// Appends the sources of what a payment paid and what went back of it, as one set, so that the index serves.
pub(super) fn and_refunds_of(sql: &mut Sql, payment: PaymentId) {
    sql.push("SELECT p.id FROM payment p").with(" WHERE p.id = ", payment);
    sql.push(" UNION ALL SELECT r.id FROM refund r").with(" WHERE r.payment_id = ", payment);
}

/// What refunds of a payment in some states come to, with what was kept.
pub async fn refunds_of_payment(
    connection: &impl ConnectionTrait,
    payment: PaymentId,
    states: &[RefundState],
) -> Result<Money, Fault> {
    let mut sql = Sql::new("SELECT CAST(COALESCE(SUM(amount + kept), 0) AS bigint) FROM refund WHERE payment_id = ");
    sql.bind(payment).push(" AND state IN ").list(states.iter().copied());
    Ok(Money(sql.number(connection).await?))
}

/// What a payment has paid, by charge.
pub async fn refundable_parts(
    connection: &impl ConnectionTrait,
    payment: PaymentId,
) -> Result<Vec<RefundablePart>, Fault> {
    let mut sql = Sql::new(
        "SELECT a.charge_id, i.kind, CAST(SUM(a.amount) AS bigint) AS amount FROM allocation a
    JOIN charge c ON c.id = a.charge_id JOIN fee_item i ON i.id = c.fee_item_id WHERE a.source_id IN (",
    );
    and_refunds_of(&mut sql, payment);
    sql.push(") GROUP BY a.charge_id, i.kind").all(connection).await
}

/// What is in a prepaid balance.
pub async fn purse_amount(connection: &impl ConnectionTrait, purse: Purse) -> Result<i64, Fault> {
    let mut sql = Sql::new("SELECT amount FROM prepaid_balance WHERE payer_id = ");
    sql.bind(purse.payer_id).with(" AND unit_id = ", purse.unit_id);
    match purse.fee_item_id {
        Some(item) => sql.with(" AND fee_item_id = ", item),
        None => sql.push(" AND fee_item_id IS NULL"),
    };
    sql.number(connection).await
}

/// A deposit as whoever gives it back sees it.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct DepositRow {
    /// The charge.
    pub id: ChargeId,
    /// Whose.
    pub org_id: OrganizationId,
    /// Where.
    pub community_id: CommunityId,
    /// What kind of item it is.
    pub kind: FeeKind,
    /// What was paid of it.
    pub paid: Money,
}

/// A community's limit, if it set one.
pub async fn refund_setting(
    connection: &impl ConnectionTrait,
    community: CommunityId,
) -> Result<Option<community_refund_setting::Model>, Fault> {
    Sql::new("SELECT * FROM community_refund_setting WHERE community_id = ").bind(community).one(connection).await
}

/// Sets it; whoever calls holds the organization's lock.
pub async fn put_refund_setting(
    connection: &impl ConnectionTrait,
    row: &community_refund_setting::Model,
) -> Result<(), Fault> {
    let mut sql = Sql::new(
        "INSERT INTO community_refund_setting (community_id, org_id, refund_limit, version, updated_at) VALUES (",
    );
    sql.bind(row.community_id).with(", ", row.org_id).with(", ", row.refund_limit).with(", ", row.version);
    sql.with(", ", row.updated_at)
        .push(") ON CONFLICT (community_id) DO UPDATE SET refund_limit = excluded.refund_limit,");
    sql.push(" version = excluded.version, updated_at = excluded.updated_at").run(connection).await.map(|_| ())
}

/// Whether a refund in one of these states wants what only one may have.
pub async fn waiting_refund(
    connection: &impl ConnectionTrait,
    column: RefundOf,
    states: &[RefundState],
) -> Result<bool, Fault> {
    let mut sql = Sql::new("SELECT COUNT(*) FROM refund WHERE ");
    match column {
        RefundOf::Suspense(id) => sql.with("suspense_item_id = ", id),
        RefundOf::Deposit(id) => sql.with("charge_id = ", id),
    };
    Ok(sql.push(" AND state IN ").list(states.iter().copied()).number(connection).await? > 0)
}

/// What goes back once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RefundOf {
    /// Money in suspense.
    Suspense(entities::values::SuspenseItemId),
    /// A deposit.
    Deposit(ChargeId),
}
