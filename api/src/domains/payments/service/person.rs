//! What payments hold of a person: for the person, and to be taken out.

use entities::values::{AccountId, InvoiceRequestId, InvoiceState};
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::repo::{self, Worded};
use super::invoices::give_up;
use crate::db::Tx;
use crate::domains::identity::Forgotten;
use crate::error::Error;
use crate::infra::history;
use crate::state::App;

/// Takes a person out of invoices and payments. Receipts, and invoices that were issued to companies, stay as the books
/// must keep them.
pub async fn forget_person(tx: &Tx, app: &App, person: &Forgotten) -> Result<(), Error> {
    let account = person.account_id;
    for row in repo::invoices_of(tx, account).await? {
        if row.state == InvoiceState::Requested {
            give_up(tx, app, &row, account).await?;
        }
        repo::forget_invoice(tx, &row).await?;
    }
    let invoices: Vec<_> = repo::invoices_of(tx, account).await?.into_iter().map(|row| row.id).collect();
    let receipts = repo::receipts_of(tx, account).await?;
    let invoices: Vec<Uuid> = invoices.iter().map(|id: &InvoiceRequestId| id.0).collect();
    let payments: Vec<Uuid> = receipts.iter().map(|row| row.payment_id.0).collect();
    let receipts: Vec<Uuid> = receipts.iter().map(|row| row.id.0).collect();
    let refunds: Vec<Uuid> = repo::refunds_of(tx, account).await?.iter().map(|row| row.id.0).collect();
    let suspense: Vec<Uuid> = repo::suspense_of(tx, account).await?.iter().map(|id| id.0).collect();
    let mut objects = [invoices.clone(), receipts.clone(), payments.clone()].concat();
    objects.extend([refunds.clone(), suspense.clone()].concat());
    for (what, ids) in [
        (Worded::Invoices, &invoices),
        (Worded::Receipts, &receipts),
        (Worded::Refunds, &refunds),
        (Worded::Suspense, &suspense),
        (Worded::Differences, &payments),
        (Worded::Journals, &objects),
    ] {
        repo::scrub_words(tx, &person.needles(), what, ids).await?;
    }
    repo::forget_payer_names(tx, account).await?;
    // As JSON has them.
    let texts = person.needles().iter().map(serde_json::to_string).collect::<Result<Vec<_>, _>>()?;
    let texts: Vec<String> = texts.iter().map(|text| text.trim_matches('"').to_owned()).collect();
    history::erase_payload_of(tx, account, &texts, &objects).await?;
    Ok(())
}

/// How much is under way with a person's money.
pub async fn open_matters(tx: &Tx, account: AccountId) -> Result<i64, Error> {
    Ok(repo::open_matters(tx, account).await?)
}

/// What is kept of a person, for the person to read.
pub async fn own_payments(app: &App, account: AccountId) -> Result<Value, Error> {
    let connection = app.db.read();
    let invoices: Vec<Value> = repo::invoices_of(connection, account)
        .await?
        .into_iter()
        .map(|row| {
            json!({
                "kind": row.kind, "title": row.title, "taxNumber": row.tax_number, "email": row.email,
                "amount": row.amount.plain(2), "state": row.state, "number": row.number, "issuedOn": row.issued_on,
                "reason": row.reason, "redNumber": row.red_number, "redReason": row.red_reason,
                "createdAt": row.created_at,
            })
        })
        .collect();
    let receipts: Vec<Value> = repo::receipts_of(connection, account)
        .await?
        .into_iter()
        .map(|row| {
            json!({
                "number": row.code, "payerName": row.payer_name, "amount": row.amount.plain(2), "state": row.state,
                "voidReason": row.void_reason, "issuedAt": row.issued_at,
            })
        })
        .collect();
    let refunds: Vec<Value> = repo::refunds_of(connection, account)
        .await?
        .into_iter()
        .map(|row| {
            json!({
                "amount": row.amount.plain(2), "kept": row.kept.plain(2), "state": row.state, "reason": row.reason,
                "evidence": row.evidence, "createdAt": row.created_at, "settledAt": row.settled_at,
            })
        })
        .collect();
    Ok(json!({ "invoices": invoices, "receipts": receipts, "refunds": refunds }))
}
