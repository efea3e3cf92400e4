//! The comparison itself: what either side has and the other has not, and amounts that differ. Each difference is noted
//! once, so that comparing again finds the same.

use entities::values::{BillRowKind, DifferenceKind, DifferenceState, Money, SuspenseReason, TypedId as _};
use entities::{bill_row, merchant, reconciliation, reconciliation_difference};

use super::super::super::repo::{self, Found, MerchantDay, SOUGHT};
use super::super::reader;
use super::super::settle::{Arrival, Suspended, settle, suspend};
use crate::db::Tx;
use crate::domains::estate::lock_organization;
use crate::error::Error;
use crate::infra::gateways::RefundNo;
use crate::infra::history::Actor;
use crate::state::App;

/// Rows that are read at a time.
const CHUNK: u64 = 500;
/// Payments that nobody knew of, which are entered in one transaction.
const ENTERED: u64 = 50;

/// Compares a day whose bill is kept.
pub async fn compare(
    app: &App,
    row: &reconciliation::Model,
    merchant: &merchant::Model,
    of: MerchantDay,
    no_bill: bool,
) -> Result<(), Error> {
    loop {
        let (app_, row, merchant) = (app.clone(), row.clone(), merchant.clone());
        let entered = app
            .db
            .write_background(move |tx| {
                let (app, row, merchant) = (app_.clone(), row.clone(), merchant.clone());
                Box::pin(async move {
                    // Two communities with one account at the gateway do not both take what nobody knows.
                    lock_organization(tx, merchant.org_id).await?;
                    let unknown = repo::unknown_payments(tx, row.id, of, ENTERED).await?;
                    for it in &unknown {
                        let difference = missing_here(tx, &app, &row, &merchant, it).await?;
                        repo::insert_differences(tx, &[difference]).await?;
                    }
                    Ok(unknown.len())
                })
            })
            .await?;
        if entered == 0 {
            break;
        }
    }
    for sort in SOUGHT {
        loop {
            let found = repo::find_differences(reader(app), row.id, of, sort, CHUNK).await?;
            if found.is_empty() {
                break;
            }
            note(app, row, sort, &found).await?;
        }
    }
    let (app_, row) = (app.clone(), row.clone());
    app.db
        .write_background(move |tx| {
            let (app, row) = (app_.clone(), row.clone());
            Box::pin(async move {
                let now = app.clock.now();
                repo::close_found(tx, row.merchant_id, now).await?;
                let totals = repo::totals_of(tx, of).await?;
                // Whoever took it over finishes it.
                repo::finish_comparison(tx, &row, (totals, no_bill), now).await.map(|_| ()).map_err(Error::from)
            })
        })
        .await
}

/// Money that is at the gateway and not here: it settles its payment where that is ours and open, else it lies in suspense
/// for a person, once.
async fn missing_here(
    tx: &Tx,
    app: &App,
    of: &reconciliation::Model,
    merchant: &merchant::Model,
    row: &bill_row::Model,
) -> Result<reconciliation_difference::Model, Error> {
    let payment = match row.order_id {
        Some(id) => repo::payment_of_order(tx, merchant.id, id).await?,
        None => None,
    };
    if row.amount > Money::ZERO {
        match &payment {
            Some(payment) => {
                let arrival = Arrival {
                    gateway_number: Some(row.gateway_number.clone()),
                    amount: row.amount,
                    paid_at: row.happened_at,
                };
                settle(tx, app, payment.id, &arrival, Actor::default()).await?;
            }
            None => {
                let new = Suspended {
                    org: merchant.org_id,
                    community: merchant.community_id,
                    merchant: Some(merchant.id),
                    payment: None,
                    gateway_number: Some(row.gateway_number.clone()),
                    order_number: Some(row.order_number.clone()),
                    reason: SuspenseReason::UnknownOrder,
                    amount: row.amount,
                    paid_at: row.happened_at,
                };
                suspend(tx, app, new).await?;
            }
        }
    }
    let item = repo::suspense_by_number(tx, merchant.id, &row.gateway_number).await?;
    let found = Found {
        number: Some(row.number.clone()),
        order_number: Some(row.order_number.clone()),
        payment_id: payment.as_ref().map(|it| it.id),
        refund_id: None,
        there: Some(row.amount),
        here: None,
        happened_at: row.happened_at,
    };
    let now = app.clock.now();
    let sort = (BillRowKind::Payment, DifferenceKind::MissingHere);
    let noted = repo::difference(app.clock.new_id(), of, sort, row.number.clone(), &found, now);
    // A payment that is settled by it needs nobody.
    let settled = payment.is_some() && item.is_none();
    Ok(reconciliation_difference::Model {
        state: if settled { DifferenceState::Resolved } else { DifferenceState::Open },
        resolved_at: settled.then_some(now),
        suspense_item_id: item,
        ..noted
    })
}

async fn note(
    app: &App,
    of: &reconciliation::Model,
    sort: (BillRowKind, DifferenceKind),
    found: &[Found],
) -> Result<(), Error> {
    let now = app.clock.now();
    let number = |it: &Found| {
        let own = it.refund_id.map(|id| RefundNo::from_uuid(id.uuid()).as_str().to_owned());
        it.number.clone().or(own).unwrap_or_default()
    };
    let rows: Vec<reconciliation_difference::Model> =
        found.iter().map(|it| repo::difference(app.clock.new_id(), of, sort, number(it), it, now)).collect();
    let noted = app
        .db
        .write_background(move |tx| {
            let rows = rows.clone();
            Box::pin(async move { Ok(repo::insert_differences(tx, &rows).await?) })
        })
        .await?;
    // What was found had not been noted: without progress the search would go on for ever.
    if noted == 0 { Err(Error::internal("differences that were found could not be noted")) } else { Ok(()) }
}
