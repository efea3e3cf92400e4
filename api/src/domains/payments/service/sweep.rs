//! Asking gateways about payments of which nothing was heard: notifications may be lost, and orders left open.

use chrono::{DateTime, Duration, Utc};
use entities::payment;
use entities::values::{PaymentClosedReason, PaymentState, TypedId as _};
use serde_json::json;

use super::super::model::next_check;
use super::super::repo;
use super::note::{Entry, note};
use super::reader;
use super::settle::{Arrival, settle};
use crate::error::Error;
use crate::infra::gateways::{Closing, Gateway, GatewayError, OrderNo, OrderState, OrderStatus};
use crate::infra::history::Actor;
use crate::state::App;

/// Payments that one node asks about at a time.
const BATCH: u64 = 20;
/// For how long nobody else asks about them.
const LEASE: Duration = Duration::minutes(2);
/// How long after its end an order that the gateway does not know counts as never opened.
const UNKNOWN_AFTER: Duration = Duration::minutes(2);

/// Asks about every payment that is due; how many.
pub async fn sweep(app: &App) -> Result<u64, Error> {
    let mut asked = 0;
    loop {
        let now = app.clock.now();
        let due: Vec<payment::Model> = app
            .db
            .write_background(move |tx| Box::pin(async move { Ok(repo::take_due(tx, now, now + LEASE, BATCH).await?) }))
            .await?;
        let count = due.len() as u64;
        for row in due {
            if let Err(error) = ask(app, &row).await {
                tracing::warn!(cause = ?error, payment = %row.id.uuid(), "payments.not_asked");
            }
        }
        asked += count;
        if count < BATCH {
            return Ok(asked);
        }
    }
}

/// Asks the gateway of a payment how its order stands, and does what follows.
pub async fn ask(app: &App, row: &payment::Model) -> Result<(), Error> {
    let Some(merchant) = row.merchant_id else { return Ok(()) };
    let merchant = repo::get_merchant(reader(app), merchant).await?;
    let merchant = merchant.ok_or_else(|| Error::internal("a payment's merchant is gone"))?;
    let gateway = app.merchants.gateway(&app.clock, &merchant)?;
    let order = OrderNo::from_uuid(row.id.uuid());
    match gateway.query(&order).await {
        Ok(status) => follow(app, row, gateway.as_ref(), &order, status).await,
        Err(error) => {
            tracing::warn!(cause = ?error, payment = %row.id.uuid(), "payments.gateway_silent");
            later(app, row).await
        }
    }
}

async fn follow(
    app: &App,
    row: &payment::Model,
    gateway: &dyn Gateway,
    order: &OrderNo,
    status: OrderStatus,
) -> Result<(), Error> {
    let over = row.state == PaymentState::Closed || row.expires_at.is_some_and(|at| at <= app.clock.now());
    match status.state {
        OrderState::Paid | OrderState::Refunded => paid(app, row, status).await,
        OrderState::Open if over => close_there(app, row, gateway, order).await,
        OrderState::Open => later(app, row).await,
        OrderState::Closed => closed(app, row, PaymentClosedReason::Expired, None).await,
        OrderState::Failed => closed(app, row, PaymentClosedReason::Failed, None).await,
        OrderState::Unknown => {
            let long_over = unknown_until(row).is_some_and(|at| at <= app.clock.now());
            if over && (long_over || row.state == PaymentState::Closed) {
                // Before it is given up: an order that is only on its way to the gateway must not be paid later.
                close_there(app, row, gateway, order).await
            } else {
                later(app, row).await
            }
        }
    }
}

async fn paid(app: &App, row: &payment::Model, status: OrderStatus) -> Result<(), Error> {
    let (Some(amount), Some(number)) = (status.amount, status.gateway_id) else {
        tracing::error!(payment = %row.id.uuid(), "payments.paid_without_amount");
        return later(app, row).await;
    };
    let paid_at = status.paid_at.unwrap_or_else(|| app.clock.now());
    let arrival = Arrival { gateway_number: Some(number), amount, paid_at };
    let (app_, id) = (app.clone(), row.id);
    app.db
        .write(move |tx| {
            let (app, arrival) = (app_.clone(), arrival.clone());
            Box::pin(async move { settle(tx, &app, id, &arrival, Actor::default()).await.map(|_| ()) })
        })
        .await
}

async fn close_there(app: &App, row: &payment::Model, gateway: &dyn Gateway, order: &OrderNo) -> Result<(), Error> {
    match gateway.close(order).await {
        Ok(Closing::Closed) => closed(app, row, PaymentClosedReason::Expired, None).await,
        Ok(Closing::Unknown) => {
            let again = unknown_until(row).filter(|at| *at > app.clock.now());
            closed(app, row, PaymentClosedReason::Expired, again).await
        }
        Ok(Closing::Paid | Closing::Paying) | Err(GatewayError::Unavailable { .. }) => later(app, row).await,
        Err(error) => {
            tracing::warn!(cause = ?error, payment = %row.id.uuid(), "payments.not_closed");
            later(app, row).await
        }
    }
}

/// Asks again after a pause that grows.
async fn later(app: &App, row: &payment::Model) -> Result<(), Error> {
    let (now, key) = (app.clock.now(), (row.id, row.version));
    let pause = next_check(row.checks);
    // What can no longer be paid is asked about as soon as that is so.
    let end = row.expires_at.filter(|end| *end > now && row.state != PaymentState::Closed);
    let at = end.map_or(now + pause, |end| (now + pause).min(end));
    app.db.write_background(move |tx| Box::pin(async move { Ok(repo::ask_next(tx, key, Some(at)).await?) })).await
}

/// Until when an order of which its gateway knows nothing may be paid all the same: some gateways hear of it only when the
/// payer does.
pub fn unknown_until(row: &payment::Model) -> Option<DateTime<Utc>> {
    row.expires_at.map(|at| at + UNKNOWN_AFTER)
}

/// The payment is over here. Where it could still be paid at the gateway, that is asked about again at `again`.
pub async fn closed(
    app: &App,
    row: &payment::Model,
    reason: PaymentClosedReason,
    again: Option<DateTime<Utc>>,
) -> Result<(), Error> {
    let (app_, seen) = (app.clone(), row.clone());
    app.db
        .write(move |tx| {
            let (app, seen) = (app_.clone(), seen.clone());
            Box::pin(async move {
                if seen.state == PaymentState::Closed {
                    return Ok(repo::ask_next(tx, (seen.id, seen.version), again).await?);
                }
                let now = app.clock.now();
                if !repo::move_payment(tx, &seen, (PaymentState::Closed, Some(reason)), again, now).await? {
                    return Ok(());
                }
                let after = repo::get_payment(tx, seen.id).await?;
                let after = after.ok_or_else(|| Error::internal("a payment is gone"))?;
                let entry = Entry {
                    before: Some(seen.state),
                    payment: &after,
                    kind: "CLOSED",
                    actor: Actor::default(),
                    payload: json!({ "reason": reason }),
                };
                note(tx, &app, entry).await
            })
        })
        .await
}

/// Has a payment that was closed while its order was being opened asked about at once.
pub async fn ask_soon(app: &App, row: &payment::Model) -> Result<(), Error> {
    let (key, now) = ((row.id, row.version), app.clock.now());
    app.db.write(move |tx| Box::pin(async move { Ok(repo::ask_next(tx, key, Some(now)).await?) })).await
}
