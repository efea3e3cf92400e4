//! Money finds its charges: what a payment brought, or finance took out of suspense, pays charges and prepaid balances.

use std::collections::BTreeMap;

use entities::allocation;
use entities::values::{AllocationKind, ChargeId, FeeItemId, JournalId, JournalKind, Money, PayerId, UnitId};
use uuid::Uuid;

use super::super::model::Transaction;
use super::super::repo::{self, PayableCharge, Purse};
use super::journal::{About, Draft, Posting};
use super::late::{self, Again};
use crate::clock::Clock;
use crate::db::Tx;
use crate::error::Error;

/// How often charges are read again when another payment was faster.
const TRIES: usize = 8;

/// Where money comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MoneyFrom {
    /// From outside: a gateway, a till, a bank.
    Outside,
    /// From suspense.
    Suspense,
}

/// Money that is to be placed.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// Where and when it is posted; the day is the one on which it was paid.
    pub to: Posting,
    /// Where it comes from.
    pub from: MoneyFrom,
    /// The kind and id of what brought it: allocations name the id.
    pub source: (&'static str, Uuid),
    /// How much.
    pub amount: Money,
    /// What it is meant to pay, in this order, and how much of each at most.
    pub wanted: Vec<(ChargeId, Money)>,
    /// Whose prepaid balance takes what is left over, for which unit, and for which item alone.
    pub rest: Option<(PayerId, UnitId, Option<FeeItemId>)>,
    /// In words.
    pub words: Option<String>,
}

/// Where money went.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Placed {
    /// The journal.
    pub journal: JournalId,
    /// What each charge got.
    pub parts: Vec<(ChargeId, Money)>,
    /// All of that.
    pub allocated: Money,
    /// What went to the prepaid balance.
    pub prepaid: Money,
    /// What stays in suspense, because nobody is named whose balance could take it.
    pub suspense: Money,
    /// The charges of which nothing is owed any more.
    pub paid_off: Vec<ChargeId>,
}

struct Part {
    charge: PayableCharge,
    amount: Money,
    left: Money,
}

/// Pays charges as far as they are still open, in one journal; what is left over becomes prepaid balance, or suspense.
pub async fn place(tx: &Tx, clock: &Clock, new: Incoming) -> Result<Placed, Error> {
    let mut parts = Vec::new();
    let mut left = new.amount;
    // By id, so that two payments of the same charges wait for each other in one order.
    let mut shares = BTreeMap::new();
    for (charge, most) in &new.wanted {
        let share = Money(left.0.min(most.0));
        left = Money(left.0 - share.0);
        let whole = shares.entry(*charge).or_insert(Money::ZERO);
        *whole = Money(whole.0 + share.0);
    }
    for (charge, share) in shares {
        if share > Money::ZERO
            && let Some(part) = pay(tx, &new.to, charge, share).await?
        {
            parts.push(part);
        }
    }
    let allocated = Money::sum(parts.iter().map(|part| part.amount)).ok_or_else(too_much)?;
    let rest = Money(new.amount.0 - allocated.0);
    let (prepaid, suspense) = if new.rest.is_some() { (rest, Money::ZERO) } else { (Money::ZERO, rest) };
    let journal = enter(tx, clock, &new, &parts, (prepaid, suspense)).await?;
    // Late fees may have accrued since a part was read: which did is read again.
    let paid: Vec<ChargeId> = parts.iter().map(|part| part.charge.id).collect();
    late::take_back(tx, clock, &new.to, &paid, Again::Paid).await?;
    if let (Some((payer_id, unit_id, fee_item_id)), true) = (new.rest, prepaid > Money::ZERO) {
        let purse = Purse { payer_id, unit_id, fee_item_id };
        repo::add_prepaid(tx, clock.new_id(), new.to.org, purse, prepaid, new.to.at).await?;
    }
    Ok(Placed {
        journal,
        allocated,
        prepaid,
        suspense,
        paid_off: parts.iter().filter(|part| part.left == Money::ZERO).map(|part| part.charge.id).collect(),
        parts: parts.into_iter().map(|part| (part.charge.id, part.amount)).collect(),
    })
}

/// Pays one charge as far as it is open; nothing when it is not, or cannot be paid in part.
async fn pay(tx: &Tx, to: &Posting, id: ChargeId, most: Money) -> Result<Option<Part>, Error> {
    for _ in 0..TRIES {
        let found = repo::charges_to_settle(tx, to.org, &[id]).await?.pop();
        let Some(charge) = found.filter(|it| it.community_id == to.community) else { return Ok(None) };
        let open = charge.open();
        let amount = Money(open.0.min(most.0));
        if amount <= Money::ZERO || (amount < open && !charge.in_parts) {
            return Ok(None);
        }
        if repo::change_charge(tx, charge.standing(), (0, 0, amount.0)).await? {
            return Ok(Some(Part { charge, amount, left: Money(open.0 - amount.0) }));
        }
    }
    Err(Error::internal("a charge changed while it was paid, again and again"))
}

async fn enter(
    tx: &Tx,
    clock: &Clock,
    new: &Incoming,
    parts: &[Part],
    (prepaid, suspense): (Money, Money),
) -> Result<JournalId, Error> {
    let nothing = Money::ZERO;
    let kind = match new.from {
        MoneyFrom::Outside => JournalKind::Received,
        MoneyFrom::Suspense => JournalKind::Placed,
    };
    let transaction = |allocated, prepaid| match new.from {
        MoneyFrom::Outside => Transaction::Received { allocated, prepaid, suspense: nothing },
        MoneyFrom::Suspense => Transaction::Placed { allocated, prepaid },
    };
    let mut draft = Draft::new(kind);
    for Part { charge, amount, .. } in parts {
        let about = About {
            payer: charge.payer_id,
            unit: charge.unit_id,
            item: Some(charge.fee_item_id),
            charge: Some(charge.id),
        };
        draft.enter(transaction(*amount, nothing), about)?;
    }
    if let (Some((payer, unit, item)), true) = (new.rest, prepaid > nothing) {
        draft.enter(transaction(nothing, prepaid), About { payer, unit: Some(unit), item, charge: None })?;
    }
    if suspense > nothing && new.from == MoneyFrom::Outside {
        draft.suspend(suspense)?;
    }
    let (object, id) = new.source;
    let journal = draft.post(tx, clock, new.to, (object, id), new.words.clone()).await?;
    let journal = journal.ok_or_else(|| Error::internal("money that was placed nowhere"))?;
    let rows: Vec<allocation::Model> = parts
        .iter()
        .map(|part| allocation::Model {
            id: clock.new_id(),
            org_id: new.to.org,
            charge_id: part.charge.id,
            kind: AllocationKind::Payment,
            amount: part.amount,
            source_id: Some(id),
            journal_id: journal,
            on_day: new.to.on,
            created_at: new.to.at,
        })
        .collect();
    if repo::insert_allocations(tx, &rows).await? != rows.len() as u64 {
        return Err(Error::internal("an allocation was lost"));
    }
    Ok(journal)
}

fn too_much() -> Error {
    Error::internal("a payment does not fit")
}
