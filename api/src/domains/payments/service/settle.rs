//! Settling: the money is there, and in one transaction it is entered, pays its charges, and stops whoever else was
//! about to pay them.

use chrono::{DateTime, Utc};
use entities::values::{
    AccountId, CommunityId, JournalId, MerchantId, Money, OrganizationId, PaymentClosedReason, PaymentId, PaymentState,
    SuspenseItemId, SuspenseReason, SuspenseState, TypedId as _,
};
use entities::{payment, suspense_item};
use serde_json::json;

use super::super::repo::{self, Settlement};
use super::note::{Entry, note};
use super::{day_in, receipts, zone_of};
use crate::db::Tx;
use crate::domains::billing::{self, Incoming, MoneyFrom, Placed, Posting};
use crate::error::Error;
use crate::infra::history::Actor;
use crate::state::App;

/// How often a payment is read again when somebody else moved it.
const TRIES: usize = 8;

/// Money that has arrived for a payment.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// The gateway's number of it; none at the desk.
    pub gateway_number: Option<String>,
    /// How much.
    pub amount: Money,
    /// When it was paid.
    pub paid_at: DateTime<Utc>,
}

/// What came of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// It is settled now.
    Settled,
    /// It was settled before, with the same money.
    Repeated,
    /// It was settled before with other money; this lies in suspense.
    Suspended,
}

/// Settles a payment with what arrived, once, however often that is told.
pub async fn settle(
    tx: &Tx,
    app: &App,
    id: PaymentId,
    arrival: &Arrival,
    actor: Actor,
) -> Result<(Outcome, payment::Model), Error> {
    let mut tries = 0..TRIES;
    let row = loop {
        let row = repo::get_payment(tx, id).await?.ok_or_else(|| Error::internal("a payment is gone"))?;
        if row.state == PaymentState::Settled {
            if row.gateway_number == arrival.gateway_number {
                return Ok((Outcome::Repeated, row));
            }
            let new = suspended(&row, arrival, SuspenseReason::PaidTwice);
            let outcome = if suspend(tx, app, new).await? { Outcome::Suspended } else { Outcome::Repeated };
            return Ok((outcome, row));
        }
        if repo::take_in_hand(tx, id, row.version, app.clock.now()).await? {
            break row;
        }
        tries.next().ok_or_else(|| Error::internal("a payment moved while it was settled, again and again"))?;
    };
    let placed = place(tx, app, &row, arrival, actor.account_id).await?;
    let now = app.clock.now();
    let done = Settlement {
        received: arrival.amount,
        allocated: placed.allocated,
        prepaid: placed.prepaid,
        suspense: placed.suspense,
        gateway_number: arrival.gateway_number.clone(),
        journal: placed.journal,
        paid_at: arrival.paid_at,
    };
    if !repo::set_settled(tx, id, &done, now).await? {
        return Err(Error::internal("a payment that was in hand was settled by somebody else"));
    }
    if placed.suspense > Money::ZERO {
        let wrong = arrival.amount != row.amount;
        let reason = if wrong { SuspenseReason::WrongAmount } else { SuspenseReason::NoUnit };
        let item = suspense_of(app, &suspended(&row, arrival, reason), placed.suspense, placed.journal);
        if !repo::insert_suspense(tx, item).await? {
            return Err(Error::internal("money of a payment lay in suspense already"));
        }
    }
    stop_others(tx, app, &row, &placed, actor).await?;
    let after = repo::get_payment(tx, id).await?.ok_or_else(|| Error::internal("a payment is gone"))?;
    let payload = json!({
        "received": done.received, "allocated": done.allocated, "prepaid": done.prepaid, "suspense": done.suspense,
        "gatewayNumber": done.gateway_number,
    });
    note(tx, app, Entry { before: Some(row.state), payment: &after, kind: "SETTLED", actor, payload }).await?;
    receipts::issue(tx, app, &after, actor).await?;
    Ok((Outcome::Settled, after))
}

/// Enters the money where it belongs. Another amount than was asked for is not guessed at: all of it goes to suspense.
async fn place(
    tx: &Tx,
    app: &App,
    row: &payment::Model,
    arrival: &Arrival,
    account: Option<AccountId>,
) -> Result<Placed, Error> {
    let zone = zone_of(tx, row.community_id).await?;
    let expected = arrival.amount == row.amount;
    let wanted = match expected {
        true => repo::lines_of(tx, row.id).await?.into_iter().map(|line| (line.charge_id, line.amount)).collect(),
        false => Vec::new(),
    };
    let rest = row.payer_id.zip(row.unit_id).filter(|_| expected);
    let now = app.clock.now();
    let new = Incoming {
        to: Posting {
            org: row.org_id,
            community: row.community_id,
            account,
            // The day on which it was paid stops late fees; a gateway's clock never leads ours.
            on: day_in(&zone, arrival.paid_at.min(now)),
            at: now,
        },
        from: MoneyFrom::Outside,
        source: ("PAYMENT", row.id.uuid()),
        amount: arrival.amount,
        wanted,
        rest: rest.map(|(payer, unit)| (payer, unit, row.fee_item_id)),
        words: row.voucher.clone(),
    };
    billing::place(tx, &app.clock, new).await
}

/// Payments under way for what is paid now are closed; the job asks their gateways to close them, too.
async fn stop_others(tx: &Tx, app: &App, row: &payment::Model, placed: &Placed, actor: Actor) -> Result<(), Error> {
    let now = app.clock.now();
    for other in repo::waiting_for(tx, row.org_id, &placed.paid_off, row.id).await? {
        let to = (PaymentState::Closed, Some(PaymentClosedReason::PaidOtherwise));
        // Whoever moved it meanwhile has settled or closed it: then there is nothing to stop.
        if repo::move_payment(tx, &other, to, Some(now), now).await? {
            let after = repo::get_payment(tx, other.id).await?.ok_or_else(|| Error::internal("a payment is gone"))?;
            let payload = json!({ "reason": to.1, "paymentId": row.id });
            let entry = Entry { before: Some(other.state), payment: &after, kind: "CLOSED", actor, payload };
            note(tx, app, entry).await?;
        }
    }
    Ok(())
}

/// Money that nobody can place.
#[derive(Clone, Debug)]
pub struct Suspended {
    /// Whose.
    pub org: OrganizationId,
    /// Where.
    pub community: CommunityId,
    /// The merchant that has it.
    pub merchant: Option<MerchantId>,
    /// The payment that it may belong to.
    pub payment: Option<PaymentId>,
    /// The gateway's number of it.
    pub gateway_number: Option<String>,
    /// The order that the gateway named.
    pub order_number: Option<String>,
    /// Why.
    pub reason: SuspenseReason,
    /// How much.
    pub amount: Money,
    /// When it was paid.
    pub paid_at: DateTime<Utc>,
}

fn suspended(row: &payment::Model, arrival: &Arrival, reason: SuspenseReason) -> Suspended {
    Suspended {
        org: row.org_id,
        community: row.community_id,
        merchant: row.merchant_id,
        payment: Some(row.id),
        gateway_number: arrival.gateway_number.clone(),
        order_number: None,
        reason,
        amount: arrival.amount,
        paid_at: arrival.paid_at,
    }
}

fn suspense_of(app: &App, new: &Suspended, amount: Money, journal: JournalId) -> suspense_item::Model {
    suspense_item::Model {
        id: app.clock.new_id(),
        org_id: new.org,
        community_id: new.community,
        merchant_id: new.merchant,
        payment_id: new.payment,
        gateway_number: new.gateway_number.clone(),
        order_number: new.order_number.clone(),
        reason: new.reason,
        amount,
        state: SuspenseState::Open,
        resolution: None,
        words: None,
        journal_id: journal,
        resolved_journal_id: None,
        resolved_by: None,
        resolved_at: None,
        arrived_at: new.paid_at,
        created_at: app.clock.now(),
    }
}

/// Enters money of which nobody knows what it is for; `false` when this money is there already.
pub async fn suspend(tx: &Tx, app: &App, new: Suspended) -> Result<bool, Error> {
    if let (Some(merchant), Some(number)) = (new.merchant, &new.gateway_number)
        && repo::suspense_by_number(tx, merchant, number).await?.is_some()
    {
        return Ok(false);
    }
    let zone = zone_of(tx, new.community).await?;
    let now = app.clock.now();
    let on = day_in(&zone, new.paid_at.min(now));
    let id: SuspenseItemId = app.clock.new_id();
    let incoming = Incoming {
        to: Posting { org: new.org, community: new.community, account: None, on, at: now },
        from: MoneyFrom::Outside,
        source: ("SUSPENSE_ITEM", id.uuid()),
        amount: new.amount,
        wanted: Vec::new(),
        rest: None,
        words: None,
    };
    let placed = billing::place(tx, &app.clock, incoming).await?;
    let item = suspense_item::Model { id, ..suspense_of(app, &new, new.amount, placed.journal) };
    if !repo::insert_suspense(tx, item).await? {
        // Told twice at once: whoever came second undoes what it entered, and finds it there when it is told again.
        return Err(Error::internal("money was put in suspense twice at once"));
    }
    Ok(true)
}
