//! Giving up what is owed (减免), alone up to the community's limit, above it with a second person.

use entities::values::{
    ApprovalState, ChargeId, FeeDiscountId, FeeKind, JournalId, JournalKind, Money, TypedId as _, WaiverId,
};
use entities::waiver;
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::super::error::{BillingError, at};
use super::super::model::{Transaction, text};
use super::super::repo::{self, ChargeCard, PendingRow, Standing, WaiverCard};
use super::journal::{About, Draft, Posting};
use super::settings::settings_of;
use super::single::entered;
use super::{Clerk, Once, community, day_in, lock, note, once, reader};
use crate::db::Tx;
use crate::domains::identity::{Right, Viewer};
use crate::error::Error;
use crate::infra::history::ObjectKind;
use crate::state::App;

/// What waits of each kind that is shown at once.
const SHOWN: u64 = 200;

/// A waiver as it is asked for.
#[derive(Clone, Debug, Serialize)]
pub struct NewWaiver {
    /// Of which charge.
    pub charge_id: ChargeId,
    /// How much.
    pub amount: Decimal,
    /// Why.
    pub reason: String,
}

/// What is still owed of a charge.
fn open(card: &ChargeCard) -> i64 {
    let row = &card.charge;
    row.amount.0 - row.credited.0 - row.waived.0 - row.paid.0
}

/// Takes an amount off a charge, at the company's cost; off a deposit, of which then less is held.
async fn apply(
    tx: &Tx,
    app: &App,
    clerk: &Clerk,
    card: &ChargeCard,
    amount: Money,
    zone: &str,
) -> Result<JournalId, Error> {
    if amount.0 > open(card) {
        return Err(BillingError::OverOpen.into());
    }
    let row = &card.charge;
    let seen = Standing { id: row.id, credited: row.credited, waived: row.waived, paid: row.paid };
    if !repo::change_charge(tx, seen, (0, amount.0, 0)).await? {
        return Err(BillingError::OverOpen.into());
    }
    let now = app.clock.now();
    let to = Posting {
        org: row.org_id,
        community: row.community_id,
        account: Some(clerk.account),
        on: day_in(zone, now),
        at: now,
    };
    let about = About { payer: row.payer_id, unit: row.unit_id, item: Some(row.fee_item_id), charge: Some(row.id) };
    let mut draft = Draft::new(JournalKind::Waived);
    let waived = if card.item_kind == FeeKind::Deposit { Transaction::DepositWaived } else { Transaction::Waived };
    draft.enter(waived(amount), about)?;
    let journal = draft.post(tx, &app.clock, to, ("CHARGE", row.id.uuid()), None).await?;
    journal.ok_or_else(|| Error::internal("a waiver without a journal"))
}

/// Gives up what is owed of a charge, or asks for it where it needs a second person.
pub async fn waive(app: &App, viewer: &Viewer, new: NewWaiver, key: &str) -> Result<WaiverCard, Error> {
    let clerk = Clerk::of(viewer, Right::FeeManage)?;
    let amount = entered(new.amount)?;
    let reason = text::required(&new.reason, text::REASON_MAX).map_err(at("reason"))?;
    let id: WaiverId = app.clock.new_id();
    let command = Once { account: clerk.account, mutation: "chargeWaive", key, input: &new, result: id.uuid() };
    let (app_, clerk_, charge_id) = (app.clone(), clerk.clone(), new.charge_id);
    let made = once(app, command, move |tx| {
        let (app, clerk, reason) = (app_.clone(), clerk_.clone(), reason.clone());
        Box::pin(async move {
            lock(tx, &clerk).await?;
            let missing = || BillingError::NotFound("chargeId");
            let seen = repo::find_charge(tx, &clerk.scope, charge_id).await?.ok_or_else(missing)?;
            // A run may be correcting it: it is read again when nobody else changes it.
            repo::lock_charge(tx, seen.charge.id).await?;
            let card = repo::find_charge(tx, &clerk.scope, charge_id).await?.ok_or_else(missing)?;
            if amount.0 > open(&card) {
                return Err(BillingError::OverOpen.into());
            }
            let place = community(tx, &clerk.scope, card.charge.community_id).await?;
            let needs_second = amount > settings_of(tx, &place).await?.waiver_limit;
            let journal = match needs_second {
                true => None,
                false => Some(apply(tx, &app, &clerk, &card, amount, &place.time_zone).await?),
            };
            let row = waiver::Model {
                id,
                org_id: clerk.org,
                community_id: card.charge.community_id,
                charge_id,
                amount,
                reason: reason.clone(),
                state: if needs_second { ApprovalState::Pending } else { ApprovalState::Approved },
                staff_id: clerk.staff,
                decided_by: None,
                decided_at: None,
                journal_id: journal,
                created_at: app.clock.now(),
            };
            let payload = json!({ "waiverId": id, "amount": amount, "reason": reason, "state": row.state });
            repo::insert(tx, row).await?;
            note(tx, &app, &clerk, (ObjectKind::Charge, charge_id.uuid()), ("WAIVER_ASKED", payload)).await?;
            Ok(id.uuid())
        })
    })
    .await?;
    find(app, &clerk, WaiverId(made)).await
}

async fn find(app: &App, clerk: &Clerk, id: WaiverId) -> Result<WaiverCard, Error> {
    let row = repo::find_waiver(reader(app), &clerk.scope, id).await?;
    Ok(row.ok_or(BillingError::NotFound("waiverId"))?)
}

/// What a second person decides on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub enum Subject {
    /// A waiver.
    Waiver(WaiverId),
    /// A discount.
    Discount(FeeDiscountId),
}

/// Decides on a waiver or discount that waits, as somebody else than who asked; whether it counts now.
pub async fn decide(app: &App, viewer: &Viewer, subject: Subject, approve: bool, key: &str) -> Result<bool, Error> {
    let clerk = Clerk::of(viewer, Right::FeeApprove)?;
    let input = (subject, approve);
    let result = match subject {
        Subject::Waiver(id) => id.uuid(),
        Subject::Discount(id) => id.uuid(),
    };
    let command = Once { account: clerk.account, mutation: "feeApprovalDecide", key, input: &input, result };
    let (app_, clerk_) = (app.clone(), clerk.clone());
    once(app, command, move |tx| {
        let (app, clerk) = (app_.clone(), clerk_.clone());
        Box::pin(async move {
            lock(tx, &clerk).await?;
            match subject {
                Subject::Waiver(id) => decide_waiver(tx, &app, &clerk, id, approve).await,
                Subject::Discount(id) => decide_discount(tx, &app, &clerk, id, approve).await,
            }
        })
    })
    .await?;
    Ok(approve)
}

async fn decide_waiver(tx: &Tx, app: &App, clerk: &Clerk, id: WaiverId, approve: bool) -> Result<Uuid, Error> {
    let found = repo::find_waiver(tx, &clerk.scope, id).await?.ok_or(BillingError::NotFound("subjectId"))?;
    let row = found.waiver;
    if row.state != ApprovalState::Pending {
        return Err(BillingError::Decided.into());
    }
    if row.staff_id == clerk.staff {
        return Err(BillingError::SamePerson.into());
    }
    let mut outcome = (ApprovalState::Refused, None);
    if approve {
        repo::lock_charge(tx, row.charge_id).await?;
        let card = repo::find_charge(tx, &clerk.scope, row.charge_id).await?;
        let card = card.ok_or(BillingError::NotFound("subjectId"))?;
        let place = community(tx, &clerk.scope, row.community_id).await?;
        let journal = apply(tx, app, clerk, &card, row.amount, &place.time_zone).await?;
        outcome = (ApprovalState::Approved, Some(journal));
    }
    if !repo::decide_waiver(tx, id, outcome, clerk.staff, app.clock.now()).await? {
        return Err(BillingError::Decided.into());
    }
    let payload = json!({ "waiverId": id, "state": outcome.0 });
    note(tx, app, clerk, (ObjectKind::Charge, row.charge_id.uuid()), ("WAIVER_DECIDED", payload)).await?;
    Ok(id.uuid())
}

async fn decide_discount(tx: &Tx, app: &App, clerk: &Clerk, id: FeeDiscountId, approve: bool) -> Result<Uuid, Error> {
    let row = repo::find_discount(tx, &clerk.scope, id).await?.ok_or(BillingError::NotFound("subjectId"))?;
    if row.staff_id == clerk.staff {
        return Err(BillingError::SamePerson.into());
    }
    let state = if approve { ApprovalState::Approved } else { ApprovalState::Refused };
    if !repo::decide_discount(tx, id, state, clerk.staff, app.clock.now()).await? {
        return Err(BillingError::Decided.into());
    }
    let payload = json!({ "discountId": id, "state": state });
    note(tx, app, clerk, (ObjectKind::FeeItem, row.fee_item_id.uuid()), ("DISCOUNT_DECIDED", payload)).await?;
    Ok(id.uuid())
}

/// What waits for a second person, the oldest first.
pub async fn pending(app: &App, viewer: &Viewer) -> Result<Vec<PendingRow>, Error> {
    let clerk = Clerk::of(viewer, Right::FeeApprove)?;
    let mut rows = repo::pending_waivers(reader(app), &clerk.scope, SHOWN).await?;
    rows.extend(repo::pending_discounts(reader(app), &clerk.scope, SHOWN).await?);
    rows.sort_by_key(|row| row.created_at);
    Ok(rows)
}
