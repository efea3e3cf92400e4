//! A chunk of units, read by a few statements and computed without the database.

use std::collections::HashMap;

use entities::values::{BillingProblemCode, FeeItemId, FeeKind, PayerId, SharingBasis, UnitId};

use super::super::super::model::{
    Credit, Dated, Differences, Meter, MeterFacts, NewCharge, Period, Posted, Reading, TakenOver, UnitFacts, bill_unit,
    differences, taken_over,
};
use super::super::super::repo::{self, BilledUnit, Chunk, ChunkCharge, Standing};
use super::plan::Plan;
use crate::error::Error;

/// A charge of a chunk that is to be made.
#[derive(Clone, Debug)]
pub struct UnitCharge {
    /// Of which unit.
    pub unit: UnitId,
    /// Where its item stands in the plan.
    pub item: usize,
    /// What is charged.
    pub new: NewCharge,
}

/// A correction of a chunk.
#[derive(Clone, Debug)]
pub struct UnitCredit {
    /// Of which unit.
    pub unit: UnitId,
    /// Of which item.
    pub item: FeeItemId,
    /// What is taken back.
    pub credit: Credit,
    /// How the charge stood.
    pub seen: Standing,
}

/// Something that cannot be billed.
#[derive(Clone, Debug)]
pub struct UnitProblem {
    /// Of which unit; the whole item's when missing.
    pub unit: Option<UnitId>,
    /// Of which item.
    pub item: FeeItemId,
    /// Why.
    pub code: BillingProblemCode,
    /// For which days.
    pub period: Period,
}

/// What a chunk comes to.
#[derive(Clone, Debug, Default)]
pub struct Computed {
    /// How many units it has.
    pub units: usize,
    /// Its last unit; missing when no unit is left.
    pub last: Option<UnitId>,
    /// Charges, by unit and payer.
    pub charges: Vec<UnitCharge>,
    /// Credit notes.
    pub credits: Vec<UnitCredit>,
    /// What cannot be billed.
    pub problems: Vec<UnitProblem>,
}

/// Everything known of a chunk, by unit.
struct Facts {
    units: HashMap<UnitId, UnitFacts>,
    posted: HashMap<(UnitId, FeeItemId), Vec<ChunkCharge>>,
    taken: HashMap<(UnitId, FeeItemId), Vec<Period>>,
}

async fn read(
    connection: &impl repo::Connection,
    plan: &Plan,
    chunk: Chunk,
    units: &[BilledUnit],
) -> Result<Facts, Error> {
    let mut facts: HashMap<UnitId, UnitFacts> = units
        .iter()
        .map(|unit| {
            let (payers, discounts, vacancies, meters) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
            (unit.id, UnitFacts { usage: unit.usage, area: unit.area, payers, discounts, vacancies, meters })
        })
        .collect();
    for row in repo::chunk_payers(connection, chunk).await? {
        if let Some(unit) = facts.get_mut(&row.unit_id) {
            unit.payers.push((row.fee_item_id, Dated { from: row.started_on, to: row.ended_on, value: row.payer_id }));
        }
    }
    for row in repo::chunk_terms(connection, chunk).await? {
        let Some(unit) = facts.get_mut(&row.unit_id) else { continue };
        match row.fee_item_id {
            Some(item) => {
                unit.discounts.push((item, Dated { from: row.started_on, to: row.ended_on, value: row.share }));
            }
            None => unit.vacancies.push(Dated { from: row.started_on, to: row.ended_on, value: () }),
        }
    }
    let mut since = None;
    let metered: Vec<FeeItemId> = plan.metered().map(|item| item.id).collect();
    for item in plan.metered() {
        let days = (item.period.start, item.period.end);
        let mut last = None;
        for row in repo::chunk_readings(connection, chunk, &[item.id], days).await? {
            let Some(unit) = facts.get_mut(&row.unit_id) else { continue };
            since = Some(since.map_or(row.read_on, |day| row.read_on.min(day)));
            if last != Some(row.meter_id) {
                let digits = u32::try_from(row.digits).unwrap_or(0);
                let meter = Meter { digits, multiplier: row.multiplier };
                unit.meters.push(MeterFacts { item: item.id, meter, readings: Vec::new() });
                last = Some(row.meter_id);
            }
            if let Some(meter) = unit.meters.last_mut() {
                meter.readings.push(Reading { on: row.read_on, value: row.value, kind: row.kind });
            }
        }
    }
    let periods: Vec<_> = plan.items.iter().map(|it| (it.item.id, it.item.period.start)).collect();
    let mut posted: HashMap<(UnitId, FeeItemId), Vec<ChunkCharge>> = HashMap::new();
    for row in repo::chunk_charges(connection, chunk, &periods, (&metered, since)).await? {
        posted.entry((row.unit_id, row.fee_item_id)).or_default().push(row);
    }
    let periods: Vec<_> = plan.items.iter().map(|it| (it.item.id, it.item.period.start, it.item.period.end)).collect();
    let mut taken: HashMap<(UnitId, FeeItemId), Vec<Period>> = HashMap::new();
    for row in repo::chunk_taken(connection, chunk, &periods).await? {
        let period = Period { start: row.segment_start, end: row.segment_end };
        taken.entry((row.unit_id, row.fee_item_id)).or_default().push(period);
    }
    Ok(Facts { units: facts, posted, taken })
}

fn standing(row: &ChunkCharge) -> Standing {
    Standing { id: row.id, credited: row.credited, waived: row.waived, paid: row.paid }
}

/// Reads and computes the next units after `after`, `size` of them at most.
pub async fn compute(
    connection: &impl repo::Connection,
    plan: &Plan,
    after: Option<UnitId>,
    size: u64,
) -> Result<Computed, Error> {
    let units = repo::units_after(connection, plan.community, after, size).await?;
    let Some(last) = units.last().map(|unit| unit.id) else { return Ok(Computed::default()) };
    let chunk = Chunk { community: plan.community, after, last };
    let facts = read(connection, plan, chunk, &units).await?;
    let mut found = Computed { units: units.len(), last: Some(last), ..Computed::default() };
    for unit in &units {
        let Some(known) = facts.units.get(&unit.id) else { continue };
        for (index, planned) in plan.items.iter().enumerate() {
            let item = &planned.item;
            let rows = facts.posted.get(&(unit.id, item.id)).map_or(&[][..], Vec::as_slice);
            // What was taken over as billed is not billed again.
            let taken = facts.taken.get(&(unit.id, item.id)).map_or(&[][..], Vec::as_slice);
            match taken_over(item.period, taken) {
                TakenOver::Nothing => {}
                TakenOver::Whole => continue,
                TakenOver::Partly => {
                    let (code, period) = (BillingProblemCode::PartlyTakenOver, item.period);
                    found.problems.push(UnitProblem { unit: Some(unit.id), item: item.id, code, period });
                    continue;
                }
            }
            let mut billed = bill_unit(item, known, planned.parts.get(&unit.id).copied());
            if item.kind == FeeKind::Shared && item.basis == Some(SharingBasis::Area) && known.area.is_none() {
                billed.problems.push((BillingProblemCode::NoArea, item.period));
            }
            let posted: Vec<Posted> = rows
                .iter()
                .map(|row| Posted {
                    charge: row.id,
                    in_period: row.period_start == item.period.start,
                    payer: row.payer_id,
                    segment_start: row.segment_start,
                    revision: row.revision,
                    amount: row.amount,
                    credited: row.credited,
                    waived: row.waived,
                    paid: row.paid,
                })
                .collect();
            // What has no reading is not charged: that much is certain. What a reading said that was voided is taken back.
            let certain = billed.problems.iter().all(|(code, _)| *code == BillingProblemCode::NoReading);
            let Differences { charges, credits } = differences(billed.targets, &posted, certain);
            found.charges.extend(charges.into_iter().map(|new| UnitCharge { unit: unit.id, item: index, new }));
            for credit in credits {
                let seen = rows.iter().find(|row| row.id == credit.charge).map(standing);
                let seen = seen.ok_or_else(|| Error::internal("a credit for a charge that was not read"))?;
                found.credits.push(UnitCredit { unit: unit.id, item: item.id, credit, seen });
            }
            found.problems.extend(billed.problems.into_iter().map(|(code, period)| UnitProblem {
                unit: Some(unit.id),
                item: item.id,
                code,
                period,
            }));
        }
    }
    let owner = |charge: &UnitCharge| -> (UnitId, PayerId) { (charge.unit, charge.new.target.payer) };
    found.charges.sort_by_key(owner);
    Ok(found)
}
