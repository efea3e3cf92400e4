//! The rows that what was billed before becomes: bills, charges, allocations, and the ledger's.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use entities::values::{
    AllocationKind, BillId, ChargeId, ChargeSource, CommunityId, FeeKind, JournalKind, Money, OrganizationId, PayerId,
    UnitId,
};
use entities::{allocation, bill, charge};
use uuid::Uuid;

use super::super::super::model::Transaction;
use super::super::super::repo;
use super::super::super::service::{About, Draft, Posting, bill_number};
use super::parse::FeesRow;
use crate::clock::Clock;
use crate::db::Tx;
use crate::error::Error;

/// What a bill is known by: unit, payer and first day.
pub(super) type BillKey = (UnitId, PayerId, NaiveDate);

/// What the ledger calls an import.
const OBJECT: &str = "IMPORT_RUN";

/// The bill of each row, in their order; those that are missing are made. How many were.
pub(super) async fn bills(
    tx: &Tx,
    clock: &Clock,
    org: OrganizationId,
    rows: &[(&FeesRow, PayerId)],
    known: &mut HashMap<BillKey, BillId>,
) -> Result<(Vec<BillId>, u64), Error> {
    let mut fresh: Vec<bill::Model> = Vec::new();
    let mut ids = Vec::with_capacity(rows.len());
    for (row, payer) in rows {
        let id = *known.entry((row.unit, *payer, row.period_start)).or_insert_with(|| {
            let id: BillId = clock.new_id();
            fresh.push(bill::Model {
                id,
                org_id: org,
                community_id: row.community,
                unit_id: Some(row.unit),
                payer_id: *payer,
                number: String::new(),
                billed_on: row.period_start,
                due_on: row.due_on,
                created_at: clock.now(),
            });
            id
        });
        if let Some(new) = fresh.iter_mut().rev().find(|new| new.id == id) {
            new.due_on = new.due_on.min(row.due_on);
        }
        ids.push(id);
    }
    if !fresh.is_empty() {
        let first = repo::take_bill_numbers(tx, org, i64::try_from(fresh.len()).unwrap_or(i64::MAX)).await?;
        for (new, number) in fresh.iter_mut().zip(first..) {
            new.number = bill_number(new.billed_on, number);
        }
        if repo::insert_bills(tx, &fresh).await? != fresh.len() as u64 {
            return Err(Error::internal("a bill was there already"));
        }
    }
    Ok((ids, fresh.len() as u64))
}

/// A charge of the time before the books began.
pub(super) fn charge(
    clock: &Clock,
    org: OrganizationId,
    row: &FeesRow,
    (payer, bill_id): (PayerId, BillId),
) -> charge::Model {
    charge::Model {
        id: clock.new_id::<ChargeId>(),
        org_id: org,
        community_id: row.community,
        unit_id: Some(row.unit),
        payer_id: payer,
        fee_item_id: row.item.id,
        bill_id,
        source: ChargeSource::Imported,
        run_id: None,
        ticket_id: None,
        of_charge_id: None,
        period_start: row.period_start,
        months: row.months,
        segment_start: row.period_start,
        segment_end: row.period_end,
        revision: 0,
        quantity: None,
        rate: None,
        share: 10_000,
        estimated: false,
        words: None,
        amount: row.amount,
        credited: Money::ZERO,
        waived: Money::ZERO,
        paid: row.paid.map_or(Money::ZERO, |(paid, _)| paid),
        due_on: row.due_on,
        late_on: None,
        created_at: clock.now(),
    }
}

/// Enters charges and what of them was paid: a journal for each community. A deposit that was taken over is held on.
pub(super) async fn journals(
    tx: &Tx,
    clock: &Clock,
    (org, object): (OrganizationId, Uuid),
    rows: &[(&FeesRow, charge::Model)],
) -> Result<(), Error> {
    let mut places: BTreeMap<CommunityId, Vec<&(&FeesRow, charge::Model)>> = BTreeMap::new();
    for it in rows {
        places.entry(it.0.community).or_default().push(it);
    }
    for (community, rows) in places {
        let mut draft = Draft::new(JournalKind::TakenOver);
        let today = rows.first().map_or(NaiveDate::MIN, |(row, _)| row.today);
        for (row, made) in &rows {
            let about =
                About { payer: made.payer_id, unit: made.unit_id, item: Some(row.item.id), charge: Some(made.id) };
            let deposit = row.item.kind == FeeKind::Deposit;
            let charged = if deposit { Transaction::DepositCharged } else { Transaction::TakenOver };
            draft.enter(charged(row.amount), about)?;
            if let Some((paid, _)) = row.paid {
                draft.enter(Transaction::PaidBefore(paid), about)?;
            }
        }
        let to = Posting { org, community, account: None, on: today, at: clock.now() };
        let journal = draft.post(tx, clock, to, (OBJECT, object), None).await?;
        let journal_id = journal.ok_or_else(|| Error::internal("a journal of nothing"))?;
        let paid = rows.iter().filter_map(|(row, made)| row.paid.map(|(amount, on)| (made.id, amount, on)));
        let allocations: Vec<allocation::Model> = paid
            .map(|(charge_id, amount, on_day)| allocation::Model {
                id: clock.new_id(),
                org_id: org,
                charge_id,
                kind: AllocationKind::TakenOver,
                amount,
                source_id: None,
                journal_id,
                on_day,
                created_at: clock.now(),
            })
            .collect();
        repo::insert_allocations(tx, &allocations).await?;
    }
    Ok(())
}
