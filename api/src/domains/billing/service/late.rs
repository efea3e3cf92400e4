//! Late fees (滞纳金): what overdue charges have accrued until today, as one charge beside each, which grows from day to
//! day as long as something is owed.

use std::collections::{BTreeMap, HashMap};

use chrono::{Days, NaiveDate};
use entities::values::{
    AllocationKind, ChargeId, ChargeSource, CommunityId, JournalKind, Money, OrganizationId, TypedId as _,
};
use entities::{allocation, charge, credit_note};

use super::super::model::{LateFeeRule, Reduction, Transaction, late_fee};
use super::super::repo::{self, OverdueRow, PayableCharge, Purse, ReductionRow};
use super::day_in;
use super::journal::{About, Draft, Posting};
use crate::clock::Clock;
use crate::db::Tx;
use crate::error::Error;
use crate::state::App;

/// Charges of one transaction.
const BATCH: u64 = 500;
/// Charges that one statement looks at for late fees to take back.
const CHECKED: usize = 500;
/// Why late fees are computed once more.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Again {
    /// The charges were paid, on the day of the posting, which may be days ago: a transfer is recorded days later, a
    /// gateway tells late.
    Paid,
    /// The charges were corrected downwards: the late fee was on more than was ever owed.
    Corrected,
}

impl Again {
    /// As the credit note has it.
    const fn reason(self) -> &'static str {
        match self {
            Self::Paid => "款项早已付到 / paid before it was recorded",
            Self::Corrected => "原收费已更正 / what it accrued on was corrected",
        }
    }
}

/// Brings the late fees of all overdue charges up to their community's today; how many grew.
pub async fn accrue(app: &App) -> Result<u64, Error> {
    let mut all = 0;
    for place in repo::places_with_late_fees(app.db.read()).await? {
        let (at, mut after) = ((place.id, day_in(&place.time_zone, app.clock.now())), None);
        loop {
            let job = app.clone();
            let (last, grew) = app
                .db
                .write_background(move |tx| {
                    let app = job.clone();
                    Box::pin(async move { batch(tx, &app, at, after).await })
                })
                .await?;
            all += grew;
            match last {
                Some(last) => after = Some(last),
                None => break,
            }
        }
    }
    Ok(all)
}

/// The next charges of a community: the due day and id of the last of them, and how many late fees grew.
async fn batch(
    tx: &Tx,
    app: &App,
    (community, today): (CommunityId, NaiveDate),
    after: Option<(NaiveDate, ChargeId)>,
) -> Result<(Option<(NaiveDate, ChargeId)>, u64), Error> {
    let found = repo::overdue_after(tx, (community, today), after, BATCH).await?;
    let Some(last) = found.last().map(|row| (row.charge.due_on, row.charge.id)) else { return Ok((None, 0)) };
    let mut ids: Vec<ChargeId> = found.iter().map(|row| row.charge.id).collect();
    ids.sort_unstable();
    // A payment or correction that is being recorded is waited for, and another worker at the same charges: what they
    // leave is read again.
    repo::lock_charges(tx, &ids).await?;
    let rows = repo::overdue_of(tx, (community, today), &ids).await?;
    let ids: Vec<ChargeId> = rows.iter().map(|row| row.charge.id).collect();
    if ids.is_empty() {
        return Ok((Some(last), 0));
    }
    let mut reductions: HashMap<ChargeId, Vec<ReductionRow>> = HashMap::new();
    for row in repo::reductions_of(tx, &ids).await? {
        reductions.entry(row.charge_id).or_default().push(row);
    }
    let now = app.clock.now();
    let mut drafts: BTreeMap<OrganizationId, Draft> = BTreeMap::new();
    let mut grew = 0;
    for row in &rows {
        let reduced = reductions.get(&row.charge.id).map_or(&[][..], Vec::as_slice);
        let accrued = accrued(row, reduced, today)?;
        let charged = charged(row);
        if accrued <= charged {
            continue;
        }
        let id = grow(tx, &app.clock, row, accrued, today).await?;
        let it = &row.charge;
        let about = About { payer: it.payer_id, unit: it.unit_id, item: Some(it.fee_item_id), charge: Some(id) };
        let draft = drafts.entry(it.org_id).or_insert_with(|| Draft::new(JournalKind::Charged));
        draft.enter(Transaction::Charged(Money(accrued.0 - charged.0)), about)?;
        grew += 1;
    }
    for (org, draft) in drafts {
        let to = Posting { org, community, account: None, on: today, at: now };
        draft.post(tx, &app.clock, to, ("LATE_FEE", community.uuid()), None).await?;
    }
    repo::mark_late(tx, &ids, today).await?;
    Ok((Some(last), grew))
}

/// What stands as a charge's late fee.
fn charged(row: &OverdueRow) -> Money {
    Money(row.late_amount.map_or(0, |it| it.0) - row.late_credited.map_or(0, |it| it.0))
}

fn accrued(row: &OverdueRow, reduced: &[ReductionRow], today: NaiveDate) -> Result<Money, Error> {
    let rule = LateFeeRule {
        daily_rate: row.late_daily_rate,
        grace_days: u32::try_from(row.late_grace_days).unwrap_or(0),
        cap: row.late_cap,
    };
    let reductions: Vec<Reduction> = reduced.iter().map(|it| Reduction { on: it.on_day, amount: it.amount }).collect();
    let owed = Money(row.charge.amount.0 - row.charge.credited.0);
    late_fee(&rule, owed, row.charge.due_on, &reductions, today)
        .ok_or_else(|| Error::internal("a late fee does not fit"))
}

/// Makes the late fee's charge, on the bill of what is overdue, or lets it grow; its id.
async fn grow(tx: &Tx, clock: &Clock, row: &OverdueRow, accrued: Money, today: NaiveDate) -> Result<ChargeId, Error> {
    if let Some(id) = row.late_id {
        let from = row.late_amount.unwrap_or(Money::ZERO);
        let to = Money(from.0 + accrued.0 - charged(row).0);
        if !repo::raise_late_fee(tx, id, (from, to)).await? {
            return Err(Error::internal("a late fee changed while it grew"));
        }
        return Ok(id);
    }
    let id = clock.new_id();
    let next = today.checked_add_days(Days::new(1)).ok_or_else(|| Error::internal("a day does not fit"))?;
    let late = charge::Model {
        id,
        source: ChargeSource::LateFee,
        run_id: None,
        ticket_id: None,
        of_charge_id: Some(row.charge.id),
        segment_start: today,
        segment_end: next,
        revision: 0,
        quantity: None,
        rate: None,
        share: 10_000,
        estimated: false,
        words: None,
        amount: accrued,
        credited: Money::ZERO,
        waived: Money::ZERO,
        paid: Money::ZERO,
        due_on: today,
        late_on: None,
        created_at: clock.now(),
        ..row.charge.clone()
    };
    if repo::insert_charges(tx, &[late]).await? != 1 {
        return Err(Error::internal("a late fee was there already"));
    }
    Ok(id)
}

/// Takes back what late fees are too high by, now that the charges which they accrued on were paid earlier than that, or
/// corrected. What of it had been paid becomes prepaid balance.
///
/// It runs after the payment or correction was entered in the ledger; `charges` are those that it changed, so that nobody
/// else changes them any more. Where no late fee is concerned it is one statement for 500 charges.
pub(super) async fn take_back(
    tx: &Tx,
    clock: &Clock,
    to: &Posting,
    charges: &[ChargeId],
    again: Again,
) -> Result<(), Error> {
    let beyond = match again {
        Again::Paid => Some(to.on),
        Again::Corrected => None,
    };
    for charges in charges.chunks(CHECKED) {
        let rows = repo::with_late_fee(tx, charges, beyond).await?;
        if !rows.is_empty() {
            take_back_of(tx, clock, to, &rows, again).await?;
        }
    }
    Ok(())
}

async fn take_back_of(tx: &Tx, clock: &Clock, to: &Posting, rows: &[OverdueRow], again: Again) -> Result<(), Error> {
    let charges: Vec<ChargeId> = rows.iter().map(|row| row.charge.id).collect();
    let late: Vec<ChargeId> = rows.iter().filter_map(|row| row.late_id).collect();
    repo::lock_charges(tx, &late).await?;
    let standing = repo::charges_to_settle(tx, to.org, &late).await?;
    let reductions = repo::reductions_of(tx, &charges).await?;
    let (mut draft, mut back) = (Draft::new(JournalKind::Credited), Vec::new());
    for row in rows {
        let (Some(id), Some(until)) = (row.late_id, row.charge.late_on) else { continue };
        let Some(fee) = standing.iter().find(|it| it.id == id) else { continue };
        let own: Vec<ReductionRow> = reductions.iter().filter(|it| it.charge_id == row.charge.id).cloned().collect();
        let excess = fee.amount.0 - fee.credited.0 - accrued(row, &own, until)?.0;
        let (amount, paid) = part_to_take_back(excess, fee);
        if amount <= 0 {
            continue;
        }
        if !repo::change_charge(tx, fee.standing(), (amount, 0, -paid)).await? {
            return Err(Error::internal("a late fee changed though it was locked"));
        }
        let (amount, paid) = (Money(amount), Money(paid));
        let note = credit_note::Model {
            id: clock.new_id(),
            org_id: to.org,
            charge_id: id,
            revision: 0,
            amount,
            to_prepaid: paid,
            reason: again.reason().to_owned(),
            run_id: None,
            account_id: to.account,
            created_at: to.at,
        };
        repo::insert_credit(tx, &note).await?;
        let about = About { payer: fee.payer_id, unit: fee.unit_id, item: Some(fee.fee_item_id), charge: Some(id) };
        draft.enter(Transaction::Credited { amount, paid }, about)?;
        if let (Some(unit_id), true) = (fee.unit_id, paid > Money::ZERO) {
            let purse = Purse { payer_id: fee.payer_id, unit_id, fee_item_id: None };
            repo::add_prepaid(tx, clock.new_id(), to.org, purse, paid, to.at).await?;
            back.push((id, Money(-paid.0)));
        }
    }
    // What comes back is for anything.
    draft.earmark(None);
    let source = ("LATE_FEE", to.community.uuid());
    let Some(journal) = draft.post(tx, clock, *to, source, None).await? else { return Ok(()) };
    let rows: Vec<allocation::Model> = back
        .into_iter()
        .map(|(charge_id, amount)| allocation::Model {
            id: clock.new_id(),
            org_id: to.org,
            charge_id,
            kind: AllocationKind::Credited,
            amount,
            source_id: None,
            journal_id: journal,
            on_day: to.on,
            created_at: to.at,
        })
        .collect();
    if repo::insert_allocations(tx, &rows).await? != rows.len() as u64 {
        return Err(Error::internal("an allocation was lost"));
    }
    Ok(())
}

/// How much of what a late fee is too high by is taken back, and what of that had been paid, in fen. What was waived is gone
/// already; what was paid for no unit has no balance to go to, and stays.
fn part_to_take_back(excess: i64, fee: &PayableCharge) -> (i64, i64) {
    let due = fee.amount.0 - fee.credited.0 - fee.waived.0;
    let amount = excess.min(due);
    let paid = (amount - fee.open().0).max(0);
    if fee.unit_id.is_none() { (amount - paid, 0) } else { (amount, paid) }
}
