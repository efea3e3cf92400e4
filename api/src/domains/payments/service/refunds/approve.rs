//! A refund counts: the money leaves the ledger in one transaction, and comes back the same way when its gateway fails it.

use entities::values::{
    DeskMethod, Money, PaymentId, PaymentState, RefundId, RefundState, SuspenseItemId, SuspenseReason, SuspenseState,
    TypedId as _,
};
use entities::{desk_entry, payment, refund, suspense_item};
use serde_json::{Value, json};

use super::super::super::error::{PaymentError, at};
use super::super::super::model::{Taking, take};
use super::super::super::repo::{self, RefundCard, Resolution, Shift};
use super::super::clerk::Clerk;
use super::super::desk;
use super::super::note::{Entry, note as note_payment};
use super::super::{day_in, reader, zone_of};
use super::ask::{check_charges, standing};
use super::note;
use crate::db::Tx;
use crate::domains::billing::{self, Back, DepositBack, Posting, Purse, REASON_MAX, required_text};
use crate::domains::identity::{Right, Viewer};
use crate::error::Error;
use crate::infra::history::Actor;
use crate::infra::idempotency::{Once, once};
use crate::state::App;

/// How often a payment is read again when somebody else moved it.
const TRIES: usize = 8;

/// Decides on a refund that waits, as somebody else than who asked for it.
pub async fn decide_refund(
    app: &App,
    viewer: &Viewer,
    (id, agreed): (RefundId, bool),
    key: &str,
) -> Result<RefundCard, Error> {
    let clerk = Clerk::of(viewer, Right::FeeApprove)?;
    let input = (id, agreed);
    let command = Once { account: clerk.account, mutation: "refundDecide", key, input: &input, result: id.uuid() };
    let (app_, clerk_) = (app.clone(), clerk.clone());
    once(app, command, move |tx| {
        let (app, clerk) = (app_.clone(), clerk_.clone());
        Box::pin(async move {
            let found = repo::find_refund(tx, &clerk.scope, id).await?;
            let row = found.ok_or(PaymentError::NotFound("refundId"))?.refund;
            if row.state != RefundState::Pending {
                return Err(PaymentError::Decided.into());
            }
            if row.staff_id == clerk.staff {
                return Err(PaymentError::SamePerson.into());
            }
            match agreed {
                true => approve(tx, &app, &clerk, row, Some(&clerk)).await?,
                false => refuse(tx, &app, &clerk, row).await?,
            }
            Ok(id.uuid())
        })
    })
    .await?;
    find(app, &clerk, id).await
}

async fn find(app: &App, clerk: &Clerk, id: RefundId) -> Result<RefundCard, Error> {
    let row = repo::find_refund(reader(app), &clerk.scope, id).await?;
    Ok(row.ok_or(PaymentError::NotFound("refundId"))?)
}

async fn refuse(tx: &Tx, app: &App, clerk: &Clerk, row: refund::Model) -> Result<(), Error> {
    let now = app.clock.now();
    let after = refund::Model {
        state: RefundState::Refused,
        decided_by: Some(clerk.staff),
        decided_at: Some(now),
        version: row.version + 1,
        updated_at: now,
        ..row.clone()
    };
    if !repo::change_refund(tx, &after, row.version).await? {
        return Err(PaymentError::Decided.into());
    }
    note(tx, app, &after, Some(row.state), clerk.actor(), json!({})).await
}

/// What of the ledger a refund moves.
async fn back_of(tx: &Tx, app: &App, row: &refund::Model, actor: Actor) -> Result<Back, Error> {
    let (zone, now) = (zone_of(tx, row.community_id).await?, app.clock.now());
    let purse = row.prepaid_payer_id.zip(row.prepaid_unit_id).filter(|_| row.from_prepaid > Money::ZERO);
    let purse = purse.map(|(payer_id, unit_id)| Purse { payer_id, unit_id, fee_item_id: row.prepaid_fee_item_id });
    Ok(Back {
        to: Posting {
            org: row.org_id,
            community: row.community_id,
            account: actor.account_id,
            on: day_in(&zone, now),
            at: now,
        },
        refund: row.id.uuid(),
        charges: repo::refund_parts(tx, row.id).await?.into_iter().map(|it| (it.charge_id, it.amount)).collect(),
        prepaid: purse.map(|purse| (purse, row.from_prepaid)),
        suspense: row.from_suspense,
        deposit: row.charge_id.map(|charge| DepositBack { charge, returned: row.from_deposit, kept: row.kept }),
        words: row.reason.clone(),
    })
}

/// Takes a payment in hand as it is now.
pub async fn hold(tx: &Tx, app: &App, id: PaymentId) -> Result<payment::Model, Error> {
    for _ in 0..TRIES {
        let row = repo::get_payment(tx, id).await?.ok_or_else(|| Error::internal("a payment is gone"))?;
        if repo::take_in_hand(tx, id, row.version, app.clock.now()).await? {
            return Ok(row);
        }
    }
    Err(Error::internal("a payment moved while it was refunded, again and again"))
}

/// Moves the money of a payment that is in hand, and writes that down.
pub async fn shift(
    tx: &Tx,
    app: &App,
    row: &payment::Model,
    by: Shift,
    (kind, payload, actor): (&'static str, Value, Actor),
) -> Result<(), Error> {
    if !repo::shift_payment(tx, row.id, by).await? {
        return Err(PaymentError::OverRefundable("amount").into());
    }
    let after = repo::get_payment(tx, row.id).await?.ok_or_else(|| Error::internal("a payment is gone"))?;
    let before = Some(PaymentState::Settled);
    note_payment(tx, app, Entry { before, payment: &after, kind, actor, payload }).await
}

/// Makes a refund count; `second` is the person who agreed, where it needs one.
pub async fn approve(
    tx: &Tx,
    app: &App,
    clerk: &Clerk,
    row: refund::Model,
    second: Option<&Clerk>,
) -> Result<(), Error> {
    let (now, actor) = (app.clock.now(), clerk.actor());
    let mut after = refund::Model { version: row.version + 1, updated_at: now, ..row.clone() };
    let held = match row.payment_id {
        Some(id) => Some(hold(tx, app, id).await?),
        None => None,
    };
    let back = back_of(tx, app, &row, actor).await?;
    if let Some(held) = &held {
        // Others may have gone before since it was asked for.
        check_charges(tx, held.id, &back.charges.iter().copied().collect()).await?;
    }
    let journal = billing::give_back(tx, &app.clock, &back).await?;
    if let Some(held) = &held {
        let taking = Taking {
            charges: row.from_charges,
            prepaid: row.from_prepaid,
            suspense: row.from_suspense,
            deposit: row.from_deposit,
        };
        let taken = take(standing(held), taking).ok_or(PaymentError::OverRefundable("amount"))?;
        (after.took_allocated, after.took_prepaid, after.took_suspense) =
            (taken.allocated, taken.prepaid, taken.suspense);
        let by = Shift {
            allocated: -taken.allocated.0,
            prepaid: -taken.prepaid.0,
            suspense: -taken.suspense.0,
            refunded: row.amount.0,
        };
        shift(tx, app, held, by, ("REFUNDED", json!({ "refundId": row.id, "refunded": row.amount }), actor)).await?;
    }
    if let Some(item) = row.suspense_item_id {
        let done = Resolution { how: "SENT_BACK", words: row.reason.clone(), journal, by: clerk.staff, at: now };
        if !repo::resolve_suspense(tx, item, &done).await? {
            return Err(PaymentError::SuspenseOver.into());
        }
    }
    // A deposit that is kept as a whole gives nobody anything.
    let nothing = row.amount == Money::ZERO;
    after.state = if nothing { RefundState::Settled } else { RefundState::Approved };
    after.settled_at = nothing.then_some(now);
    after.journal_id = Some(journal);
    after.check_at = (row.merchant_id.is_some() && !nothing).then_some(now);
    if let Some(second) = second {
        (after.decided_by, after.decided_at) = (Some(second.staff), Some(now));
    }
    if !repo::change_refund(tx, &after, row.version).await? {
        return Err(PaymentError::Decided.into());
    }
    note(tx, app, &after, Some(row.state), actor, json!({ "amount": row.amount })).await
}

/// Undoes a refund that its gateway failed: the money is where it was, or, where somebody else has paid meanwhile, prepaid.
pub async fn undo(tx: &Tx, app: &App, row: &refund::Model, code: &str) -> Result<(), Error> {
    let (now, actor) = (app.clock.now(), Actor::default());
    let held = match row.payment_id {
        Some(id) => Some(hold(tx, app, id).await?),
        None => None,
    };
    let undone = billing::undo_back(tx, &app.clock, &back_of(tx, app, row, actor).await?).await?;
    if let Some(held) = &held {
        let (to_prepaid, to_suspense) = (undone.to_prepaid.0, undone.to_suspense.0);
        let by = Shift {
            allocated: row.took_allocated.0 - to_prepaid - to_suspense,
            prepaid: row.took_prepaid.0 + to_prepaid,
            suspense: row.took_suspense.0 + to_suspense,
            refunded: -row.amount.0,
        };
        shift(tx, app, held, by, ("REFUND_FAILED", json!({ "refundId": row.id }), actor)).await?;
        if undone.to_suspense > Money::ZERO {
            repo::insert(tx, left_over(app, held, undone.to_suspense, undone.journal)).await?;
        }
    }
    if let Some(item) = row.suspense_item_id
        && !repo::reopen_suspense(tx, item).await?
    {
        return Err(Error::internal("money that a refund took from suspense was not taken"));
    }
    let after = refund::Model {
        state: RefundState::Failed,
        failed_code: Some(code.chars().take(100).collect()),
        undone_journal_id: Some(undone.journal),
        check_at: None,
        version: row.version + 1,
        updated_at: now,
        ..row.clone()
    };
    if !repo::change_refund(tx, &after, row.version).await? {
        return Err(Error::internal("a refund moved while it was undone"));
    }
    note(tx, app, &after, Some(row.state), actor, json!({ "code": after.failed_code })).await
}

/// What cannot pay its charge again, because somebody else has, and belongs to no unit.
fn left_over(
    app: &App,
    payment: &payment::Model,
    amount: Money,
    journal: entities::values::JournalId,
) -> suspense_item::Model {
    let now = app.clock.now();
    suspense_item::Model {
        id: app.clock.new_id::<SuspenseItemId>(),
        org_id: payment.org_id,
        community_id: payment.community_id,
        merchant_id: payment.merchant_id,
        payment_id: Some(payment.id),
        gateway_number: None,
        order_number: None,
        reason: SuspenseReason::NoUnit,
        amount,
        state: SuspenseState::Open,
        resolution: None,
        words: None,
        journal_id: journal,
        resolved_journal_id: None,
        resolved_by: None,
        resolved_at: None,
        arrived_at: payment.paid_at.unwrap_or(now),
        created_at: now,
    }
}

/// Records that the desk has paid a refund out, from the clerk's open shift, with the number of its voucher.
pub async fn settle_refund(
    app: &App,
    viewer: &Viewer,
    (id, method, voucher): (RefundId, DeskMethod, String),
    key: &str,
) -> Result<RefundCard, Error> {
    let clerk = Clerk::of(viewer, Right::Reconcile)?;
    let voucher = required_text(&voucher, REASON_MAX).map_err(at("voucher"))?;
    let input = (id, method, voucher.clone());
    let command = Once { account: clerk.account, mutation: "refundSettle", key, input: &input, result: id.uuid() };
    let (app_, clerk_) = (app.clone(), clerk.clone());
    once(app, command, move |tx| {
        let (app, clerk, voucher) = (app_.clone(), clerk_.clone(), voucher.clone());
        Box::pin(async move {
            let found = repo::find_refund(tx, &clerk.scope, id).await?;
            let row = found.ok_or(PaymentError::NotFound("refundId"))?.refund;
            if row.state != RefundState::Approved || row.merchant_id.is_some() {
                return Err(PaymentError::RefundState.into());
            }
            let now = app.clock.now();
            pay_out(tx, &app, &clerk, &row, (method, &voucher)).await?;
            let after = refund::Model {
                state: RefundState::Settled,
                voucher: Some(voucher.clone()),
                desk_method: Some(method),
                settled_at: Some(now),
                version: row.version + 1,
                updated_at: now,
                ..row.clone()
            };
            if !repo::change_refund(tx, &after, row.version).await? {
                return Err(PaymentError::RefundState.into());
            }
            note(tx, &app, &after, Some(row.state), clerk.actor(), json!({ "method": method, "voucher": voucher }))
                .await?;
            Ok(id.uuid())
        })
    })
    .await?;
    find(app, &clerk, id).await
}

/// Takes a refund out of the clerk's open shift.
async fn pay_out(
    tx: &Tx,
    app: &App,
    clerk: &Clerk,
    row: &refund::Model,
    (method, voucher): (DeskMethod, &str),
) -> Result<(), Error> {
    let shift = repo::take_place(tx, row.community_id, clerk.staff).await?.ok_or(PaymentError::NoShift)?;
    let now = app.clock.now();
    let entry = desk_entry::Model {
        id: app.clock.new_id(),
        org_id: row.org_id,
        community_id: row.community_id,
        shift_id: shift.id,
        staff_id: clerk.staff,
        payment_id: row.payment_id,
        refund_id: Some(row.id),
        method,
        amount: Money(-row.amount.0),
        voucher: Some(voucher.to_owned()),
        on_day: day_in(&zone_of(tx, row.community_id).await?, now),
        created_at: now,
    };
    desk::enter(tx, entry).await
}
