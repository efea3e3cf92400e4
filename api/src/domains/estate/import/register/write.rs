//! Writing a chunk of a register, from the building down to the people.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use entities::values::{BuildingId, UnitId, UnitUsage};

use super::facts::{differences, fill};
use super::{RegisterCounts, RegisterRow, Target};
use crate::clock::Clock;
use crate::db::{Fault, Tx};
use crate::domains::estate::import::NewBuilding;
use crate::domains::estate::import::repo::{
    NewResidency, NewUnit, StoredUnit, ensure_buildings, ensure_units, fill_units, insert_residencies, made_by_hand,
    stored_units,
};
use crate::infra::bulk::{Tally, instant};

/// The beginning of a residency whose dates are unknown.
const SINCE_EVER: NaiveDate = NaiveDate::from_epoch_days(0).expect("1970-01-01 is a date");

pub(super) async fn write(
    tx: &Tx,
    clock: &Clock,
    target: &Target,
    rows: &[RegisterRow],
) -> Result<RegisterCounts, Fault> {
    let wanted: Vec<_> = rows.iter().map(|row| building(target, row)).collect();
    let buildings = ensure_buildings(tx, clock, &wanted).await?;
    let wanted: Vec<_> = rows.iter().zip(&buildings.ids).map(|(row, id)| unit(target, row, *id)).collect();
    let units = ensure_units(tx, clock, &wanted).await?;
    let mut counts = RegisterCounts::default();
    complete(tx, rows, &units.ids, &mut counts).await?;
    let wanted: Vec<_> = rows.iter().zip(&units.ids).map(|(row, id)| residency(target, row, *id)).collect();
    // What an owner, a clerk or the person made or ended stands: the file does not bring it back, nor adds it again.
    let by_hand = made_by_hand(tx, &units.ids).await?;
    let all = wanted.len() as u64;
    let wanted: Vec<_> = wanted.into_iter().filter(|one| !by_hand.iter().any(|it| it.stands_for(one))).collect();
    counts.residencies = Tally::of(insert_residencies(tx, clock, &wanted).await?, all);
    counts.buildings = buildings.distinct;
    counts.units = units.distinct;
    Ok(counts)
}

/// Fills in what units lack, and notes what the file has otherwise.
async fn complete(tx: &Tx, rows: &[RegisterRow], ids: &[UnitId], counts: &mut RegisterCounts) -> Result<(), Fault> {
    let mut stored: HashMap<UnitId, StoredUnit> =
        stored_units(tx, ids).await?.into_iter().map(|unit| (unit.id, unit)).collect();
    for (row, id) in rows.iter().zip(ids) {
        let Some(unit) = stored.get_mut(id) else { continue };
        counts.kept.add(differences(unit, row));
        if fill(unit, row) {
            counts.filled.insert(*id);
        }
    }
    let filled: Vec<_> = counts.filled.iter().filter_map(|id| stored.remove(id)).collect();
    fill_units(tx, &filled).await
}

fn building(target: &Target, row: &RegisterRow) -> NewBuilding {
    NewBuilding { organization: target.organization, community: target.community, name: row.building.clone() }
}

fn unit(target: &Target, row: &RegisterRow, building: BuildingId) -> NewUnit {
    NewUnit {
        organization: target.organization,
        community: target.community,
        building,
        number: row.unit.clone(),
        floor: row.floor,
        area: row.area,
        usage: row.usage.unwrap_or(UnitUsage::Flat),
        delivered_on: row.delivered_on,
    }
}

fn residency(target: &Target, row: &RegisterRow, unit: UnitId) -> NewResidency {
    NewResidency {
        organization: target.organization,
        unit,
        role: row.role,
        name: row.name.clone(),
        phone: row.phone.clone(),
        id_last4: row.id_last4.clone(),
        started_at: started_at(target, row),
    }
}

fn started_at(target: &Target, row: &RegisterRow) -> DateTime<Utc> {
    let day = row.from.or(row.delivered_on).unwrap_or(SINCE_EVER);
    instant(target.time_zone, day.and_time(NaiveTime::MIN))
}
