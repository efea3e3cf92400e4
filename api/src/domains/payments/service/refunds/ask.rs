//! Somebody asks for a refund: what is to go back, and from where.

use std::collections::BTreeMap;

use entities::values::{
    ChargeId, CommunityId, FeeItemId, FeeKind, Money, OrganizationId, PaymentId, PaymentState, RefundId, RefundState,
    TypedId as _, UnitId,
};
use entities::{payment, refund, refund_part};
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::json;

use super::super::super::error::{PaymentError, at};
use super::super::super::model::{Standing, Taking, take};
use super::super::super::repo::{self, RefundCard, RefundOf};
use super::super::clerk::Clerk;
use super::super::reader;
use super::{approve, limit_of, note};
use crate::db::Tx;
use crate::domains::billing::{Purse, REASON_MAX, entered, required_text};
use crate::domains::identity::{Right, Viewer};
use crate::error::{Error, Refusal};
use crate::infra::gateways::OrderNo;
use crate::infra::idempotency::{Once, once};
use crate::state::App;

/// Most charges of one refund.
const CHARGES_MAX: usize = 100;

/// What a prepaid balance gives back.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct PrepaidBack {
    /// How much.
    pub amount: Decimal,
    /// Of which unit's; that of the payment when missing.
    pub unit_id: Option<UnitId>,
    /// Of the balance for one item alone; that of the payment when missing.
    pub fee_item_id: Option<FeeItemId>,
}

/// A refund as it is asked for.
#[derive(Clone, Debug, Serialize)]
pub struct NewRefund {
    /// Of which payment.
    pub payment_id: PaymentId,
    /// How much in all.
    pub amount: Decimal,
    /// What is owed again.
    pub charges: Vec<(ChargeId, Decimal)>,
    /// What a prepaid balance gives back.
    pub prepaid: Option<PrepaidBack>,
    /// Whether what of it lies in suspense goes back.
    pub suspense: bool,
    /// Whether the desk pays it out, though the money came through a gateway.
    pub at_desk: bool,
    /// Why.
    pub reason: String,
}

#[derive(Clone)]
struct Plan {
    id: RefundId,
    clerk: Clerk,
    new: NewRefund,
    amount: Money,
    charges: BTreeMap<ChargeId, Money>,
    prepaid: Money,
    reason: String,
}

/// Asks for a refund of a payment; it counts at once up to the community's limit, above it when a second person agrees.
pub async fn create_refund(app: &App, viewer: &Viewer, new: NewRefund, key: &str) -> Result<RefundCard, Error> {
    let clerk = Clerk::of(viewer, Right::Reconcile)?;
    let amount = entered(new.amount)?;
    let reason = required_text(&new.reason, REASON_MAX).map_err(at("reason"))?;
    if new.charges.len() > CHARGES_MAX {
        return Err(PaymentError::TooMany("charges", CHARGES_MAX).into());
    }
    let mut charges = BTreeMap::new();
    for (id, part) in &new.charges {
        let part = entered(*part).map_err(|_| PaymentError::Invalid("charges"))?;
        if charges.insert(*id, part).is_some() {
            return Err(PaymentError::Invalid("charges").into());
        }
    }
    let prepaid = new.prepaid.map(|it| entered(it.amount).map_err(|_| PaymentError::Invalid("prepaid")));
    let prepaid = prepaid.transpose()?.unwrap_or(Money::ZERO);
    let id: RefundId = app.clock.new_id();
    let command = Once { account: clerk.account, mutation: "refundCreate", key, input: &new, result: id.uuid() };
    let plan = Plan { id, clerk: clerk.clone(), new: new.clone(), amount, charges, prepaid, reason };
    let app_ = app.clone();
    let made = once(app, command, move |tx| {
        let (app, plan) = (app_.clone(), plan.clone());
        Box::pin(async move { plan.write(tx, &app).await.map(|()| id.uuid()) })
    })
    .await?;
    let card = repo::find_refund(reader(app), &clerk.scope, RefundId(made)).await?;
    card.ok_or_else(|| Error::internal("a refund is gone"))
}

impl Plan {
    async fn write(&self, tx: &Tx, app: &App) -> Result<(), Error> {
        let card = repo::find_payment(tx, &self.clerk.scope, self.new.payment_id).await?;
        let payment = card.ok_or(PaymentError::NotFound("paymentId"))?.payment;
        if payment.state != PaymentState::Settled {
            return Err(PaymentError::OverRefundable("paymentId").into());
        }
        let suspended = match self.new.suspense {
            true => Some(repo::suspense_of_payment(tx, payment.id).await?.ok_or(PaymentError::SuspenseOver)?),
            false => None,
        };
        if let Some(item) = &suspended
            && repo::waiting_refund(tx, RefundOf::Suspense(item.id), &WAITING).await?
        {
            return Err(PaymentError::SuspenseOver.into());
        }
        let taking = Taking {
            charges: Money::sum(self.charges.values().copied()).ok_or(PaymentError::Invalid("charges"))?,
            prepaid: self.prepaid,
            suspense: suspended.as_ref().map_or(Money::ZERO, |item| item.amount),
            deposit: Money::ZERO,
        };
        if taking.sum() != Some(self.amount) {
            return Err(PaymentError::Invalid("amount").into());
        }
        check_charges(tx, payment.id, &self.charges).await?;
        let purse = self.purse(tx, &payment).await?;
        // As it is now; when it is approved it is looked at again.
        take(standing(&payment), taking).ok_or(PaymentError::OverRefundable("amount"))?;
        let row = refund::Model {
            suspense_item_id: suspended.map(|item| item.id),
            prepaid_payer_id: purse.map(|it| it.payer_id),
            prepaid_unit_id: purse.map(|it| it.unit_id),
            prepaid_fee_item_id: purse.and_then(|it| it.fee_item_id),
            reason: self.reason.clone(),
            ..blank(app, &self.clerk, self.id, (payment.org_id, payment.community_id), Some(&payment), self.new.at_desk)
        };
        let row = with_taking(row, taking);
        write_refund(tx, app, &self.clerk, row, &self.charges).await
    }

    async fn purse(&self, tx: &Tx, payment: &payment::Model) -> Result<Option<Purse>, Error> {
        let Some(back) = self.new.prepaid else { return Ok(None) };
        let unit = back.unit_id.or(payment.unit_id);
        let (payer_id, unit_id) = payment.payer_id.zip(unit).ok_or(PaymentError::OverRefundable("prepaid"))?;
        let purse = Purse { payer_id, unit_id, fee_item_id: back.fee_item_id.or(payment.fee_item_id) };
        if repo::purse_amount(tx, purse).await? < self.prepaid.0 {
            return Err(PaymentError::OverRefundable("prepaid").into());
        }
        Ok(Some(purse))
    }
}

/// Only what this payment paid goes back by it, and deposits by their own way. What stands once the payment is in hand.
pub async fn check_charges(tx: &Tx, payment: PaymentId, charges: &BTreeMap<ChargeId, Money>) -> Result<(), Error> {
    if charges.is_empty() {
        return Ok(());
    }
    let paid = repo::refundable_parts(tx, payment).await?;
    for (id, wanted) in charges {
        let part = paid.iter().find(|part| part.charge_id == *id).ok_or(PaymentError::NotFound("charges"))?;
        if part.kind == FeeKind::Deposit {
            return Err(PaymentError::NotADeposit("charges").into());
        }
        if part.amount < *wanted {
            return Err(PaymentError::OverRefundable("charges").into());
        }
    }
    Ok(())
}

/// The states in which a refund waits or counts.
pub const WAITING: [RefundState; 4] =
    [RefundState::Pending, RefundState::Approved, RefundState::Sent, RefundState::Settled];

/// Where the money of a payment is.
pub fn standing(payment: &payment::Model) -> Standing {
    Standing { allocated: payment.allocated, prepaid: payment.prepaid, suspense: payment.suspense }
}

/// A refund that gives nothing back yet: of a payment, or in a community.
pub fn blank(
    app: &App,
    clerk: &Clerk,
    id: RefundId,
    (org_id, community_id): (OrganizationId, CommunityId),
    payment: Option<&payment::Model>,
    at_desk: bool,
) -> refund::Model {
    let gateway = payment.and_then(|it| Some((it.id, it.merchant_id?))).filter(|_| !at_desk);
    let now = app.clock.now();
    refund::Model {
        id,
        org_id,
        community_id,
        payment_id: payment.map(|it| it.id),
        suspense_item_id: None,
        charge_id: None,
        merchant_id: gateway.map(|(_, merchant)| merchant),
        order_number: gateway.map(|(payment, _)| OrderNo::from_uuid(payment.uuid()).as_str().to_owned()),
        state: RefundState::Pending,
        amount: Money::ZERO,
        kept: Money::ZERO,
        from_charges: Money::ZERO,
        from_prepaid: Money::ZERO,
        from_suspense: Money::ZERO,
        from_deposit: Money::ZERO,
        took_allocated: Money::ZERO,
        took_prepaid: Money::ZERO,
        took_suspense: Money::ZERO,
        prepaid_payer_id: None,
        prepaid_unit_id: None,
        prepaid_fee_item_id: None,
        reason: String::new(),
        evidence: None,
        second_person: true,
        staff_id: clerk.staff,
        decided_by: None,
        decided_at: None,
        voucher: None,
        desk_method: None,
        gateway_number: None,
        failed_code: None,
        journal_id: None,
        undone_journal_id: None,
        check_at: None,
        checks: 0,
        sent_at: None,
        settled_at: None,
        version: 1,
        created_at: now,
        updated_at: now,
    }
}

/// A refund that takes its money from there.
pub fn with_taking(row: refund::Model, taking: Taking) -> refund::Model {
    refund::Model {
        amount: taking.sum().unwrap_or(Money::ZERO),
        from_charges: taking.charges,
        from_prepaid: taking.prepaid,
        from_suspense: taking.suspense,
        from_deposit: taking.deposit,
        ..row
    }
}

/// Writes a refund down, and approves it at once where one person suffices.
pub async fn write_refund(
    tx: &Tx,
    app: &App,
    clerk: &Clerk,
    mut row: refund::Model,
    charges: &BTreeMap<ChargeId, Money>,
) -> Result<(), Error> {
    let whole = Money::sum([row.amount, row.kept]).ok_or(PaymentError::Invalid("amount"))?;
    // Many small refunds of one payment are one large one.
    let before = match row.payment_id {
        Some(id) => repo::refunds_of_payment(tx, id, &WAITING).await?,
        None => Money::ZERO,
    };
    let together = Money::sum([whole, before]).ok_or(PaymentError::Invalid("amount"))?;
    row.second_person = together > limit_of(tx, row.community_id).await?;
    let parts = charges.iter().map(|(charge_id, amount)| refund_part::Model {
        refund_id: row.id,
        charge_id: *charge_id,
        org_id: row.org_id,
        amount: *amount,
    });
    let parts = parts.collect();
    insert(tx, row.clone()).await?;
    repo::insert_refund_parts(tx, parts).await?;
    let payload = json!({
        "amount": row.amount, "kept": row.kept, "reason": row.reason, "secondPerson": row.second_person,
    });
    note(tx, app, &row, None, clerk.actor(), payload).await?;
    if !row.second_person {
        approve(tx, app, clerk, row, None).await?;
    }
    Ok(())
}

/// Of two clerks who give the same back one does.
async fn insert(tx: &Tx, row: refund::Model) -> Result<(), Error> {
    let (deposit, suspense) = (Refusal::from(PaymentError::DepositOver), Refusal::from(PaymentError::SuspenseOver));
    let inserted = repo::insert(tx, row).await.map_err(Error::from);
    inserted
        .map_err(|error| error.on_unique("refund_deposit_unique", "refund.charge_id", deposit))
        .map_err(|error| error.on_unique("refund_suspense_unique", "refund.suspense_item_id", suspense))
}
