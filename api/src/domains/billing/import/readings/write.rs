//! Writing a chunk of readings, each meter's in the order of their days.

use std::collections::HashMap;

use chrono::NaiveDate;
use entities::meter_reading;
use entities::values::{MeterId, MeterReadingId, OrganizationId};

use super::super::super::model::{Meter, Reading, ReadingFault};
use super::super::super::repo;
use super::super::leave_out;
use super::ReadingsCounts;
use super::parse::ReadingsRow;
use crate::clock::Clock;
use crate::db::Tx;
use crate::error::Error;
use crate::infra::bulk::Tally;

fn reason(fault: ReadingFault) -> String {
    match fault {
        ReadingFault::Lower => "shows less than the reading before: a rollover with its reason says why".to_owned(),
        ReadingFault::NotLater => "is not later than the last reading of the meter".to_owned(),
        ReadingFault::OutOfRange => "has more digits than the meter".to_owned(),
        ReadingFault::TooMuch => "cannot be counted".to_owned(),
    }
}

/// What is known of a meter: its last reading, and what it showed on days of the file.
#[derive(Default)]
struct Known {
    last: Option<Reading>,
    days: HashMap<NaiveDate, i64>,
}

pub(super) async fn write(
    tx: &Tx,
    clock: &Clock,
    org: OrganizationId,
    rows: &[ReadingsRow],
) -> Result<ReadingsCounts, Error> {
    let mut counts = ReadingsCounts::default();
    counts.organizations.all.insert(org);
    let mut ordered: Vec<&ReadingsRow> = rows.iter().collect();
    ordered.sort_by_key(|row| (row.meter, row.read_on));
    let mut meters: Vec<MeterId> = ordered.iter().map(|row| row.meter).collect();
    meters.dedup();
    let mut days: Vec<NaiveDate> = ordered.iter().map(|row| row.read_on).collect();
    days.sort_unstable();
    days.dedup();
    let mut known: HashMap<MeterId, Known> = HashMap::new();
    for row in repo::import_readings(tx, &meters, &days).await? {
        let it = known.entry(row.meter_id).or_default();
        it.days.insert(row.read_on, row.value);
        it.last = Some(Reading { on: row.read_on, value: row.value, kind: row.kind });
    }
    let (mut fresh, mut there) = (Vec::new(), 0);
    for row in ordered {
        let it = known.entry(row.meter).or_default();
        if it.days.get(&row.read_on) == Some(&row.value) {
            there += 1;
            continue;
        }
        let next = Reading { on: row.read_on, value: row.value, kind: row.kind };
        // What one of its units stands for is no matter of what it shows.
        let meter = Meter { digits: u32::try_from(row.digits).unwrap_or(0), multiplier: 1 };
        match meter.check(it.last.as_ref(), &next) {
            Err(fault) => leave_out(&mut counts.problems, row.line, reason(fault)),
            Ok(()) => {
                it.last = Some(next);
                fresh.push(meter_reading::Model {
                    id: clock.new_id::<MeterReadingId>(),
                    org_id: org,
                    meter_id: row.meter,
                    read_on: row.read_on,
                    value: row.value,
                    kind: row.kind,
                    estimated: false,
                    reason: row.reason.clone(),
                    account_id: None,
                    staff_id: None,
                    voided_at: None,
                    created_at: clock.now(),
                });
            }
        }
    }
    if repo::insert_readings(tx, &fresh).await? != fresh.len() as u64 {
        return Err(Error::internal("a reading was there already"));
    }
    counts.readings = Tally { created: fresh.len() as u64, unchanged: there };
    Ok(counts)
}
