//! Money goes back: what a refund takes from charges, balances, suspense and deposits, and how it comes back when the
//! gateway fails it.

use entities::allocation;
use entities::values::{AllocationKind, ChargeId, JournalId, JournalKind, Money};
use uuid::Uuid;

pub use super::super::repo::Purse;

use super::super::error::BillingError;
use super::super::model::Transaction;
use super::super::repo::{self, PayableCharge};
use super::journal::{About, Draft, Posting};
use crate::clock::Clock;
use crate::db::Tx;
use crate::error::Error;

/// The kind of object that journals of refunds name.
const OBJECT: &str = "REFUND";
/// How often a charge is read again when somebody else changed it.
const TRIES: usize = 8;

/// A deposit that goes back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DepositBack {
    /// The deposit.
    pub charge: ChargeId,
    /// What the payer gets.
    pub returned: Money,
    /// What is kept for damage.
    pub kept: Money,
}

/// Money that goes back, and where it is taken from.
#[derive(Clone, Debug)]
pub struct Back {
    /// Where and when it is posted.
    pub to: Posting,
    /// The refund: its journals and allocations name it.
    pub refund: Uuid,
    /// What is owed again.
    pub charges: Vec<(ChargeId, Money)>,
    /// What a prepaid balance loses.
    pub prepaid: Option<(Purse, Money)>,
    /// What leaves suspense.
    pub suspense: Money,
    /// A deposit.
    pub deposit: Option<DepositBack>,
    /// In words.
    pub words: String,
}

/// Where money came back to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Undone {
    /// The journal.
    pub journal: JournalId,
    /// Of what had paid charges: what could not pay them again, because somebody else had, and is prepaid now.
    pub to_prepaid: Money,
    /// The same of charges of no unit: it lies in suspense.
    pub to_suspense: Money,
}

fn about(charge: &PayableCharge) -> About {
    About { payer: charge.payer_id, unit: charge.unit_id, item: Some(charge.fee_item_id), charge: Some(charge.id) }
}

/// Takes the money out of the ledger, all of it or none: refused when a charge is no longer paid so far, or a balance was
/// drawn on.
pub async fn give_back(tx: &Tx, clock: &Clock, back: &Back) -> Result<JournalId, Error> {
    let mut draft = Draft::new(JournalKind::Refunded);
    let mut parts = Vec::new();
    for (id, amount) in sorted(&back.charges) {
        let charge = change(tx, &back.to, id, |charge| {
            if charge.paid < amount { Err(BillingError::OverPaid("charges")) } else { Ok(-amount.0) }
        });
        let (charge, _) = charge.await?;
        draft.enter(Transaction::RefundedFromCharges(amount), about(&charge))?;
        parts.push((id, Money(-amount.0)));
    }
    if let Some(deposit) = back.deposit {
        enter_deposit(tx, back, deposit, &mut draft).await?;
    }
    if let Some((purse, amount)) = back.prepaid {
        if !repo::draw_purse(tx, purse, amount, back.to.at).await? {
            return Err(BillingError::PrepaidDrawn.into());
        }
        draft.enter(Transaction::RefundedFromPrepaid(amount), about_purse(purse))?;
    }
    if back.suspense > Money::ZERO {
        draft.send_back(back.suspense)?;
    }
    post(tx, clock, back, draft, &parts).await
}

/// Puts the money back, by a journal the other way round. What somebody else has paid meanwhile is not paid twice.
pub async fn undo_back(tx: &Tx, clock: &Clock, back: &Back) -> Result<Undone, Error> {
    let mut draft = Draft::new(JournalKind::Refunded);
    let (mut parts, mut to_prepaid, mut to_suspense) = (Vec::new(), 0, 0);
    for (id, amount) in sorted(&back.charges) {
        let repaid = |charge: &PayableCharge| {
            let open = charge.open().0;
            if open >= amount.0 {
                amount.0
            } else if charge.in_parts {
                open.max(0)
            } else {
                0
            }
        };
        let (charge, paid) = change(tx, &back.to, id, |charge| Ok(repaid(charge))).await?;
        if paid > 0 {
            draft.enter(Transaction::RefundedFromCharges(Money(paid)), about(&charge))?;
            parts.push((id, Money(paid)));
        }
        let rest = Money(amount.0 - paid);
        match charge.unit_id {
            _ if rest == Money::ZERO => {}
            Some(unit_id) => {
                let purse = Purse { payer_id: charge.payer_id, unit_id, fee_item_id: None };
                refill(tx, clock, back, purse, rest, &mut draft).await?;
                to_prepaid += rest.0;
            }
            None => {
                draft.send_back(rest)?;
                to_suspense += rest.0;
            }
        }
    }
    if let Some(deposit) = back.deposit {
        enter_deposit(tx, back, deposit, &mut draft).await?;
    }
    if let Some((purse, amount)) = back.prepaid {
        refill(tx, clock, back, purse, amount, &mut draft).await?;
    }
    if back.suspense > Money::ZERO {
        draft.send_back(back.suspense)?;
    }
    draft.reverse();
    let journal = post(tx, clock, back, draft, &parts).await?;
    Ok(Undone { journal, to_prepaid: Money(to_prepaid), to_suspense: Money(to_suspense) })
}

/// By id, so that two refunds of the same charges wait for each other in one order.
fn sorted(charges: &[(ChargeId, Money)]) -> Vec<(ChargeId, Money)> {
    let mut charges = charges.to_vec();
    charges.sort_by_key(|(id, _)| *id);
    charges
}

fn about_purse(purse: Purse) -> About {
    About { payer: purse.payer_id, unit: Some(purse.unit_id), item: purse.fee_item_id, charge: None }
}

async fn refill(
    tx: &Tx,
    clock: &Clock,
    back: &Back,
    purse: Purse,
    amount: Money,
    draft: &mut Draft,
) -> Result<(), Error> {
    repo::add_prepaid(tx, clock.new_id(), back.to.org, purse, amount, back.to.at).await?;
    draft.enter(Transaction::RefundedFromPrepaid(amount), about_purse(purse))
}

/// A deposit stays paid: it is what is held that shrinks.
async fn enter_deposit(tx: &Tx, back: &Back, deposit: DepositBack, draft: &mut Draft) -> Result<(), Error> {
    let whole = Money(deposit.returned.0 + deposit.kept.0);
    let (charge, _) = change(tx, &back.to, deposit.charge, |charge| {
        if charge.paid < whole { Err(BillingError::OverPaid("deduction")) } else { Ok(0) }
    })
    .await?;
    if deposit.returned > Money::ZERO {
        draft.enter(Transaction::DepositReturned(deposit.returned), about(&charge))?;
    }
    if deposit.kept > Money::ZERO {
        draft.enter(Transaction::DepositKept(deposit.kept), about(&charge))?;
    }
    Ok(())
}

/// Changes what is paid of a charge by what `decide` says of how it stands.
async fn change(
    tx: &Tx,
    to: &Posting,
    id: ChargeId,
    decide: impl Fn(&PayableCharge) -> Result<i64, BillingError>,
) -> Result<(PayableCharge, i64), Error> {
    for _ in 0..TRIES {
        let found = repo::charges_to_settle(tx, to.org, &[id]).await?.pop();
        let charge = found.filter(|it| it.community_id == to.community).ok_or(BillingError::NotFound("charges"))?;
        let by = decide(&charge)?;
        if repo::change_charge(tx, charge.standing(), (0, 0, by)).await? {
            return Ok((charge, by));
        }
    }
    Err(Error::internal("a charge changed while it was given back, again and again"))
}

async fn post(
    tx: &Tx,
    clock: &Clock,
    back: &Back,
    draft: Draft,
    parts: &[(ChargeId, Money)],
) -> Result<JournalId, Error> {
    let journal = draft.post(tx, clock, back.to, (OBJECT, back.refund), Some(back.words.clone())).await?;
    let journal = journal.ok_or_else(|| Error::internal("a refund of nothing"))?;
    let rows: Vec<allocation::Model> = parts
        .iter()
        .map(|(charge, amount)| allocation::Model {
            id: clock.new_id(),
            org_id: back.to.org,
            charge_id: *charge,
            kind: AllocationKind::Refunded,
            amount: *amount,
            source_id: Some(back.refund),
            journal_id: journal,
            on_day: back.to.on,
            created_at: back.to.at,
        })
        .collect();
    if repo::insert_allocations(tx, &rows).await? != rows.len() as u64 {
        return Err(Error::internal("an allocation was lost"));
    }
    Ok(journal)
}
