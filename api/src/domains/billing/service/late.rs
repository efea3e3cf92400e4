//! Late fees (滞纳金): what overdue charges have accrued until today, as one charge beside each, which grows from day to
//! day as long as something is owed.

use std::collections::{BTreeMap, HashMap};

use chrono::{Days, NaiveDate};
use entities::charge;
use entities::values::{ChargeId, ChargeSource, CommunityId, JournalKind, Money, OrganizationId, TypedId as _};

use super::super::model::{LateFeeRule, Reduction, Transaction, late_fee};
use super::super::repo::{self, OverdueRow, ReductionRow};
use super::day_in;
use super::journal::{About, Draft, Posting};
use crate::clock::Clock;
use crate::db::Tx;
use crate::error::Error;
use crate::state::App;

/// Charges of one transaction.
const BATCH: u64 = 500;

/// Brings the late fees of all overdue charges up to their community's today; how many grew.
pub async fn accrue(app: &App) -> Result<u64, Error> {
    let (mut all, mut after) = (0, None);
    // The latest day that any community can have now.
    let before = (app.clock.now() + chrono::Duration::hours(14)).date_naive();
    loop {
        let job = app.clone();
        let (last, grew) = app
            .db
            .write_background(move |tx| {
                let app = job.clone();
                Box::pin(async move { batch(tx, &app, before, after).await })
            })
            .await?;
        all += grew;
        match last {
            Some(last) => after = Some(last),
            None => return Ok(all),
        }
    }
}

async fn batch(
    tx: &Tx,
    app: &App,
    before: NaiveDate,
    after: Option<ChargeId>,
) -> Result<(Option<ChargeId>, u64), Error> {
    let rows = repo::overdue_after(tx, before, after, BATCH).await?;
    let Some(last) = rows.last().map(|row| row.charge.id) else { return Ok((None, 0)) };
    let ids: Vec<ChargeId> = rows.iter().map(|row| row.charge.id).collect();
    let mut reductions: HashMap<ChargeId, Vec<ReductionRow>> = HashMap::new();
    for row in repo::reductions_of(tx, &ids).await? {
        reductions.entry(row.charge_id).or_default().push(row);
    }
    let now = app.clock.now();
    let mut drafts: BTreeMap<(OrganizationId, CommunityId, NaiveDate), Draft> = BTreeMap::new();
    let (mut marked, mut grew): (BTreeMap<NaiveDate, Vec<ChargeId>>, u64) = (BTreeMap::new(), 0);
    for row in &rows {
        let today = day_in(&row.time_zone, now);
        if row.charge.late_on.is_some_and(|day| day >= today) {
            continue;
        }
        marked.entry(today).or_default().push(row.charge.id);
        let reduced = reductions.get(&row.charge.id).map_or(&[][..], Vec::as_slice);
        let accrued = accrued(row, reduced, today)?;
        let charged = row.late_amount.unwrap_or(Money::ZERO);
        if accrued <= charged {
            continue;
        }
        let id = grow(tx, &app.clock, row, (charged, accrued), today).await?;
        let it = &row.charge;
        let about = About { payer: it.payer_id, unit: it.unit_id, item: Some(it.fee_item_id), charge: Some(id) };
        let draft =
            drafts.entry((it.org_id, it.community_id, today)).or_insert_with(|| Draft::new(JournalKind::Charged));
        draft.enter(Transaction::Charged(Money(accrued.0 - charged.0)), about)?;
        grew += 1;
    }
    for ((org, community, on), draft) in drafts {
        let to = Posting { org, community, account: None, on, at: now };
        draft.post(tx, &app.clock, to, ("LATE_FEE", community.uuid()), None).await?;
    }
    for (day, charges) in marked {
        repo::mark_late(tx, &charges, day).await?;
    }
    Ok((Some(last), grew))
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
async fn grow(
    tx: &Tx,
    clock: &Clock,
    row: &OverdueRow,
    (from, to): (Money, Money),
    today: NaiveDate,
) -> Result<ChargeId, Error> {
    if let Some(id) = row.late_id {
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
        amount: to,
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
