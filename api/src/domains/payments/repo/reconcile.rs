//! Gateways' bills: kept row by row, compared set-based both ways.

use chrono::{DateTime, NaiveDate, Utc};
use entities::values::{
    BillRowKind, DifferenceId, DifferenceKind, MerchantId, Money, PaymentId, ReconciliationId, RefundId,
};
use entities::{bill_row, merchant, reconciliation, reconciliation_difference};
use sea_orm::{ConnectionTrait, FromQueryResult};

use super::limited;
use crate::db::{Fault, Insert, Sql};

/// A day of a merchant, in which gateways count.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MerchantDay {
    /// The merchant.
    pub merchant: MerchantId,
    /// The day in Beijing.
    pub day: NaiveDate,
    /// Its first moment.
    pub from: DateTime<Utc>,
    /// The first moment after it.
    pub before: DateTime<Utc>,
}

/// Merchants whose day nobody has begun to compare: those in use, and those that were paid or paid out on it.
pub async fn merchants_without(
    connection: &impl ConnectionTrait,
    (day, from, before): (NaiveDate, DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<merchant::Model>, Fault> {
    let mut sql = Sql::new("SELECT m.* FROM merchant m WHERE m.created_at < ");
    sql.bind(before).push(" AND (m.active OR EXISTS (SELECT 1 FROM payment p WHERE p.merchant_id = m.id");
    sql.with(" AND p.paid_at >= ", from).with(" AND p.paid_at < ", before).push(")");
    sql.push(" OR EXISTS (SELECT 1 FROM refund f WHERE f.merchant_id = m.id").with(" AND f.settled_at >= ", from);
    sql.with(" AND f.settled_at < ", before).push("))");
    sql.push(" AND NOT EXISTS (SELECT 1 FROM reconciliation r WHERE r.merchant_id = m.id").with(" AND r.day = ", day);
    sql.push(") ORDER BY m.id").all(connection).await
}

/// The comparison of a merchant's day.
pub async fn reconciliation_of(
    connection: &impl ConnectionTrait,
    merchant: MerchantId,
    day: NaiveDate,
) -> Result<Option<reconciliation::Model>, Fault> {
    let mut sql = Sql::new("SELECT * FROM reconciliation WHERE merchant_id = ");
    sql.bind(merchant).with(" AND day = ", day).one(connection).await
}

/// Has a day compared once more; one that waits goes on waiting, unless it was given up.
pub async fn compare_again(
    connection: &impl ConnectionTrait,
    id: ReconciliationId,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let mut sql = Sql::new("UPDATE reconciliation SET state = 'WAITING', version = version + 1, next_at = ");
    sql.bind(now).with(" WHERE id = ", id).push(" AND (state = 'DONE' OR next_at IS NULL)");
    sql.run(connection).await.map(|_| ())
}

/// Takes the comparison that has waited longest; nobody else takes it before `until`.
pub async fn take_comparison(
    connection: &impl ConnectionTrait,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Option<reconciliation::Model>, Fault> {
    let mut sql = Sql::new("UPDATE reconciliation SET attempt = attempt + 1, next_at = ");
    sql.bind(until).push(" WHERE id = (SELECT r.id FROM reconciliation r WHERE r.next_at IS NOT NULL");
    sql.with(" AND r.next_at <= ", now).push(" ORDER BY r.next_at, r.id LIMIT 1)").with(" AND next_at <= ", now);
    sql.push(" RETURNING *").one(connection).await
}

/// Puts a comparison off, while it is this attempt's; for good without a time.
pub async fn put_comparison_off(
    connection: &impl ConnectionTrait,
    row: &reconciliation::Model,
    at: Option<DateTime<Utc>>,
) -> Result<(), Fault> {
    let mut sql = Sql::new("UPDATE reconciliation SET next_at = ");
    sql.bind(at).with(" WHERE id = ", row.id).with(" AND attempt = ", row.attempt).push(" AND state = 'WAITING'");
    sql.run(connection).await.map(|_| ())
}

/// Keeps rows of a bill; those that are there already stay as they are.
pub async fn insert_bill_rows(connection: &impl ConnectionTrait, rows: &[bill_row::Model]) -> Result<u64, Fault> {
    const COLUMNS: [&str; 15] = [
        "id",
        "org_id",
        "merchant_id",
        "day",
        "kind",
        "number",
        "gateway_number",
        "order_number",
        "order_id",
        "refund_number",
        "refund_id",
        "amount",
        "fee",
        "state",
        "happened_at",
    ];
    let mut insert = Insert::into(connection, "bill_row", &COLUMNS);
    for row in rows {
        let values = [
            row.id.into(),
            row.org_id.into(),
            row.merchant_id.into(),
            row.day.into(),
            row.kind.into(),
            row.number.as_str().into(),
            row.gateway_number.as_str().into(),
            row.order_number.as_str().into(),
            row.order_id.into(),
            row.refund_number.clone().into(),
            row.refund_id.into(),
            row.amount.into(),
            row.fee.into(),
            row.state.as_str().into(),
            row.happened_at.into(),
        ];
        insert.row(connection, values).await?;
    }
    insert.finish(connection).await
}

/// Appends that a row of this kind with this number is no difference yet.
fn undecided(sql: &mut Sql, id: ReconciliationId, kind: BillRowKind, number: &str) {
    sql.push(" AND NOT EXISTS (SELECT 1 FROM reconciliation_difference d").with(" WHERE d.reconciliation_id = ", id);
    sql.with(" AND d.row_kind = ", kind).push(" AND d.number = ").push(number).push(")");
}

/// Appends the merchants that are one account at the gateway: after new credentials, and where communities share one, it is
/// in Linli more than once, and each day's bill is of all of them.
pub(super) fn one_account(sql: &mut Sql, merchant: MerchantId) {
    sql.push("(SELECT s.id FROM merchant o JOIN merchant s ON s.gateway = o.gateway AND s.number = o.number");
    sql.with(" WHERE o.id = ", merchant).push(")");
}

/// Payments of a bill of which nothing was decided, and that nobody has the number of: no payment of the account, no money
/// that another community has in suspense. Open orders of another community are a matter of its own comparison.
pub async fn unknown_payments(
    connection: &impl ConnectionTrait,
    id: ReconciliationId,
    of: MerchantDay,
    limit: u64,
) -> Result<Vec<bill_row::Model>, Fault> {
    let mut sql = Sql::new(
        "SELECT b.* FROM bill_row b LEFT JOIN payment p ON p.gateway_number = b.gateway_number AND p.merchant_id IN ",
    );
    one_account(&mut sql, of.merchant);
    sql.push(" WHERE p.id IS NULL AND b.kind = 'PAYMENT'");
    sql.with(" AND b.merchant_id = ", of.merchant).with(" AND b.day = ", of.day);
    sql.push(" AND NOT EXISTS (SELECT 1 FROM payment e WHERE e.id = b.order_id AND e.community_id <>");
    sql.push(" (SELECT m.community_id FROM merchant m")
        .with(" WHERE m.id = ", of.merchant)
        .push(") AND e.merchant_id IN ");
    one_account(&mut sql, of.merchant);
    sql.push(") AND NOT EXISTS (SELECT 1 FROM suspense_item e WHERE e.gateway_number = b.gateway_number");
    sql.with(" AND e.merchant_id <> ", of.merchant).push(" AND e.merchant_id IN ");
    one_account(&mut sql, of.merchant);
    sql.push(")");
    undecided(&mut sql, id, BillRowKind::Payment, "b.number");
    sql.push(" ORDER BY b.id LIMIT ").bind(limited(limit)).all(connection).await
}

/// Something in which both sides differ, as it was found.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Found {
    /// The number by which the gateway knows it; of refunds that it does not know, none.
    pub number: Option<String>,
    /// Our order number, as the gateway has it.
    pub order_number: Option<String>,
    /// The payment.
    pub payment_id: Option<PaymentId>,
    /// The refund.
    pub refund_id: Option<RefundId>,
    /// What the gateway says.
    pub there: Option<Money>,
    /// What Linli says.
    pub here: Option<Money>,
    /// When.
    pub happened_at: DateTime<Utc>,
}

/// What is looked for.
pub const SOUGHT: [(BillRowKind, DifferenceKind); 5] = [
    (BillRowKind::Payment, DifferenceKind::WrongAmount),
    (BillRowKind::Payment, DifferenceKind::MissingThere),
    (BillRowKind::Refund, DifferenceKind::MissingHere),
    (BillRowKind::Refund, DifferenceKind::WrongAmount),
    (BillRowKind::Refund, DifferenceKind::MissingThere),
];

/// Differences of one sort that nobody has noted; payments that are missing here are [`unknown_payments`].
pub async fn find_differences(
    connection: &impl ConnectionTrait,
    id: ReconciliationId,
    of: MerchantDay,
    (row, kind): (BillRowKind, DifferenceKind),
    limit: u64,
) -> Result<Vec<Found>, Fault> {
    const LIVE: &str = "r.state IN ('APPROVED', 'SENT', 'SETTLED')";
    let there = "SELECT b.number, b.order_number, p.id AS payment_id, r.id AS refund_id, b.amount AS there,";
    let here = "SELECT NULL AS order_number, CAST(NULL AS bigint) AS there,";
    let mut sql = Sql::new(match (row, kind) {
        (_, DifferenceKind::MissingThere) => here,
        _ => there,
    });
    let bill = |sql: &mut Sql, number| {
        sql.with(" AND b.merchant_id = ", of.merchant).with(" AND b.day = ", of.day).with(" AND b.kind = ", row);
        undecided(sql, id, row, number);
    };
    match (row, kind) {
        (BillRowKind::Payment, DifferenceKind::MissingHere) => return Ok(Vec::new()),
        (BillRowKind::Payment, DifferenceKind::WrongAmount) => {
            sql.push(
                " p.received AS here, b.happened_at FROM bill_row b JOIN payment p ON p.merchant_id = b.merchant_id",
            );
            sql.push(
                " AND p.gateway_number = b.gateway_number LEFT JOIN refund r ON 1 = 0 WHERE p.received <> b.amount",
            );
            bill(&mut sql, "b.number");
        }
        (BillRowKind::Payment, DifferenceKind::MissingThere) => {
            sql.push(" p.gateway_number AS number, p.id AS payment_id, r.id AS refund_id, p.received AS here,");
            sql.push(" p.paid_at AS happened_at FROM payment p LEFT JOIN refund r ON 1 = 0 WHERE p.state = 'SETTLED'");
            sql.with(" AND p.merchant_id = ", of.merchant).with(" AND p.paid_at >= ", of.from);
            sql.with(" AND p.paid_at < ", of.before);
            sql.push(" AND NOT EXISTS (SELECT 1 FROM bill_row b WHERE b.merchant_id = p.merchant_id");
            sql.push(" AND b.gateway_number = p.gateway_number AND b.kind = 'PAYMENT')");
            undecided(&mut sql, id, row, "p.gateway_number");
        }
        (BillRowKind::Refund, DifferenceKind::MissingHere) => {
            sql.push(" CAST(NULL AS bigint) AS here, b.happened_at FROM bill_row b LEFT JOIN payment p");
            sql.push(" ON p.merchant_id = b.merchant_id AND p.gateway_number = b.gateway_number");
            sql.push(" LEFT JOIN refund r ON r.id = b.refund_id AND r.merchant_id IN ");
            one_account(&mut sql, of.merchant);
            sql.push(" WHERE (r.id IS NULL OR NOT ").push(LIVE).push(")");
            bill(&mut sql, "b.number");
        }
        (BillRowKind::Refund, DifferenceKind::WrongAmount) => {
            sql.push(" r.amount AS here, b.happened_at FROM bill_row b JOIN refund r ON r.id = b.refund_id");
            sql.push(" AND r.merchant_id = b.merchant_id LEFT JOIN payment p ON p.id = r.payment_id WHERE ");
            sql.push(LIVE).push(" AND r.amount <> b.amount");
            bill(&mut sql, "b.number");
        }
        (BillRowKind::Refund, DifferenceKind::MissingThere) => {
            sql.push(" NULL AS number, r.payment_id, r.id AS refund_id, r.amount AS here, r.settled_at AS happened_at");
            sql.push(" FROM refund r WHERE r.state = 'SETTLED'").with(" AND r.merchant_id = ", of.merchant);
            sql.with(" AND r.settled_at >= ", of.from).with(" AND r.settled_at < ", of.before);
            sql.push(" AND NOT EXISTS (SELECT 1 FROM bill_row b WHERE b.refund_id = r.id");
            sql.push(" AND b.merchant_id = r.merchant_id AND b.kind = 'REFUND')");
            sql.push(" AND NOT EXISTS (SELECT 1 FROM reconciliation_difference d WHERE d.refund_id = r.id");
            sql.with(" AND d.reconciliation_id = ", id).push(")");
        }
    }
    sql.push(" LIMIT ").bind(limited(limit)).all(connection).await
}

/// Notes differences, each once.
pub async fn insert_differences(
    connection: &impl ConnectionTrait,
    rows: &[reconciliation_difference::Model],
) -> Result<u64, Fault> {
    const COLUMNS: [&str; 17] = [
        "id",
        "org_id",
        "community_id",
        "reconciliation_id",
        "row_kind",
        "kind",
        "state",
        "number",
        "order_number",
        "payment_id",
        "refund_id",
        "suspense_item_id",
        "there",
        "here",
        "happened_at",
        "resolved_at",
        "created_at",
    ];
    let mut insert = Insert::into(connection, "reconciliation_difference", &COLUMNS);
    for row in rows {
        let values = [
            row.id.into(),
            row.org_id.into(),
            row.community_id.into(),
            row.reconciliation_id.into(),
            row.row_kind.into(),
            row.kind.into(),
            row.state.into(),
            row.number.as_str().into(),
            row.order_number.clone().into(),
            row.payment_id.into(),
            row.refund_id.into(),
            row.suspense_item_id.into(),
            row.there.into(),
            row.here.into(),
            row.happened_at.into(),
            row.resolved_at.into(),
            row.created_at.into(),
        ];
        insert.row(connection, values).await?;
    }
    insert.finish(connection).await
}

/// Closes differences of what the gateway did not have, and has by now.
pub async fn close_found(
    connection: &impl ConnectionTrait,
    merchant: MerchantId,
    now: DateTime<Utc>,
) -> Result<u64, Fault> {
    let mut sql = Sql::new("UPDATE reconciliation_difference SET state = 'RESOLVED', resolved_at = ");
    sql.bind(now).push(" WHERE state = 'OPEN' AND kind = 'MISSING_THERE' AND reconciliation_id IN (");
    sql.push("SELECT c.id FROM reconciliation c").with(" WHERE c.merchant_id = ", merchant);
    sql.push(") AND EXISTS (SELECT 1 FROM bill_row b").with(" WHERE b.merchant_id = ", merchant);
    sql.push(" AND b.kind = reconciliation_difference.row_kind AND b.number = reconciliation_difference.number)");
    sql.run(connection).await
}

/// What a day comes to on either side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Totals {
    /// Payments of the bill.
    pub payment_count: i64,
    /// What they come to.
    pub payment_sum: Money,
    /// Its refunds.
    pub refund_count: i64,
    /// What they come to.
    pub refund_sum: Money,
    /// What the gateway keeps, in 1/1,000 of the minor unit.
    pub fee_sum: i64,
    /// Payments that were paid on the day.
    pub own_payment_count: i64,
    /// What they came to.
    pub own_payment_sum: Money,
    /// Refunds that the payers had on the day.
    pub own_refund_count: i64,
    /// What they came to.
    pub own_refund_sum: Money,
}

/// What a day comes to on either side.
pub async fn totals_of(connection: &impl ConnectionTrait, of: MerchantDay) -> Result<Totals, Fault> {
    let sum =
        |what: &str, kind: &str| format!("CAST(COALESCE(SUM(CASE WHEN {kind} THEN {what} ELSE 0 END), 0) AS bigint)");
    let (payment, refund) = ("kind = 'PAYMENT'", "kind = 'REFUND'");
    let mut sql = Sql::new(format!(
        "SELECT b.*, p.*, r.* FROM (SELECT {} AS payment_count, {} AS payment_sum, {} AS refund_count, {} AS refund_sum,
    CAST(COALESCE(SUM(fee), 0) AS bigint) AS fee_sum FROM bill_row WHERE merchant_id = ",
        sum("1", payment),
        sum("amount", payment),
        sum("1", refund),
        sum("amount", refund)
    ));
    sql.bind(of.merchant).with(" AND day = ", of.day).push(") b,");
    sql.push(" (SELECT COUNT(*) AS own_payment_count, CAST(COALESCE(SUM(received), 0) AS bigint) AS own_payment_sum");
    sql.push(" FROM payment WHERE state = 'SETTLED'").with(" AND merchant_id = ", of.merchant);
    sql.with(" AND paid_at >= ", of.from).with(" AND paid_at < ", of.before).push(") p,");
    sql.push(" (SELECT COUNT(*) AS own_refund_count, CAST(COALESCE(SUM(amount), 0) AS bigint) AS own_refund_sum");
    sql.push(" FROM refund WHERE state = 'SETTLED'").with(" AND merchant_id = ", of.merchant);
    sql.with(" AND settled_at >= ", of.from).with(" AND settled_at < ", of.before).push(") r");
    sql.one(connection).await.map(|row| row.unwrap_or(Totals::NOTHING))
}

impl Totals {
    /// Of a day on which nothing happened.
    pub const NOTHING: Self = Self {
        payment_count: 0,
        payment_sum: Money::ZERO,
        refund_count: 0,
        refund_sum: Money::ZERO,
        fee_sum: 0,
        own_payment_count: 0,
        own_payment_sum: Money::ZERO,
        own_refund_count: 0,
        own_refund_sum: Money::ZERO,
    };
}

/// Finishes a comparison, while it is this attempt's.
pub async fn finish_comparison(
    connection: &impl ConnectionTrait,
    row: &reconciliation::Model,
    (totals, no_bill): (Totals, bool),
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    const DIFFERENCES: &str =
        "(SELECT COUNT(*) FROM reconciliation_difference d WHERE d.reconciliation_id = reconciliation.id";
    let mut sql = Sql::new("UPDATE reconciliation SET state = 'DONE', next_at = NULL, version = version + 1");
    sql.with(", no_bill = ", no_bill).with(", finished_at = ", now);
    sql.with(", payment_count = ", totals.payment_count).with(", payment_sum = ", totals.payment_sum);
    sql.with(", refund_count = ", totals.refund_count).with(", refund_sum = ", totals.refund_sum);
    sql.with(", fee_sum = ", totals.fee_sum).with(", own_payment_count = ", totals.own_payment_count);
    sql.with(", own_payment_sum = ", totals.own_payment_sum).with(", own_refund_count = ", totals.own_refund_count);
    sql.with(", own_refund_sum = ", totals.own_refund_sum);
    sql.push(", difference_count = ").push(DIFFERENCES).push(")");
    sql.with(", matched_count = ", totals.payment_count + totals.refund_count).push(" - ");
    sql.push(DIFFERENCES).push(" AND d.there IS NOT NULL)");
    sql.with(" WHERE id = ", row.id).with(" AND attempt = ", row.attempt).push(" AND state = 'WAITING'");
    Ok(sql.run(connection).await? == 1)
}

/// A difference to note; `number` falls back to the refund's.
pub fn difference(
    id: DifferenceId,
    of: &reconciliation::Model,
    (row_kind, kind): (BillRowKind, DifferenceKind),
    number: String,
    found: &Found,
    now: DateTime<Utc>,
) -> reconciliation_difference::Model {
    reconciliation_difference::Model {
        id,
        org_id: of.org_id,
        community_id: of.community_id,
        reconciliation_id: of.id,
        row_kind,
        kind,
        state: entities::values::DifferenceState::Open,
        number,
        order_number: found.order_number.clone(),
        payment_id: found.payment_id,
        refund_id: found.refund_id,
        suspense_item_id: None,
        there: found.there,
        here: found.here,
        happened_at: found.happened_at,
        words: None,
        resolved_by: None,
        resolved_at: None,
        created_at: now,
    }
}
