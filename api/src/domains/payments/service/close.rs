//! A payer gives a payment up, or asks whether it has arrived.

use entities::values::{PaymentClosedReason, PaymentId, PaymentState, TypedId as _};

use super::super::error::PaymentError;
use super::super::repo::{self, PaymentCard};
use super::{reader, sweep};
use crate::domains::identity::{Right, Viewer};
use crate::error::Error;
use crate::infra::gateways::{Closing, OrderNo};
use crate::state::App;

async fn own(app: &App, viewer: &Viewer, id: PaymentId) -> Result<PaymentCard, Error> {
    let scope = viewer.scope(Right::FeeRead, app.clock.now())?;
    let row = repo::find_payment(reader(app), &scope, id).await?;
    Ok(row.ok_or(PaymentError::NotFound("paymentId"))?)
}

fn under_way(state: PaymentState) -> bool {
    matches!(state, PaymentState::Created | PaymentState::Pending)
}

/// Gives a payment up. One that was paid meanwhile is settled instead: the answer says where it stands.
pub async fn close_payment(app: &App, viewer: &Viewer, id: PaymentId) -> Result<PaymentCard, Error> {
    let card = own(app, viewer, id).await?;
    // Whoever began it gives it up; others only see it.
    if card.payment.account_id != Some(viewer.account_id) {
        return Err(Error::Forbidden);
    }
    if card.payment.state == PaymentState::Settled {
        return Err(PaymentError::Over.into());
    }
    if !under_way(card.payment.state) {
        return Ok(card);
    }
    let row = &card.payment;
    let merchant = row.merchant_id.ok_or_else(|| Error::internal("a payment under way without a merchant"))?;
    let merchant = repo::get_merchant(reader(app), merchant).await?;
    let merchant = merchant.ok_or_else(|| Error::internal("a payment's merchant is gone"))?;
    let gateway = app.merchants.gateway(&app.clock, &merchant)?;
    match gateway.close(&OrderNo::from_uuid(row.id.uuid())).await {
        Ok(Closing::Closed) => sweep::closed(app, row, PaymentClosedReason::Cancelled, None).await?,
        Ok(Closing::Unknown) => {
            sweep::closed(app, row, PaymentClosedReason::Cancelled, sweep::unknown_until(row)).await?;
        }
        Ok(Closing::Paid) => sweep::ask(app, row).await?,
        Ok(Closing::Paying) => return Err(PaymentError::Paying.into()),
        Err(error) => {
            tracing::warn!(cause = ?error, payment = %row.id.uuid(), "payments.not_closed");
            return Err(PaymentError::GatewayAway.into());
        }
    }
    own(app, viewer, id).await
}

/// Asks the gateway now, for a payer who comes back from it; the payment as it stands then.
pub async fn refresh_payment(app: &App, viewer: &Viewer, id: PaymentId) -> Result<PaymentCard, Error> {
    let card = own(app, viewer, id).await?;
    if !under_way(card.payment.state) {
        return Ok(card);
    }
    sweep::ask(app, &card.payment).await?;
    own(app, viewer, id).await
}
