//! Thousands of payments and refunds as they stand after years, written past the API in few statements, by the laws of money.

use api::clock::Clock;
use api::db::{Fault, Insert, Sql, Tx};
use chrono::{DateTime, Utc};
use entities::values::{
    CommunityId, JournalId, LedgerEntryId, MerchantId, OrganizationId, PayerId, PaymentId, ReceiptId, ReceiptSeriesId,
    RefundId, StaffId, UnitId,
};
use sea_orm::Value;

/// Whose they are.
#[derive(Clone, Copy)]
pub struct Place {
    pub org: OrganizationId,
    pub community: CommunityId,
    pub merchant: MerchantId,
    pub payer: PayerId,
    pub unit: UnitId,
    pub staff: StaffId,
}

/// A payment to the prepaid balance.
#[derive(Clone)]
pub struct Paid {
    pub id: PaymentId,
    pub number: String,
    pub amount: i64,
    pub at: DateTime<Utc>,
    /// Whether its money arrived.
    pub settled: bool,
    /// What of it went back, through the gateway.
    pub back: Option<(RefundId, i64)>,
}

const PAYMENT: [&str; 23] = [
    "id",
    "org_id",
    "community_id",
    "method",
    "merchant_id",
    "channel",
    "state",
    "payer_id",
    "unit_id",
    "amount",
    "received",
    "allocated",
    "prepaid",
    "suspense",
    "refunded",
    "gateway_number",
    "journal_id",
    "checks",
    "paid_at",
    "settled_at",
    "version",
    "created_at",
    "updated_at",
];
const JOURNAL: [&str; 8] =
    ["id", "org_id", "community_id", "kind", "object_kind", "object_id", "posted_on", "created_at"];
const ENTRY: [&str; 7] = ["id", "org_id", "journal_id", "account", "amount", "payer_id", "unit_id"];
const REFUND: [&str; 26] = [
    "id",
    "org_id",
    "community_id",
    "payment_id",
    "merchant_id",
    "order_number",
    "state",
    "amount",
    "kept",
    "from_charges",
    "from_prepaid",
    "from_suspense",
    "from_deposit",
    "took_allocated",
    "took_prepaid",
    "took_suspense",
    "reason",
    "second_person",
    "staff_id",
    "gateway_number",
    "journal_id",
    "checks",
    "settled_at",
    "version",
    "created_at",
    "updated_at",
];

const RECEIPT: [&str; 11] = [
    "id",
    "org_id",
    "community_id",
    "series_id",
    "number",
    "code",
    "payment_id",
    "amount",
    "state",
    "issued_at",
    "version",
];
const LINE: [&str; 6] = ["receipt_id", "position", "org_id", "name_zh", "name_en", "amount"];

/// The receipts of those that are settled, in a series of their own.
async fn receipts(tx: &Tx, clock: &Clock, place: Place, payments: &[Paid]) -> Result<(), Fault> {
    let settled: Vec<&Paid> = payments.iter().filter(|it| it.settled).collect();
    let series: ReceiptSeriesId = clock.new_id();
    let mut sql = Sql::new(
        "INSERT INTO receipt_series (id, org_id, community_id, kind, code, name, books, active, last_number, version,
    created_at, updated_at) VALUES (",
    );
    sql.bind(series).with(", ", place.org).with(", ", place.community);
    sql.with(", 'ELECTRONIC', 'E', '电子收据', FALSE, TRUE, ", settled.len() as i64);
    sql.with(", 0, ", clock.now()).with(", ", clock.now()).push(")").run(tx).await?;
    let ids: Vec<ReceiptId> = settled.iter().map(|_| clock.new_id()).collect();
    let mut insert = Insert::into(tx, "receipt", &RECEIPT);
    for ((it, id), number) in settled.iter().zip(&ids).zip(1_i64..) {
        let values: [Value; 11] = [
            (*id).into(),
            place.org.into(),
            place.community.into(),
            series.into(),
            number.into(),
            format!("E-{number:08}").into(),
            it.id.into(),
            it.amount.into(),
            "VALID".into(),
            it.at.into(),
            0_i32.into(),
        ];
        insert.row(tx, values).await?;
    }
    insert.finish(tx).await?;
    let mut insert = Insert::into(tx, "receipt_line", &LINE);
    for (it, id) in settled.iter().zip(ids) {
        let values: [Value; 6] =
            [id.into(), 0_i32.into(), place.org.into(), "预存".into(), "Prepaid".into(), it.amount.into()];
        insert.row(tx, values).await?;
    }
    insert.finish(tx).await.map(|_| ())
}

/// Writes them, with their journals and the balance that they make.
pub async fn write(tx: &Tx, clock: &Clock, place: Place, payments: &[Paid]) -> Result<(), Fault> {
    let mut journals = Insert::into(tx, "journal", &JOURNAL);
    let mut entries = Vec::new();
    let mut rows: Vec<Vec<Value>> = Vec::new();
    let mut refunds: Vec<Vec<Value>> = Vec::new();
    let mut balance = 0;
    for it in payments {
        let back = it.back.map_or(0, |(_, amount)| amount);
        let settled = it.settled.then_some(it.at);
        let (received, journal): (i64, Option<JournalId>) = match it.settled {
            true => (it.amount, Some(clock.new_id())),
            false => (0, None),
        };
        let mut post = |journal: JournalId, cash: i64| {
            entries.push((journal, "CASH", cash, None));
            entries.push((journal, "PREPAID", -cash, Some((place.payer, place.unit))));
            balance += cash;
        };
        if let Some(journal) = journal {
            journals.row(tx, journal_row(place, journal, ("RECEIVED", "PAYMENT", it.id.0), it.at)).await?;
            post(journal, it.amount);
        }
        if let Some((id, amount)) = it.back {
            let journal: JournalId = clock.new_id();
            journals.row(tx, journal_row(place, journal, ("REFUNDED", "REFUND", id.0), it.at)).await?;
            post(journal, -amount);
            refunds.push(refund_row(place, it, (id, amount), journal));
        }
        rows.push(vec![
            it.id.into(),
            place.org.into(),
            place.community.into(),
            "SANDBOX".into(),
            place.merchant.into(),
            "PAGE".into(),
            if it.settled { "SETTLED" } else { "PENDING" }.into(),
            place.payer.into(),
            place.unit.into(),
            it.amount.into(),
            received.into(),
            0_i64.into(),
            (received - back).into(),
            0_i64.into(),
            back.into(),
            it.settled.then(|| it.number.clone()).into(),
            journal.into(),
            0_i32.into(),
            settled.into(),
            settled.into(),
            0_i32.into(),
            it.at.into(),
            it.at.into(),
        ]);
    }
    journals.finish(tx).await?;
    let mut insert = Insert::into(tx, "payment", &PAYMENT);
    for row in rows {
        insert.row(tx, row).await?;
    }
    insert.finish(tx).await?;
    receipts(tx, clock, place, payments).await?;
    let mut insert = Insert::into(tx, "refund", &REFUND);
    for row in refunds {
        insert.row(tx, row).await?;
    }
    insert.finish(tx).await?;
    let mut insert = Insert::into(tx, "ledger_entry", &ENTRY);
    for (journal, account, amount, owner) in entries {
        let values: [Value; 7] = [
            clock.new_id::<LedgerEntryId>().into(),
            place.org.into(),
            journal.into(),
            account.into(),
            amount.into(),
            owner.map(|it| it.0).into(),
            owner.map(|it| it.1).into(),
        ];
        insert.row(tx, values).await?;
    }
    insert.finish(tx).await?;
    let mut sql = Sql::new("INSERT INTO prepaid_balance (id, org_id, payer_id, unit_id, amount, updated_at) VALUES (");
    sql.bind(clock.new_id::<LedgerEntryId>()).with(", ", place.org).with(", ", place.payer).with(", ", place.unit);
    sql.with(", ", balance).with(", ", clock.now()).push(")").run(tx).await.map(|_| ())
}

fn journal_row(
    place: Place,
    id: JournalId,
    (kind, object, object_id): (&str, &str, uuid::Uuid),
    at: DateTime<Utc>,
) -> Vec<Value> {
    vec![
        id.into(),
        place.org.into(),
        place.community.into(),
        kind.into(),
        object.into(),
        object_id.into(),
        (at + chrono::Duration::hours(8)).date_naive().into(),
        at.into(),
    ]
}

fn refund_row(place: Place, of: &Paid, (id, amount): (RefundId, i64), journal: JournalId) -> Vec<Value> {
    let nothing = || -> Value { 0_i64.into() };
    vec![
        id.into(),
        place.org.into(),
        place.community.into(),
        of.id.into(),
        place.merchant.into(),
        of.id.0.simple().to_string().into(),
        "SETTLED".into(),
        amount.into(),
        nothing(),
        nothing(),
        amount.into(),
        nothing(),
        nothing(),
        nothing(),
        amount.into(),
        nothing(),
        "-".into(),
        false.into(),
        place.staff.into(),
        format!("R{}", of.number).into(),
        journal.into(),
        0_i32.into(),
        of.at.into(),
        0_i32.into(),
        of.at.into(),
        of.at.into(),
    ]
}
