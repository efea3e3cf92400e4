//! What is posted: bills, charges, credit notes, journals, allocations, prepaid balances. Nothing here is ever changed
//! but what a charge has been credited, waived and paid, and the balances; the ledger is only added to.

use chrono::{DateTime, Utc};
use entities::values::{ChargeId, FeeItemId, Money, OrganizationId, PayerId, PrepaidBalanceId, UnitId};
use entities::{allocation, bill, charge, credit_note, ledger_entry};
use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::db::{Fault, Insert, Sql};

/// Charges that one statement locks.
const LOCKED: usize = 500;

/// Takes the next `count` numbers of an organization's bills; the first of them. The row stays locked until the commit,
/// so that no number is lost.
pub async fn take_bill_numbers(
    connection: &impl ConnectionTrait,
    org: OrganizationId,
    count: i64,
) -> Result<i64, Fault> {
    #[derive(FromQueryResult)]
    struct Row {
        last_number: i64,
    }
    let mut sql = Sql::new("INSERT INTO bill_series (org_id, last_number) VALUES (");
    sql.bind(org).with(", ", count);
    sql.push(") ON CONFLICT (org_id) DO UPDATE SET last_number = bill_series.last_number + excluded.last_number");
    let row: Option<Row> = sql.push(" RETURNING last_number").one(connection).await?;
    Ok(row.map_or(1, |row| row.last_number - count + 1))
}

/// Adds bills; how many.
pub async fn insert_bills(connection: &impl ConnectionTrait, rows: &[bill::Model]) -> Result<u64, Fault> {
    const COLUMNS: [&str; 9] =
        ["id", "org_id", "community_id", "unit_id", "payer_id", "number", "billed_on", "due_on", "created_at"];
    let mut insert = Insert::into(connection, "bill", &COLUMNS);
    for row in rows {
        let values = [
            row.id.into(),
            row.org_id.into(),
            row.community_id.into(),
            row.unit_id.into(),
            row.payer_id.into(),
            row.number.as_str().into(),
            row.billed_on.into(),
            row.due_on.into(),
            row.created_at.into(),
        ];
        insert.row(connection, values).await?;
    }
    insert.finish(connection).await
}

/// Adds charges; how many.
pub async fn insert_charges(connection: &impl ConnectionTrait, rows: &[charge::Model]) -> Result<u64, Fault> {
    const COLUMNS: [&str; 28] = [
        "id",
        "org_id",
        "community_id",
        "unit_id",
        "payer_id",
        "fee_item_id",
        "bill_id",
        "source",
        "run_id",
        "ticket_id",
        "of_charge_id",
        "period_start",
        "months",
        "segment_start",
        "segment_end",
        "revision",
        "quantity",
        "rate",
        "share",
        "estimated",
        "words",
        "amount",
        "credited",
        "waived",
        "paid",
        "due_on",
        "late_on",
        "created_at",
    ];
    let mut insert = Insert::into(connection, "charge", &COLUMNS);
    for row in rows {
        let values = [
            row.id.into(),
            row.org_id.into(),
            row.community_id.into(),
            row.unit_id.into(),
            row.payer_id.into(),
            row.fee_item_id.into(),
            row.bill_id.into(),
            row.source.into(),
            row.run_id.into(),
            row.ticket_id.into(),
            row.of_charge_id.into(),
            row.period_start.into(),
            row.months.into(),
            row.segment_start.into(),
            row.segment_end.into(),
            row.revision.into(),
            row.quantity.into(),
            row.rate.into(),
            row.share.into(),
            row.estimated.into(),
            row.words.clone().into(),
            row.amount.into(),
            row.credited.into(),
            row.waived.into(),
            row.paid.into(),
            row.due_on.into(),
            row.late_on.into(),
            row.created_at.into(),
        ];
        insert.row(connection, values).await?;
    }
    insert.finish(connection).await
}

/// Adds lines of journals; how many.
pub async fn insert_entries(connection: &impl ConnectionTrait, rows: &[ledger_entry::Model]) -> Result<u64, Fault> {
    const COLUMNS: [&str; 9] =
        ["id", "org_id", "journal_id", "account", "amount", "payer_id", "unit_id", "fee_item_id", "charge_id"];
    let mut insert = Insert::into(connection, "ledger_entry", &COLUMNS);
    for row in rows {
        let values = [
            row.id.into(),
            row.org_id.into(),
            row.journal_id.into(),
            row.account.into(),
            row.amount.into(),
            row.payer_id.into(),
            row.unit_id.into(),
            row.fee_item_id.into(),
            row.charge_id.into(),
        ];
        insert.row(connection, values).await?;
    }
    insert.finish(connection).await
}

/// Adds allocations; how many.
pub async fn insert_allocations(connection: &impl ConnectionTrait, rows: &[allocation::Model]) -> Result<u64, Fault> {
    const COLUMNS: [&str; 9] =
        ["id", "org_id", "charge_id", "kind", "amount", "source_id", "journal_id", "on_day", "created_at"];
    let mut insert = Insert::into(connection, "allocation", &COLUMNS);
    for row in rows {
        let values = [
            row.id.into(),
            row.org_id.into(),
            row.charge_id.into(),
            row.kind.into(),
            row.amount.into(),
            row.source_id.into(),
            row.journal_id.into(),
            row.on_day.into(),
            row.created_at.into(),
        ];
        insert.row(connection, values).await?;
    }
    insert.finish(connection).await
}

/// What a charge came to when it was read: a change names it, so that a lost race shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Standing {
    /// Which charge.
    pub id: ChargeId,
    /// What had been credited.
    pub credited: Money,
    /// What had been waived.
    pub waived: Money,
    /// What had been paid.
    pub paid: Money,
}

/// Changes what was credited, waived and paid of a charge by these amounts, if it stands as it was read.
pub async fn change_charge(
    connection: &impl ConnectionTrait,
    seen: Standing,
    (credited, waived, paid): (i64, i64, i64),
) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE charge SET credited = credited + ");
    sql.bind(credited).with(", waived = waived + ", waived).with(", paid = paid + ", paid);
    sql.with(" WHERE id = ", seen.id).with(" AND credited = ", seen.credited);
    sql.with(" AND waived = ", seen.waived).with(" AND paid = ", seen.paid);
    Ok(sql.run(connection).await? == 1)
}

/// Lets one transaction at a time change a charge: the row's lock is held until the commit, so that what is read after it
/// stands.
pub async fn lock_charge(connection: &impl ConnectionTrait, id: ChargeId) -> Result<(), Fault> {
    lock_charges(connection, &[id]).await
}

/// The same for several.
pub async fn lock_charges(connection: &impl ConnectionTrait, ids: &[ChargeId]) -> Result<(), Fault> {
    for ids in ids.chunks(LOCKED) {
        Sql::new("UPDATE charge SET paid = paid WHERE id IN ").list(ids.iter().copied()).run(connection).await?;
    }
    Ok(())
}

/// Adds a credit note, numbered among those of its charge.
pub async fn insert_credit(connection: &impl ConnectionTrait, row: &credit_note::Model) -> Result<(), Fault> {
    let mut sql = Sql::new(
        "INSERT INTO credit_note (id, org_id, charge_id, revision, amount, to_prepaid, reason, run_id, account_id, created_at) VALUES (",
    );
    sql.bind(row.id).with(", ", row.org_id).with(", ", row.charge_id);
    sql.push(", (SELECT COALESCE(MAX(n.revision), 0) + 1 FROM credit_note n")
        .with(" WHERE n.charge_id = ", row.charge_id);
    sql.with("), ", row.amount).with(", ", row.to_prepaid).with(", ", row.reason.clone()).with(", ", row.run_id);
    sql.with(", ", row.account_id).with(", ", row.created_at).push(")").run(connection).await.map(|_| ())
}

/// Whose balance, for which unit, and for one item or for all.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Purse {
    /// Whose.
    pub payer_id: PayerId,
    /// For which unit.
    pub unit_id: UnitId,
    /// For which item; for all when missing.
    pub fee_item_id: Option<FeeItemId>,
}

/// Adds to a prepaid balance.
pub async fn add_prepaid(
    connection: &impl ConnectionTrait,
    id: PrepaidBalanceId,
    org: OrganizationId,
    purse: Purse,
    amount: Money,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let mut sql = Sql::new(
        "INSERT INTO prepaid_balance (id, org_id, payer_id, unit_id, fee_item_id, amount, updated_at) VALUES (",
    );
    sql.bind(id).with(", ", org).with(", ", purse.payer_id).with(", ", purse.unit_id);
    sql.with(", ", purse.fee_item_id).with(", ", amount).with(", ", now);
    sql.push(match purse.fee_item_id {
        Some(_) => ") ON CONFLICT (payer_id, unit_id, fee_item_id) WHERE fee_item_id IS NOT NULL",
        None => ") ON CONFLICT (payer_id, unit_id) WHERE fee_item_id IS NULL",
    });
    sql.push(" DO UPDATE SET amount = prepaid_balance.amount + excluded.amount, updated_at = excluded.updated_at");
    sql.run(connection).await.map(|_| ())
}

/// Takes from a prepaid balance; `false` when there is not so much.
pub async fn draw_prepaid(
    connection: &impl ConnectionTrait,
    id: PrepaidBalanceId,
    amount: Money,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE prepaid_balance SET amount = amount - ");
    sql.bind(amount).with(", updated_at = ", now).with(" WHERE id = ", id).with(" AND amount >= ", amount);
    Ok(sql.run(connection).await? == 1)
}

/// Takes from the balance of a purse; `false` when there is not so much.
pub async fn draw_purse(
    connection: &impl ConnectionTrait,
    purse: Purse,
    amount: Money,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE prepaid_balance SET amount = amount - ");
    sql.bind(amount).with(", updated_at = ", now).with(" WHERE payer_id = ", purse.payer_id);
    sql.with(" AND unit_id = ", purse.unit_id).with(" AND amount >= ", amount);
    match purse.fee_item_id {
        Some(item) => sql.with(" AND fee_item_id = ", item),
        None => sql.push(" AND fee_item_id IS NULL"),
    };
    Ok(sql.run(connection).await? == 1)
}
