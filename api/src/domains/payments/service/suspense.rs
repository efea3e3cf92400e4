//! Finance sees to money that nobody could place: it pays something, or goes back.

use std::collections::BTreeSet;

use std::collections::BTreeMap;

use entities::suspense_item;
use entities::values::{
    ChargeId, FeeItemId, Money, PayerId, RefundId, SuspenseItemId, SuspenseReason, SuspenseState, TypedId as _, UnitId,
};
use serde::Serialize;
use serde_json::json;

use super::super::error::{PaymentError, at};
use super::super::model::Taking;
use super::super::repo::{self, RefundOf, Resolution, Shift, SuspenseCard, SuspenseFilter};
use super::clerk::Clerk;
use super::refunds::{WAITING, blank, hold, shift, with_taking, write_refund};
use super::{day_in, reader, zone_of};
use crate::db::Tx;
use crate::domains::billing::{self, Incoming, MoneyFrom, Posting, REASON_MAX, Wanted, required_text};
use crate::domains::identity::{Right, Viewer};
use crate::error::Error;
use crate::infra::gateways::OrderNo;
use crate::infra::history::{self, NewEvent, ObjectKind};
use crate::infra::idempotency::{Once, once};
use crate::state::App;

/// Most charges that one item pays.
const CHARGES_MAX: usize = 100;

/// Whose balance takes what is left over, for which unit, and for which item alone.
pub type Rest = (PayerId, UnitId, Option<FeeItemId>);

/// What is to become of the money.
#[derive(Clone, Debug, Serialize)]
pub enum SuspenseWay {
    /// It pays charges, and what is left over a prepaid balance.
    Place {
        /// The charges, in this order.
        charges: Vec<ChargeId>,
        /// Whose balance takes what is left over, for which unit, and for which item alone.
        rest: Option<Rest>,
    },
    /// It goes back.
    SendBack {
        /// Whether the desk pays it out, though it came through a gateway.
        at_desk: bool,
    },
}

/// How somebody sees to money in suspense.
#[derive(Clone, Debug, Serialize)]
pub struct NewResolution {
    /// The item.
    pub id: SuspenseItemId,
    /// What is to become of it.
    pub way: SuspenseWay,
    /// Why, in words.
    pub words: String,
}

/// Items of staff who reconcile: the open ones first, of each the oldest first.
pub async fn suspense_items(
    app: &App,
    viewer: &Viewer,
    filter: &SuspenseFilter,
    after: Option<(bool, SuspenseItemId)>,
    limit: u64,
) -> Result<Vec<SuspenseCard>, Error> {
    let clerk = Clerk::of(viewer, Right::Reconcile)?;
    Ok(repo::list_suspense(reader(app), &clerk.scope, filter, after, limit).await?)
}

/// How many items that list has.
pub async fn count_suspense(app: &App, viewer: &Viewer, filter: &SuspenseFilter) -> Result<i64, Error> {
    let clerk = Clerk::of(viewer, Right::Reconcile)?;
    Ok(repo::count_suspense(reader(app), &clerk.scope, filter).await?)
}

/// One item.
pub async fn find_suspense(app: &App, viewer: &Viewer, id: SuspenseItemId) -> Result<SuspenseCard, Error> {
    let clerk = Clerk::of(viewer, Right::Reconcile)?;
    let row = repo::find_suspense(reader(app), &clerk.scope, id).await?;
    Ok(row.ok_or(PaymentError::NotFound("suspenseItemId"))?)
}

/// Sees to an item, once. Sending back is a refund, with its second person; until it counts the item stays open.
pub async fn resolve_suspense(
    app: &App,
    viewer: &Viewer,
    new: NewResolution,
    key: &str,
) -> Result<SuspenseCard, Error> {
    let clerk = Clerk::of(viewer, Right::Reconcile)?;
    let words = required_text(&new.words, REASON_MAX).map_err(at("words"))?;
    if let SuspenseWay::Place { charges, .. } = &new.way
        && charges.len() > CHARGES_MAX
    {
        return Err(PaymentError::TooMany("chargeIds", CHARGES_MAX).into());
    }
    if let SuspenseWay::Place { charges, .. } = &new.way
        && charges.iter().collect::<BTreeSet<_>>().len() < charges.len()
    {
        return Err(PaymentError::Invalid("chargeIds").into());
    }
    let id = new.id;
    let refund: RefundId = app.clock.new_id();
    let command = Once { account: clerk.account, mutation: "suspenseResolve", key, input: &new, result: id.uuid() };
    let (app_, clerk_, new_) = (app.clone(), clerk.clone(), new.clone());
    once(app, command, move |tx| {
        let (app, clerk, new, words) = (app_.clone(), clerk_.clone(), new_.clone(), words.clone());
        Box::pin(async move {
            let found = repo::find_suspense(tx, &clerk.scope, new.id).await?;
            let item = found.ok_or(PaymentError::NotFound("suspenseItemId"))?.item;
            let waits = repo::waiting_refund(tx, RefundOf::Suspense(item.id), &WAITING).await?;
            if waits || item.state != SuspenseState::Open {
                return Err(PaymentError::SuspenseOver.into());
            }
            match new.way {
                SuspenseWay::Place { charges, rest } => place(tx, &app, &clerk, &item, (charges, rest), words).await?,
                SuspenseWay::SendBack { at_desk } => {
                    send_back(tx, &app, &clerk, &item, (refund, at_desk), words).await?;
                }
            }
            Ok(item.id.uuid())
        })
    })
    .await?;
    find_suspense(app, viewer, id).await
}

/// The payment whose own money it is; what came beside a payment, or for none, stands by itself.
fn own_payment(item: &suspense_item::Model) -> Option<entities::values::PaymentId> {
    item.payment_id.filter(|_| matches!(item.reason, SuspenseReason::WrongAmount | SuspenseReason::NoUnit))
}

async fn place(
    tx: &Tx,
    app: &App,
    clerk: &Clerk,
    item: &suspense_item::Model,
    (charges, rest): (Vec<ChargeId>, Option<Rest>),
    words: String,
) -> Result<(), Error> {
    let held = match own_payment(item) {
        Some(id) => Some(hold(tx, app, id).await?),
        None => None,
    };
    let found =
        billing::payable_charges(tx, &clerk.scope, &Wanted::Charges(charges.clone()), CHARGES_MAX as u64).await?;
    let mut wanted = Vec::new();
    for id in &charges {
        let charge = found.iter().find(|it| it.id == *id && it.community_id == item.community_id);
        let charge = charge.ok_or(PaymentError::NotFound("chargeIds"))?;
        wanted.push((charge.id, charge.open()));
    }
    if let Some((payer, unit, fee_item)) = rest {
        if !repo::pays_for_unit(tx, &clerk.scope, item.community_id, (payer, unit)).await? {
            return Err(PaymentError::NotFound("payerId").into());
        }
        if let Some(fee_item) = fee_item
            && !repo::item_in_use(tx, item.community_id, fee_item).await?
        {
            return Err(PaymentError::NotFound("feeItemId").into());
        }
    }
    if charges.is_empty() && rest.is_none() {
        return Err(PaymentError::Required("chargeIds").into());
    }
    let (zone, now) = (zone_of(tx, item.community_id).await?, app.clock.now());
    let incoming = Incoming {
        to: Posting {
            org: item.org_id,
            community: item.community_id,
            account: Some(clerk.account),
            // As with every payment: late fees stop on the day on which it came.
            on: day_in(&zone, item.arrived_at.min(now)),
            at: now,
        },
        from: MoneyFrom::Suspense,
        source: match &held {
            Some(payment) => ("PAYMENT", payment.id.uuid()),
            None => ("SUSPENSE_ITEM", item.id.uuid()),
        },
        amount: item.amount,
        wanted,
        rest,
        words: Some(words.clone()),
    };
    let open = Money::sum(incoming.wanted.iter().map(|(_, open)| *open)).unwrap_or(Money::ZERO);
    if rest.is_none() && open < item.amount {
        return Err(PaymentError::AmountDiffers(open.plain(2)).into());
    }
    let placed = billing::place(tx, &app.clock, incoming).await?;
    if placed.suspense > Money::ZERO {
        return Err(PaymentError::AmountDiffers(placed.allocated.plain(2)).into());
    }
    let done = Resolution { how: "PLACED", words, journal: placed.journal, by: clerk.staff, at: now };
    if !repo::resolve_suspense(tx, item.id, &done).await? {
        return Err(PaymentError::SuspenseOver.into());
    }
    if let Some(held) = &held {
        let (allocated, prepaid) = (placed.allocated.0, placed.prepaid.0);
        let by = Shift { allocated, prepaid, suspense: -item.amount.0, refunded: 0 };
        shift(tx, app, held, by, ("PLACED", json!({ "suspenseItemId": item.id }), clerk.actor())).await?;
    }
    let payload = json!({
        "words": done.words, "allocated": placed.allocated, "prepaid": placed.prepaid, "journalId": placed.journal,
    });
    note(tx, app, clerk, item, ("PLACED", payload)).await
}

async fn send_back(
    tx: &Tx,
    app: &App,
    clerk: &Clerk,
    item: &suspense_item::Model,
    (id, at_desk): (RefundId, bool),
    words: String,
) -> Result<(), Error> {
    let payment = match own_payment(item) {
        Some(id) => repo::get_payment(tx, id).await?,
        None => None,
    };
    let mut row = blank(app, clerk, id, (item.org_id, item.community_id), payment.as_ref(), at_desk);
    if payment.is_none() && !at_desk {
        let named = item.payment_id.map(|id| OrderNo::from_uuid(id.uuid()).as_str().to_owned());
        row.order_number = item.order_number.clone().or(named).filter(|text| OrderNo::parse(text).is_some());
        row.merchant_id = item.merchant_id.filter(|_| row.order_number.is_some());
        if row.merchant_id.is_none() {
            return Err(PaymentError::ByDesk.into());
        }
    }
    row.suspense_item_id = Some(item.id);
    row.reason = words.clone();
    let row = with_taking(row, Taking { suspense: item.amount, ..Taking::default() });
    write_refund(tx, app, clerk, row, &BTreeMap::new()).await?;
    // The refund's row holds the item: there is one that is not refused or failed.
    note(tx, app, clerk, item, ("SEND_BACK", json!({ "words": words, "refundId": id }))).await
}

async fn note(
    tx: &Tx,
    app: &App,
    clerk: &Clerk,
    item: &suspense_item::Model,
    (kind, payload): (&'static str, serde_json::Value),
) -> Result<(), Error> {
    let event = NewEvent {
        org_id: item.org_id,
        object_kind: ObjectKind::SuspenseItem,
        object_id: item.id.uuid(),
        kind,
        from_state: None,
        to_state: None,
        actor: clerk.actor(),
        payload,
        occurred_at: app.clock.now(),
    };
    history::append(tx, &app.clock, event).await
}
