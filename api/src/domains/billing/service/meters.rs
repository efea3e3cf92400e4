//! Meters and readings: by residents, by staff, one at a time in the order of their days.

use chrono::NaiveDate;
use entities::values::{
    AccountId, FeeItemId, FeeKind, MeterId, MeterReadingId, ReadingKind, StaffId, TypedId as _, UnitId,
};
use entities::{meter, meter_reading};
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::json;

use super::super::error::{BillingError, at};
use super::super::model::scaled::scaled;
use super::super::model::{Meter, Reading, ReadingFault, text};
use super::super::repo::{self, MeterRow};
use super::{Clerk, Once, day_in, item_of_place, lock, note, once, reader, unit};
use crate::db::Tx;
use crate::domains::identity::{Right, Viewer};
use crate::error::Error;
use crate::infra::history::ObjectKind;
use crate::state::App;

/// A reading.
pub type MeterReadingRow = meter_reading::Model;

/// Longest serial number, in characters.
const SERIAL_MAX: usize = 40;
/// What a multiplier counts in.
const ONCE: i64 = 1_000;
/// Readings of a page of meters that are shown.
const SHOWN: u64 = 200;

/// The meter that a new one replaces.
#[derive(Clone, Debug, Serialize)]
pub struct Replaced {
    /// Which.
    pub meter_id: MeterId,
    /// What it showed at last.
    pub final_value: Decimal,
    /// Why it was replaced.
    pub reason: String,
}

/// A meter as it is installed.
#[derive(Clone, Debug, Serialize)]
pub struct NewMeter {
    /// In which unit.
    pub unit_id: UnitId,
    /// Of which item.
    pub fee_item_id: FeeItemId,
    /// The number on it.
    pub serial: String,
    /// Digits before the decimal point.
    pub digits: i32,
    /// What one of its units stands for.
    pub multiplier: Decimal,
    /// Since when it counts.
    pub installed_on: NaiveDate,
    /// What it showed then.
    pub initial_value: Decimal,
    /// The meter that it replaces on that day.
    pub replaces: Option<Replaced>,
}

fn value(given: Decimal, field: &'static str) -> Result<i64, BillingError> {
    scaled(given, 3).filter(|value| *value >= 0).ok_or(BillingError::Invalid(field))
}

fn counting(row: &meter::Model) -> Meter {
    Meter { digits: u32::try_from(row.digits).unwrap_or(0), multiplier: row.multiplier }
}

fn fault(fault: ReadingFault, field: &'static str) -> BillingError {
    match fault {
        ReadingFault::Lower => BillingError::ReadingLower,
        ReadingFault::NotLater => BillingError::ReadingOrder,
        ReadingFault::OutOfRange | ReadingFault::TooMuch => BillingError::Invalid(field),
    }
}

/// Who took a reading.
#[derive(Clone, Copy, Debug)]
struct Taker {
    account: AccountId,
    staff: Option<StaffId>,
}

/// Adds a reading that fits to the last one.
async fn add(
    tx: &Tx,
    app: &App,
    row: &meter::Model,
    by: Taker,
    (next, reason, field): (Reading, Option<String>, &'static str),
) -> Result<MeterReadingId, Error> {
    repo::lock_meter(tx, row.id).await?;
    let last = repo::last_reading(tx, row.id).await?;
    let last = last.map(|last| Reading { on: last.read_on, value: last.value, kind: last.kind });
    counting(row).check(last.as_ref(), &next).map_err(|it| fault(it, field))?;
    let id: MeterReadingId = app.clock.new_id();
    let new = meter_reading::Model {
        id,
        org_id: row.org_id,
        meter_id: row.id,
        read_on: next.on,
        value: next.value,
        kind: next.kind,
        estimated: false,
        reason,
        account_id: Some(by.account),
        staff_id: by.staff,
        voided_at: None,
        created_at: app.clock.now(),
    };
    repo::insert(tx, new).await?;
    Ok(id)
}

/// Installs a meter with its first reading; in the place of another, which gets its last one that day.
pub async fn set_meter(app: &App, viewer: &Viewer, new: NewMeter, key: &str) -> Result<MeterRow, Error> {
    let clerk = Clerk::of(viewer, Right::FeeManage)?;
    let id: MeterId = app.clock.new_id();
    let multiplier = scaled(new.multiplier, 3).filter(|it| (1..=1_000_000 * ONCE).contains(it));
    let row = meter::Model {
        id,
        org_id: clerk.org,
        unit_id: new.unit_id,
        fee_item_id: new.fee_item_id,
        serial: text::required(&new.serial, SERIAL_MAX).map_err(at("serial"))?,
        digits: Some(new.digits).filter(|it| (3..=9).contains(it)).ok_or(BillingError::Invalid("digits"))?,
        multiplier: multiplier.ok_or(BillingError::CannotCompute("multiplier"))?,
        installed_on: new.installed_on,
        removed_on: None,
        created_at: app.clock.now(),
    };
    let first =
        Reading { on: new.installed_on, value: value(new.initial_value, "initialValue")?, kind: ReadingKind::Initial };
    let command = Once { account: clerk.account, mutation: "meterSet", key, input: &new, result: id.uuid() };
    let (app_, clerk_, given) = (app.clone(), clerk.clone(), new.clone());
    let made = once(app, command, move |tx| {
        let (app, clerk, given, row) = (app_.clone(), clerk_.clone(), given.clone(), row.clone());
        Box::pin(async move {
            lock(tx, &clerk).await?;
            let place = unit(tx, &clerk.scope, row.unit_id).await?;
            let item = item_of_place(tx, &clerk.scope, &place, row.fee_item_id).await?;
            if item.kind != FeeKind::Metered {
                return Err(BillingError::CannotCompute("feeItemId").into());
            }
            if first.on > day_in(&place.time_zone, app.clock.now()) {
                return Err(BillingError::InFuture("installedOn").into());
            }
            if repo::serial_taken(tx, clerk.org, item.id, &row.serial).await? {
                return Err(BillingError::Exists("serial").into());
            }
            let by = Taker { account: clerk.account, staff: Some(clerk.staff) };
            if let Some(replaced) = &given.replaces {
                let old = repo::find_meter(tx, &clerk.scope, replaced.meter_id).await?.map(|it| it.meter);
                let old = old.filter(|it| it.unit_id == row.unit_id && it.fee_item_id == row.fee_item_id);
                let old = old.ok_or(BillingError::NotFound("replaces"))?;
                let reason = text::required(&replaced.reason, text::REASON_MAX).map_err(at("replaces"))?;
                let value = value(replaced.final_value, "replaces")?;
                let last = Reading { on: first.on, value, kind: ReadingKind::Final };
                add(tx, &app, &old, by, (last, Some(reason), "replaces")).await?;
                if !repo::remove_meter(tx, old.id, first.on).await? {
                    return Err(BillingError::NotFound("replaces").into());
                }
            }
            repo::insert(tx, row.clone()).await?;
            add(tx, &app, &row, by, (first, None, "initialValue")).await?;
            let payload = json!({ "meterId": id, "given": given });
            note(tx, &app, &clerk, (ObjectKind::Unit, row.unit_id.uuid()), ("METER_SET", payload)).await?;
            Ok(id.uuid())
        })
    })
    .await?;
    let found = repo::find_meter(reader(app), &clerk.scope, MeterId(made)).await?;
    Ok(found.ok_or(BillingError::NotFound("unitId"))?)
}

/// A reading as somebody took it.
#[derive(Clone, Debug, Serialize)]
pub struct NewReading {
    /// Of which meter.
    pub meter_id: MeterId,
    /// On which day; today when missing.
    pub read_on: Option<NaiveDate>,
    /// What it showed.
    pub value: Decimal,
    /// What it is: the usual one, one on the day of a new price, or one after the meter has begun anew.
    pub kind: ReadingKind,
    /// Why the meter shows less than before.
    pub reason: Option<String>,
}

/// Records a reading, by staff who read meters or by a resident of the unit. A meter that has begun anew needs a reason.
pub async fn record_reading(app: &App, viewer: &Viewer, new: NewReading, key: &str) -> Result<MeterReadingRow, Error> {
    let scope = viewer.scope(Right::MeterRead, app.clock.now())?;
    let by = Taker { account: viewer.account_id, staff: viewer.staff().map(|staff| staff.staff_id) };
    // A meter that is replaced gets its last reading with its successor.
    if !matches!(new.kind, ReadingKind::Regular | ReadingKind::Cutover | ReadingKind::Rollover) {
        return Err(BillingError::Invalid("kind").into());
    }
    let shown = value(new.value, "value")?;
    let reason = match (new.kind, &new.reason) {
        (ReadingKind::Rollover, reason) => {
            let reason = reason.as_deref().unwrap_or_default();
            Some(text::required(reason, text::REASON_MAX).map_err(at("reason"))?)
        }
        (_, Some(reason)) => Some(text::required(reason, text::REASON_MAX).map_err(at("reason"))?),
        (_, None) => None,
    };
    let placeholder: MeterReadingId = app.clock.new_id();
    let command = Once {
        account: viewer.account_id,
        mutation: "meterReadingRecord",
        key,
        input: &new,
        result: placeholder.uuid(),
    };
    let (app_, scope_, given) = (app.clone(), scope.clone(), new.clone());
    let made = once(app, command, move |tx| {
        let (app, scope, given, reason) = (app_.clone(), scope_.clone(), given.clone(), reason.clone());
        Box::pin(async move {
            let found = repo::find_meter(tx, &scope, given.meter_id).await?;
            let found = found.filter(|it| it.meter.removed_on.is_none()).ok_or(BillingError::NotFound("meterId"))?;
            let today = day_in(&found.time_zone, app.clock.now());
            let on = given.read_on.unwrap_or(today);
            if on > today {
                return Err(BillingError::InFuture("readOn").into());
            }
            let next = Reading { on, value: shown, kind: given.kind };
            Ok(add(tx, &app, &found.meter, by, (next, reason, "value")).await?.uuid())
        })
    })
    .await?;
    let row = repo::find_reading(reader(app), &scope, MeterReadingId(made)).await?;
    Ok(row.ok_or(BillingError::NotFound("meterId"))?)
}

/// Takes the last reading of a meter out of account, with a reason; what was billed by it is put right by the next run.
pub async fn void_reading(
    app: &App,
    viewer: &Viewer,
    id: MeterReadingId,
    reason: &str,
    key: &str,
) -> Result<MeterReadingRow, Error> {
    let clerk = Clerk::of(viewer, Right::FeeManage)?;
    let reason = text::required(reason, text::REASON_MAX).map_err(at("reason"))?;
    let input = (id, reason.clone());
    let command = Once { account: clerk.account, mutation: "meterReadingVoid", key, input: &input, result: id.uuid() };
    let (app_, clerk_) = (app.clone(), clerk.clone());
    once(app, command, move |tx| {
        let (app, clerk, reason) = (app_.clone(), clerk_.clone(), reason.clone());
        Box::pin(async move {
            lock(tx, &clerk).await?;
            let missing = || BillingError::NotFound("readingId");
            let row = repo::find_reading(tx, &clerk.scope, id).await?.ok_or_else(missing)?;
            let meter = repo::find_meter(tx, &clerk.scope, row.meter_id).await?.ok_or_else(missing)?.meter;
            repo::lock_meter(tx, row.meter_id).await?;
            let last = repo::last_reading(tx, row.meter_id).await?;
            // Later readings were checked against this one; the first and last of a meter belong to its installation.
            let may = last.is_some_and(|last| last.id == id)
                && !matches!(row.kind, ReadingKind::Initial | ReadingKind::Final);
            if !may {
                return Err(BillingError::ReadingOrder.into());
            }
            if !repo::void_reading(tx, id, &reason, app.clock.now()).await? {
                return Err(missing().into());
            }
            // The reason takes the place of the one that the reading had.
            let payload = json!({
                "readingId": id, "meterId": row.meter_id, "readOn": row.read_on, "value": row.value, "kind": row.kind,
                "formerReason": row.reason, "reason": reason,
            });
            note(tx, &app, &clerk, (ObjectKind::Unit, meter.unit_id.uuid()), ("READING_VOIDED", payload)).await?;
            Ok(id.uuid())
        })
    })
    .await?;
    let row = repo::find_reading(reader(app), &clerk.scope, id).await?;
    Ok(row.ok_or(BillingError::NotFound("readingId"))?)
}

/// The newest readings of meters that the viewer was shown.
pub async fn readings(app: &App, meters: &[MeterId]) -> Result<Vec<MeterReadingRow>, Error> {
    Ok(repo::readings_of(reader(app), meters, SHOWN).await?)
}

/// The meters of a unit, for its residents and for staff who read meters.
pub async fn meters(app: &App, viewer: &Viewer, unit: UnitId) -> Result<Vec<MeterRow>, Error> {
    let scope = viewer.scope(Right::MeterRead, app.clock.now())?;
    Ok(repo::meters_of_unit(reader(app), &scope, unit).await?)
}
