//! A deposit goes back after inspection (退押金), less what is kept for damage.

use std::collections::BTreeMap;

use entities::values::{ChargeId, FeeKind, Money, RefundId, TypedId as _};
use entities::{payment, refund};
use rust_decimal::Decimal;
use serde::Serialize;

use super::super::super::error::{PaymentError, at};
use super::super::super::model::{Taking, take};
use super::super::super::repo::{self, DepositRow, RefundCard, RefundOf};
use super::super::clerk::Clerk;
use super::super::reader;
use super::ask::{WAITING, blank, standing, with_taking, write_refund};
use crate::db::Tx;
use crate::domains::billing::{REASON_MAX, entered, required_text};
use crate::domains::identity::{Right, Viewer};
use crate::error::Error;
use crate::infra::idempotency::{Once, once};
use crate::state::App;

/// A deposit that is to go back.
#[derive(Clone, Debug, Serialize)]
pub struct NewDepositReturn {
    /// The deposit.
    pub charge_id: ChargeId,
    /// What is kept of it.
    pub deduction: Option<Decimal>,
    /// Why it goes back.
    pub reason: String,
    /// What the deduction rests on; required with one.
    pub evidence: Option<String>,
    /// Whether the desk pays it out, though it came through a gateway.
    pub at_desk: bool,
}

/// Gives a deposit back, once; like every refund it needs a second person above the community's limit.
pub async fn return_deposit(app: &App, viewer: &Viewer, new: NewDepositReturn, key: &str) -> Result<RefundCard, Error> {
    let clerk = Clerk::of(viewer, Right::Reconcile)?;
    let kept = match new.deduction.filter(|it| !it.is_zero()) {
        Some(deduction) => entered(deduction).map_err(|_| PaymentError::Invalid("deduction"))?,
        None => Money::ZERO,
    };
    let reason = required_text(&new.reason, REASON_MAX).map_err(at("reason"))?;
    let evidence = match (&new.evidence, kept) {
        (None, Money::ZERO) => None,
        (words, _) => Some(required_text(words.as_deref().unwrap_or(""), REASON_MAX).map_err(at("evidence"))?),
    };
    let id: RefundId = app.clock.new_id();
    let command = Once { account: clerk.account, mutation: "depositReturn", key, input: &new, result: id.uuid() };
    let (app_, clerk_, charge, at_desk) = (app.clone(), clerk.clone(), new.charge_id, new.at_desk);
    let made = once(app, command, move |tx| {
        let (app, clerk, words) = (app_.clone(), clerk_.clone(), (reason.clone(), evidence.clone()));
        Box::pin(async move {
            let deposit = repo::find_deposit(tx, &clerk.scope, charge).await?;
            let deposit = deposit.ok_or(PaymentError::NotFound("chargeId"))?;
            let returned = returned(tx, &deposit, kept).await?;
            let payment = payment_for(tx, &deposit, returned, at_desk).await?;
            let place = (deposit.org_id, deposit.community_id);
            let row = refund::Model {
                charge_id: Some(charge),
                kept,
                reason: words.0,
                evidence: words.1,
                ..blank(&app, &clerk, id, place, payment.as_ref(), at_desk)
            };
            let row = with_taking(row, Taking { deposit: returned, ..Taking::default() });
            write_refund(tx, &app, &clerk, row, &BTreeMap::new()).await.map(|()| id.uuid())
        })
    })
    .await?;
    let card = repo::find_refund(reader(app), &clerk.scope, RefundId(made)).await?;
    card.ok_or_else(|| Error::internal("a refund is gone"))
}

/// What goes back of a deposit of which so much is kept.
async fn returned(tx: &Tx, deposit: &DepositRow, kept: Money) -> Result<Money, Error> {
    if deposit.kind != FeeKind::Deposit {
        return Err(PaymentError::NotADeposit("chargeId").into());
    }
    if repo::waiting_refund(tx, RefundOf::Deposit(deposit.id), &WAITING).await? {
        return Err(PaymentError::DepositOver.into());
    }
    if deposit.paid == Money::ZERO {
        return Err(PaymentError::OverRefundable("chargeId").into());
    }
    if kept > deposit.paid {
        return Err(PaymentError::OverRefundable("deduction").into());
    }
    Ok(Money(deposit.paid.0 - kept.0))
}

/// The payment by which it goes back: one that brought so much of it. Without one the desk pays it out.
async fn payment_for(
    tx: &Tx,
    deposit: &DepositRow,
    returned: Money,
    at_desk: bool,
) -> Result<Option<payment::Model>, Error> {
    if returned == Money::ZERO {
        return Ok(None);
    }
    let mut through_gateway = false;
    for (id, brought) in repo::payments_of_charge(tx, deposit.id).await? {
        let found = repo::get_payment(tx, id).await?.ok_or_else(|| Error::internal("a payment is gone"))?;
        through_gateway |= found.merchant_id.is_some();
        let fits = take(standing(&found), Taking { deposit: returned, ..Taking::default() }).is_some();
        if fits && brought >= returned && (at_desk || found.merchant_id.is_some() || !through_gateway) {
            return Ok(Some(found));
        }
    }
    if through_gateway && !at_desk { Err(PaymentError::ByDesk.into()) } else { Ok(None) }
}
