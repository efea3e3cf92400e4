//! What payments hold of a person.

use entities::refund;
use entities::values::{AccountId, SuspenseItemId};
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

use crate::db::{Fault, Sql};

/// Words of persons about persons.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Worded {
    /// Why invoices were refused or reversed.
    Invoices,
    /// Why receipts are void.
    Receipts,
    /// Why money went back, and what that rests on.
    Refunds,
    /// What became of money in suspense.
    Suspense,
    /// What explains differences, by their payments.
    Differences,
    /// What the ledger repeats of all that, by its objects.
    Journals,
}

impl Worded {
    fn place(self) -> (&'static str, &'static [&'static str], &'static str) {
        match self {
            Self::Invoices => ("invoice_request", &["reason", "red_reason"], "id"),
            Self::Receipts => ("receipt", &["void_reason"], "id"),
            Self::Refunds => ("refund", &["reason", "evidence"], "id"),
            Self::Suspense => ("suspense_item", &["words"], "id"),
            Self::Differences => ("reconciliation_difference", &["words"], "payment_id"),
            Self::Journals => ("journal", &["words"], "object_id"),
        }
    }
}

/// Takes some texts out of words.
pub async fn scrub_words(
    connection: &impl ConnectionTrait,
    needles: &[String],
    what: Worded,
    ids: &[Uuid],
) -> Result<(), Fault> {
    let (table, columns, key) = what.place();
    for ids in ids.chunks(500) {
        let mut sql = Sql::new("UPDATE ");
        sql.push(table);
        for (number, column) in columns.iter().enumerate() {
            sql.push(if number == 0 { " SET " } else { ", " }).push(column).push(" = ");
            sql.push(&"REPLACE(".repeat(needles.len())).push(column);
            for needle in needles {
                sql.with(", ", needle.as_str()).push(", '***')");
            }
        }
        sql.push(" WHERE ").push(key).push(" IN ").list(ids.iter().copied()).run(connection).await?;
    }
    Ok(())
}

/// Refunds of an account's own payments.
pub async fn refunds_of(connection: &impl ConnectionTrait, account: AccountId) -> Result<Vec<refund::Model>, Fault> {
    let mut sql = Sql::new("SELECT r.* FROM refund r WHERE ");
    super::own_payment(&mut sql, "r.payment_id", account);
    sql.push(" ORDER BY r.id").all(connection).await
}

/// What of an account's own payments is or was in suspense.
pub async fn suspense_of(connection: &impl ConnectionTrait, account: AccountId) -> Result<Vec<SuspenseItemId>, Fault> {
    #[derive(FromQueryResult)]
    struct Row {
        id: SuspenseItemId,
    }
    let mut sql = Sql::new("SELECT s.id FROM suspense_item s WHERE ");
    super::own_payment(&mut sql, "s.payment_id", account);
    let rows: Vec<Row> = sql.push(" ORDER BY s.id").all(connection).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// How much is under way with an account's own money: payments that may still arrive, refunds that are not over, money that
/// nobody has placed.
pub async fn open_matters(connection: &impl ConnectionTrait, account: AccountId) -> Result<i64, Fault> {
    let mut sql = Sql::new("SELECT (SELECT COUNT(*) FROM payment p WHERE p.state IN ('CREATED', 'PENDING') AND ");
    super::own_payment(&mut sql, "p.id", account);
    sql.push(") + (SELECT COUNT(*) FROM refund r WHERE r.state IN ('PENDING', 'APPROVED', 'SENT') AND ");
    super::own_payment(&mut sql, "r.payment_id", account);
    sql.push(") + (SELECT COUNT(*) FROM suspense_item s WHERE s.state = 'OPEN' AND ");
    super::own_payment(&mut sql, "s.payment_id", account);
    sql.push(")").number(connection).await
}

/// Takes the payer's name out of an account's own payments: their receipts keep it, as the books must.
pub async fn forget_payer_names(connection: &impl ConnectionTrait, account: AccountId) -> Result<(), Fault> {
    let mut sql = Sql::new("UPDATE payment SET payer_name = NULL WHERE payer_name IS NOT NULL AND ");
    super::own_payment(&mut sql, "id", account);
    sql.run(connection).await.map(|_| ())
}
