//! The worker's loop: yesterday is compared for every merchant, once its gateway has the bill.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use entities::values::{Money, ReconciliationId, ReconciliationState, StaffId, TypedId as _};
use entities::{bill_row, merchant, reconciliation};

use super::super::super::model::{beijing_day, billed_days};
use super::super::super::repo::{self, MerchantDay};
use super::super::reader;
use super::compare::compare;
use crate::clock::Clock;
use crate::db::Tx;
use crate::domains::estate::lock_organization;
use crate::error::Error;
use crate::infra::gateways::{Bill, BillKind, BillRow, GatewayError, OrderNo, RefundNo};
use crate::state::App;

/// For how long a worker has a day for itself.
const LEASE: Duration = Duration::minutes(10);
/// Days that are made up for when no worker ran.
const DAYS_BACK: u64 = 7;
/// For how long a bill is asked for again while it is missing and something was paid.
const PATIENCE: Duration = Duration::days(3);
/// For how long a gateway that answers otherwise is asked: after that the day waits for a person to begin it again.
const GIVEN_UP: Duration = Duration::days(30);
/// Rows that are kept in one transaction.
const CHUNK: usize = 500;

/// Begins every day that is due, and compares those whose bill is there; how many were compared.
pub async fn reconcile(app: &App) -> Result<u64, Error> {
    for day in billed_days(app.clock.now(), DAYS_BACK) {
        let (from, before) = beijing_day(day);
        let due = repo::merchants_without(reader(app), (day, from, before)).await?;
        for merchant in due {
            let app_ = app.clone();
            app.db
                .write_background(move |tx| {
                    let (app, merchant) = (app_.clone(), merchant.clone());
                    Box::pin(async move { begin(tx, &app, &merchant, day, None).await.map(|_| ()) })
                })
                .await?;
        }
    }
    let mut done = 0;
    loop {
        let now = app.clock.now();
        let taken = app
            .db
            .write_background(move |tx| Box::pin(async move { Ok(repo::take_comparison(tx, now, now + LEASE).await?) }))
            .await?;
        let Some(row) = taken else { return Ok(done) };
        match one(app, &row).await {
            Ok(true) => done += 1,
            Ok(false) => {}
            Err(error) => {
                tracing::warn!(cause = ?error, reconciliation = %row.id.uuid(), "payments.not_reconciled");
                put_off(app, &row, pause(row.attempt)).await?;
            }
        }
    }
}

/// The day of a merchant, begun unless it was; one that was compared is compared once more when somebody asks for it.
pub async fn begin(
    tx: &Tx,
    app: &App,
    merchant: &merchant::Model,
    day: NaiveDate,
    by: Option<StaffId>,
) -> Result<ReconciliationId, Error> {
    let now = app.clock.now();
    // Of two nodes at ten o'clock one begins it.
    lock_organization(tx, merchant.org_id).await?;
    if let Some(row) = repo::reconciliation_of(tx, merchant.id, day).await? {
        if by.is_some() {
            repo::compare_again(tx, row.id, now).await?;
        }
        return Ok(row.id);
    }
    let id: ReconciliationId = app.clock.new_id();
    repo::insert(tx, fresh(id, merchant, day, by, now)).await?;
    Ok(id)
}

fn fresh(
    id: ReconciliationId,
    merchant: &merchant::Model,
    day: NaiveDate,
    staff_id: Option<StaffId>,
    now: DateTime<Utc>,
) -> reconciliation::Model {
    reconciliation::Model {
        id,
        org_id: merchant.org_id,
        community_id: merchant.community_id,
        merchant_id: merchant.id,
        day,
        state: ReconciliationState::Waiting,
        no_bill: false,
        attempt: 0,
        next_at: Some(now),
        payment_count: 0,
        payment_sum: Money::ZERO,
        refund_count: 0,
        refund_sum: Money::ZERO,
        fee_sum: 0,
        own_payment_count: 0,
        own_payment_sum: Money::ZERO,
        own_refund_count: 0,
        own_refund_sum: Money::ZERO,
        matched_count: 0,
        difference_count: 0,
        staff_id,
        version: 1,
        created_at: now,
        finished_at: None,
    }
}

/// The pause after so many attempts: twice as long each time, up to an hour.
fn pause(attempt: i32) -> Duration {
    let doublings = u32::try_from(attempt).unwrap_or(0).min(6);
    (Duration::minutes(1) * 2_i32.pow(doublings)).min(Duration::hours(1))
}

async fn put_off(app: &App, row: &reconciliation::Model, by: Duration) -> Result<(), Error> {
    let at = Some(app.clock.now() + by).filter(|at| *at < beijing_day(row.day).1.max(row.created_at) + GIVEN_UP);
    if at.is_none() {
        tracing::error!(reconciliation = %row.id.uuid(), "payments.reconciliation_given_up");
    }
    let row = row.clone();
    app.db
        .write_background(move |tx| {
            let row = row.clone();
            Box::pin(async move { Ok(repo::put_comparison_off(tx, &row, at).await?) })
        })
        .await
}

/// Downloads the bill of a day, keeps it and compares; `false` when there is none yet.
async fn one(app: &App, row: &reconciliation::Model) -> Result<bool, Error> {
    let merchant = repo::get_merchant(reader(app), row.merchant_id).await?;
    let merchant = merchant.ok_or_else(|| Error::internal("a merchant is gone"))?;
    let gateway = app.merchants.gateway(&app.clock, &merchant)?;
    let (from, before) = beijing_day(row.day);
    let of = MerchantDay { merchant: merchant.id, day: row.day, from, before };
    let bill = match gateway.bill(row.day).await {
        Ok(bill) => Some(bill),
        Err(GatewayError::NoBill) => {
            let own = repo::totals_of(reader(app), of).await?;
            let expected = own.own_payment_count + own.own_refund_count > 0;
            if expected && app.clock.now() < before + PATIENCE {
                put_off(app, row, Duration::hours(1)).await?;
                return Ok(false);
            }
            None
        }
        Err(error) => {
            tracing::warn!(cause = ?error, reconciliation = %row.id.uuid(), "payments.no_bill");
            put_off(app, row, pause(row.attempt)).await?;
            return Ok(false);
        }
    };
    let no_bill = bill.is_none();
    keep(app, row, bill.unwrap_or_default()).await?;
    compare(app, row, &merchant, of, no_bill).await?;
    Ok(true)
}

/// Keeps the rows of a bill, chunk by chunk: those that are there already stay.
async fn keep(app: &App, row: &reconciliation::Model, bill: Bill) -> Result<(), Error> {
    for chunk in bill.rows.chunks(CHUNK) {
        let rows: Vec<bill_row::Model> = chunk.iter().map(|it| kept(&app.clock, row, it)).collect();
        app.db
            .write_background(move |tx| {
                let rows = rows.clone();
                Box::pin(async move { Ok(repo::insert_bill_rows(tx, &rows).await.map(|_| ())?) })
            })
            .await?;
    }
    Ok(())
}

fn kept(clock: &Clock, of: &reconciliation::Model, row: &BillRow) -> bill_row::Model {
    use entities::values::{BillRowKind, PaymentId, RefundId};
    let refund = row.refund.clone();
    let (kind, number) = match row.kind {
        BillKind::Payment => (BillRowKind::Payment, row.gateway_id.clone()),
        // Refunds of one payment have its number: their own tells them apart.
        BillKind::Refund => {
            let own = refund.clone().or_else(|| row.gateway_refund_id.clone());
            (BillRowKind::Refund, own.unwrap_or_else(|| format!("{} {}", row.gateway_id, row.at.timestamp())))
        }
    };
    bill_row::Model {
        id: clock.new_id(),
        org_id: of.org_id,
        merchant_id: of.merchant_id,
        day: of.day,
        kind,
        number,
        gateway_number: row.gateway_id.clone(),
        order_number: row.order.clone(),
        order_id: OrderNo::parse(&row.order).and_then(|order| order.uuid()).map(PaymentId),
        refund_number: refund.clone(),
        refund_id: refund.and_then(|text| RefundNo::parse(&text)).and_then(|number| number.uuid()).map(RefundId),
        amount: row.amount,
        fee: row.fee.0,
        state: row.state.chars().take(60).collect(),
        happened_at: row.at,
    }
}
