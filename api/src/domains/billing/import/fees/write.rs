//! Writing a chunk of what was billed before.

use std::collections::HashMap;

use chrono::NaiveDate;
use entities::charge;
use entities::values::{BillId, ChargeSource, FeeItemId, Money, OrganizationId, PayerId, UnitId};
use uuid::Uuid;

use super::super::super::error::BillingError;
use super::super::super::repo::{self, ImportCharge};
use super::super::leave_out;
use super::FeesCounts;
use super::parse::FeesRow;
use super::people::payers;
use super::rows::{BillKey, bills, charge, journals};
use crate::clock::Clock;
use crate::db::Tx;
use crate::domains::estate::lock_organization;
use crate::error::Error;
use crate::infra::bulk::{Problems, Tally, decimal};

/// Of which unit and item a charge is.
type Key = (UnitId, FeeItemId);

fn distinct<T: Ord + Copy>(of: impl Iterator<Item = T>) -> Vec<T> {
    let mut all: Vec<T> = of.collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Why a row is left out that names what is stored already; `None` when it is stored as the file has it.
fn differs(stored: &ImportCharge, row: &FeesRow) -> Option<String> {
    if stored.source != ChargeSource::Imported {
        return Some("was billed by a run of the system already".to_owned());
    }
    if stored.period_start != row.period_start {
        return Some(format!("some of its days were taken over already, from {} on", stored.period_start));
    }
    let paid = row.paid.map_or(Money::ZERO, |(paid, _)| paid);
    let same = (stored.amount, stored.paid_before) == (row.amount, paid);
    let money = |amount: Money| decimal(amount.0, 2);
    (!same).then(|| {
        format!(
            "{} of which {} were paid is stored and was kept, the file has {} and {}",
            money(stored.amount),
            money(stored.paid_before),
            money(row.amount),
            money(paid)
        )
    })
}

/// Sorts out what is stored already.
async fn fresh<'r>(
    tx: &Tx,
    rows: &'r [FeesRow],
    problems: &mut Problems,
) -> Result<(Vec<&'r FeesRow>, HashMap<BillKey, BillId>), Error> {
    let units = distinct(rows.iter().map(|row| row.unit));
    let start = rows.iter().map(|row| row.period_start).min().unwrap_or(NaiveDate::MIN);
    let end = rows.iter().map(|row| row.period_end).max().unwrap_or(NaiveDate::MAX);
    let stored = repo::import_charges(tx, &units, (start, end)).await?;
    let known_bills = stored
        .iter()
        .filter(|it| it.source == ChargeSource::Imported)
        .map(|it| ((it.unit_id, it.payer_id, it.period_start), it.bill_id))
        .collect();
    let mut known: HashMap<Key, Vec<&ImportCharge>> = HashMap::new();
    for it in &stored {
        known.entry((it.unit_id, it.fee_item_id)).or_default().push(it);
    }
    let mut new = Vec::with_capacity(rows.len());
    for row in rows {
        let touches = |it: &&&ImportCharge| it.segment_start < row.period_end && it.segment_end > row.period_start;
        let touching = || known.get(&(row.unit, row.item.id)).into_iter().flatten().filter(touches);
        // The same period first: it may be the same row again.
        match touching().find(|it| it.period_start == row.period_start).or_else(|| touching().next()) {
            None => new.push(row),
            Some(stored) => {
                if let Some(reason) = differs(stored, row) {
                    leave_out(problems, row.line, reason);
                }
            }
        }
    }
    Ok((new, known_bills))
}

/// Writes what is new of some rows; refused while a run bills one of their communities.
pub(super) async fn write(
    tx: &Tx,
    clock: &Clock,
    (org, object): (OrganizationId, Uuid),
    rows: &[FeesRow],
) -> Result<FeesCounts, Error> {
    lock_organization(tx, org).await?;
    // Whoever starts a run takes the same lock. One that goes on reads what is charged chunk by chunk, and could bill what
    // this chunk takes over.
    for community in distinct(rows.iter().map(|row| row.community)) {
        if repo::open_run(tx, community).await?.is_some() {
            return Err(BillingError::RunOpen.into());
        }
    }
    let mut counts = FeesCounts::default();
    counts.organizations.all.insert(org);
    let (new, mut known) = fresh(tx, rows, &mut counts.problems).await?;
    counts.charges = Tally::of(new.len() as u64, (rows.len() as u64).saturating_sub(counts.problems.rows));
    if new.is_empty() {
        return Ok(counts);
    }
    let (owing, made) = payers(tx, clock, org, &new).await?;
    counts.payers = made;
    let owed: Vec<(&FeesRow, PayerId)> = new.iter().copied().zip(owing).collect();
    let (on_bills, bills) = bills(tx, clock, org, &owed, &mut known).await?;
    counts.bills = bills;
    let charged = |((row, payer), bill)| (row, charge(clock, org, row, (payer, bill)));
    let charges: Vec<(&FeesRow, charge::Model)> = owed.into_iter().zip(on_bills).map(charged).collect();
    let models: Vec<charge::Model> = charges.iter().map(|(_, model)| model.clone()).collect();
    if repo::insert_charges(tx, &models).await? != models.len() as u64 {
        return Err(Error::internal("a charge was there already"));
    }
    journals(tx, clock, (org, object), &charges).await?;
    let sum = |parts: &mut dyn Iterator<Item = Money>| Money::sum(parts).unwrap_or(Money::ZERO);
    counts.billed = sum(&mut models.iter().map(|row| row.amount));
    counts.paid = sum(&mut models.iter().map(|row| row.paid));
    Ok(counts)
}
