//! Posting a chunk: bills, charges, credit notes, what prepaid balances pay of them, and the journals, in one transaction
//! with the run's progress.

use std::collections::HashMap;

use chrono::NaiveDate;
use entities::values::{
    AllocationId, AllocationKind, BillId, BillingProblemId, ChargeId, ChargeSource, CreditNoteId, JournalKind, Money,
    PayerId, PrepaidBalanceId, Quantity, UnitId,
};
use entities::{allocation, bill, billing_problem, charge, credit_note, prepaid_balance};

use super::super::super::model::{Owed, Transaction, allocate};
use super::super::super::repo::{self, Advance, Chunk, Purse, RunCard};
use super::super::journal::{About, Draft, Posting};
use super::super::late::{self, Again};
use super::compute::{Computed, UnitCharge, UnitCredit};
use super::plan::Plan;
use crate::clock::Clock;
use crate::db::Tx;
use crate::error::Error;
use crate::infra::crypto;

/// What the ledger calls a run.
const OBJECT: &str = "BILLING_RUN";
/// Why a run takes something back.
const CORRECTED: &str = "重新出账 / billed anew";

/// A chunk being posted.
pub struct Chunked<'c> {
    /// The transaction.
    pub tx: &'c Tx,
    /// The clock.
    pub clock: &'c Clock,
    /// The run.
    pub run: &'c RunCard,
    /// What it bills.
    pub plan: &'c Plan,
    /// Where and when its journals are posted.
    pub to: Posting,
}

/// The bills of a chunk, one for each unit and payer, with numbers of their own; and which of them a charge stands on.
async fn bills(chunk: &Chunked<'_>, charges: &[UnitCharge]) -> Result<(Vec<bill::Model>, Vec<usize>), Error> {
    let mut rows: Vec<bill::Model> = Vec::new();
    let mut places = Vec::with_capacity(charges.len());
    for it in charges {
        let due_on = due_on(chunk, it);
        let (unit, payer) = (Some(it.unit), it.new.target.payer);
        match rows.last_mut() {
            Some(last) if (last.unit_id, last.payer_id) == (unit, payer) => last.due_on = last.due_on.min(due_on),
            _ => rows.push(bill::Model {
                id: chunk.clock.new_id::<BillId>(),
                org_id: chunk.to.org,
                community_id: chunk.to.community,
                unit_id: unit,
                payer_id: payer,
                number: String::new(),
                billed_on: chunk.run.run.billed_on,
                due_on,
                created_at: chunk.to.at,
            }),
        }
        places.push(rows.len() - 1);
    }
    if !rows.is_empty() {
        let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        let first = repo::take_bill_numbers(chunk.tx, chunk.to.org, count).await?;
        for (row, number) in rows.iter_mut().zip(first..) {
            row.number = bill_number(chunk.run.run.billed_on, number);
        }
    }
    Ok((rows, places))
}

/// When a charge is due; nothing is due before the day on which it was billed.
fn due_on(chunk: &Chunked<'_>, it: &UnitCharge) -> NaiveDate {
    chunk.plan.items[it.item].item.due_on.max(chunk.to.on)
}

/// The number of a bill: its month, and its place among all of the organization.
pub fn bill_number(billed_on: NaiveDate, number: i64) -> String {
    format!("{}-{number:08}", billed_on.format("%Y%m"))
}

fn charge_row(chunk: &Chunked<'_>, it: &UnitCharge, bill_id: BillId) -> charge::Model {
    let (item, target) = (&chunk.plan.items[it.item].item, &it.new.target);
    charge::Model {
        id: chunk.clock.new_id::<ChargeId>(),
        org_id: chunk.to.org,
        community_id: chunk.to.community,
        unit_id: Some(it.unit),
        payer_id: target.payer,
        fee_item_id: item.id,
        bill_id,
        source: ChargeSource::Run,
        run_id: Some(chunk.run.run.id),
        ticket_id: None,
        of_charge_id: None,
        period_start: item.period.start,
        months: item.months,
        segment_start: target.segment.start,
        segment_end: target.segment.end,
        revision: it.new.revision,
        quantity: target.quantity.map(Quantity),
        rate: target.rate,
        share: target.share,
        estimated: target.estimated,
        words: None,
        amount: target.amount,
        credited: Money::ZERO,
        waived: Money::ZERO,
        paid: Money::ZERO,
        due_on: due_on(chunk, it),
        late_on: None,
        created_at: chunk.to.at,
    }
}

/// What an allocation of a chunk is made of.
struct Paid {
    charge: ChargeId,
    amount: Money,
}

fn allocations(
    chunk: &Chunked<'_>,
    kind: AllocationKind,
    journal_id: Option<entities::values::JournalId>,
    paid: &[Paid],
) -> Result<Vec<allocation::Model>, Error> {
    if paid.is_empty() {
        return Ok(Vec::new());
    }
    let journal_id = journal_id.ok_or_else(|| Error::internal("an allocation without a journal"))?;
    let row = |it: &Paid| allocation::Model {
        id: chunk.clock.new_id::<AllocationId>(),
        org_id: chunk.to.org,
        charge_id: it.charge,
        kind,
        amount: it.amount,
        source_id: None,
        journal_id,
        on_day: chunk.to.on,
        created_at: chunk.to.at,
    };
    Ok(paid.iter().map(row).collect())
}

/// Takes back what was charged too much; what had been paid of it goes to the prepaid balance.
async fn credit(chunk: &Chunked<'_>, credits: &[UnitCredit]) -> Result<Money, Error> {
    let (mut draft, mut back, mut total) = (Draft::new(JournalKind::Credited), Vec::new(), 0_i64);
    for it in credits {
        let (amount, to_prepaid) = (it.credit.amount, it.credit.to_prepaid);
        if !repo::change_charge(chunk.tx, it.seen, (amount.0, 0, -to_prepaid.0)).await? {
            return Err(Error::internal("a charge changed while it was corrected"));
        }
        let row = credit_note::Model {
            id: chunk.clock.new_id::<CreditNoteId>(),
            org_id: chunk.to.org,
            charge_id: it.credit.charge,
            revision: 0,
            amount,
            to_prepaid,
            reason: CORRECTED.to_owned(),
            run_id: Some(chunk.run.run.id),
            account_id: chunk.to.account,
            created_at: chunk.to.at,
        };
        repo::insert_credit(chunk.tx, &row).await?;
        let about =
            About { payer: it.credit.payer, unit: Some(it.unit), item: Some(it.item), charge: Some(it.credit.charge) };
        draft.enter(Transaction::Credited { amount, paid: to_prepaid }, about)?;
        if to_prepaid.0 > 0 {
            let purse = Purse { payer_id: it.credit.payer, unit_id: it.unit, fee_item_id: None };
            let id = chunk.clock.new_id::<PrepaidBalanceId>();
            repo::add_prepaid(chunk.tx, id, chunk.to.org, purse, to_prepaid, chunk.to.at).await?;
            back.push(Paid { charge: it.credit.charge, amount: Money(-to_prepaid.0) });
        }
        total = total.saturating_add(amount.0);
    }
    // What comes back is for anything.
    draft.earmark(None);
    let journal = draft.post(chunk.tx, chunk.clock, chunk.to, (OBJECT, chunk.run.run.id.0), None).await?;
    let rows = allocations(chunk, AllocationKind::Credited, journal, &back)?;
    repo::insert_allocations(chunk.tx, &rows).await?;
    // What is owed no more was never late.
    let corrected: Vec<ChargeId> = credits.iter().map(|it| it.credit.charge).collect();
    late::take_back(chunk.tx, chunk.clock, &chunk.to, &corrected, Again::Corrected).await?;
    Ok(Money(total))
}

/// What prepaid balances pay.
struct Drawn {
    draft: Draft,
    paid: Vec<Paid>,
    /// What each balance gives.
    balances: Vec<(PrepaidBalanceId, Money)>,
}

/// What prepaid balances pay of new charges: those for an item first its charges, those for all what is left.
fn draw(plan: &Plan, balances: &[prepaid_balance::Model], charges: &mut [charge::Model]) -> Result<Drawn, Error> {
    let mut by_owner: HashMap<(PayerId, UnitId), Vec<usize>> = HashMap::new();
    for (index, row) in charges.iter().enumerate() {
        if let Some(unit) = row.unit_id {
            by_owner.entry((row.payer_id, unit)).or_default().push(index);
        }
    }
    let mut order: Vec<&prepaid_balance::Model> = balances.iter().collect();
    order.sort_by_key(|row| (row.fee_item_id.is_none(), row.id));
    let (mut draft, mut paid, mut drawn) = (Draft::new(JournalKind::Drawn), Vec::new(), Vec::new());
    for balance in order {
        let own = by_owner.get(&(balance.payer_id, balance.unit_id)).map_or(&[][..], Vec::as_slice);
        let fits = |index: &&usize| balance.fee_item_id.is_none_or(|item| charges[**index].fee_item_id == item);
        let owed: Vec<Owed<usize>> = own
            .iter()
            .filter(fits)
            .map(|index| {
                let row = &charges[*index];
                let in_parts = plan.row(row.fee_item_id).is_some_and(|item| item.in_parts);
                Owed { charge: *index, due_on: row.due_on, amount: Money(row.amount.0 - row.paid.0), in_parts }
            })
            .collect();
        let found = allocate(balance.amount, &owed);
        let mut part = Draft::new(JournalKind::Drawn);
        for (index, amount) in &found.parts {
            let row = &mut charges[*index];
            row.paid = Money(row.paid.0 + amount.0);
            let about =
                About { payer: row.payer_id, unit: row.unit_id, item: Some(row.fee_item_id), charge: Some(row.id) };
            part.enter(Transaction::Drawn(*amount), about)?;
            paid.push(Paid { charge: row.id, amount: *amount });
        }
        part.earmark(balance.fee_item_id);
        draft.join(part);
        let amount = Money(balance.amount.0 - found.left.0);
        if amount.0 > 0 {
            drawn.push((balance.id, amount));
        }
    }
    Ok(Drawn { draft, paid, balances: drawn })
}

async fn charge(
    chunk: &Chunked<'_>,
    computed: &Computed,
    after: Option<UnitId>,
) -> Result<(usize, Vec<charge::Model>), Error> {
    let (bills, places) = bills(chunk, &computed.charges).await?;
    let mut rows: Vec<charge::Model> =
        computed.charges.iter().zip(places).map(|(it, place)| charge_row(chunk, it, bills[place].id)).collect();
    let mut drawn = Drawn { draft: Draft::new(JournalKind::Drawn), paid: Vec::new(), balances: Vec::new() };
    if let (Some(last), false) = (computed.last, rows.is_empty()) {
        let range = Chunk { community: chunk.to.community, after, last };
        let balances = repo::chunk_prepaid(chunk.tx, range).await?;
        drawn = draw(chunk.plan, &balances, &mut rows)?;
    }
    for (id, amount) in drawn.balances {
        if !repo::draw_prepaid(chunk.tx, id, amount, chunk.to.at).await? {
            return Err(Error::internal("a prepaid balance changed while it was drawn on"));
        }
    }
    let made = repo::insert_bills(chunk.tx, &bills).await? + repo::insert_charges(chunk.tx, &rows).await?;
    if made != (bills.len() + rows.len()) as u64 {
        return Err(Error::internal("a bill or charge was there already"));
    }
    let mut draft = Draft::new(JournalKind::Billed);
    for row in &rows {
        let about = About { payer: row.payer_id, unit: row.unit_id, item: Some(row.fee_item_id), charge: Some(row.id) };
        draft.enter(Transaction::Charged(row.amount), about)?;
    }
    let object = (OBJECT, chunk.run.run.id.0);
    draft.post(chunk.tx, chunk.clock, chunk.to, object, None).await?;
    let journal = drawn.draft.post(chunk.tx, chunk.clock, chunk.to, object, None).await?;
    repo::insert_allocations(chunk.tx, &allocations(chunk, AllocationKind::Prepaid, journal, &drawn.paid)?).await?;
    Ok((bills.len(), rows))
}

async fn problems(chunk: &Chunked<'_>, computed: &Computed) -> Result<(), Error> {
    let row = |it: &super::compute::UnitProblem| billing_problem::Model {
        id: chunk.clock.new_id::<BillingProblemId>(),
        org_id: chunk.to.org,
        run_id: chunk.run.run.id,
        unit_id: it.unit,
        fee_item_id: it.item,
        code: it.code,
        from_day: it.period.start,
        to_day: it.period.end,
    };
    let rows: Vec<billing_problem::Model> = computed.problems.iter().map(row).collect();
    Ok(repo::insert_problems(chunk.tx, &rows).await?)
}

/// The digest of everything that was posted until now, and of this chunk.
fn digest(before: &[u8], rows: &[charge::Model], credits: &[UnitCredit]) -> Vec<u8> {
    let mut text = hex::encode(before);
    for row in rows {
        text.push_str(&format!("\n{} {}", row.id.0, row.amount.0));
    }
    for it in credits {
        text.push_str(&format!("\n{} -{}", it.credit.charge.0, it.credit.amount.0));
    }
    crypto::sha256(text.as_bytes()).to_vec()
}

/// Posts what was computed of the units after `after`; what it adds to the run.
pub async fn post(chunk: &Chunked<'_>, computed: &Computed, after: Option<UnitId>) -> Result<Advance, Error> {
    let count = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
    let credited = credit(chunk, &computed.credits).await?;
    let (bill_count, rows) = charge(chunk, computed, after).await?;
    problems(chunk, computed).await?;
    let charged = Money::sum(rows.iter().map(|row| row.amount));
    Ok(Advance {
        id: chunk.run.run.id,
        attempt: chunk.run.run.attempt,
        last_unit: computed.last,
        units: count(computed.units),
        charges: count(rows.len()),
        credits: count(computed.credits.len()),
        bills: count(bill_count),
        problems: count(computed.problems.len()),
        charged: charged.ok_or_else(|| Error::internal("the charges of a chunk do not fit"))?,
        credited,
        digest: digest(&chunk.run.run.digest, &rows, &computed.credits),
        until: None,
        finished_at: None,
    })
}
