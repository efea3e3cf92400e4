//! Meters and readings in the schema.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};

use super::enums::ReadingKind;
use crate::domains::billing::service::{self, MeterReadingRow, MeterRow, NewMeter, NewReading, Replaced};
use crate::error::Error;
use crate::graphql::id::{parse_id, wire_id};
use crate::graphql::request;
use crate::graphql::scalars::{Date, DateTime, Decimal};
use crate::payloads;

/// A reading of a meter (读数).
#[derive(SimpleObject, Clone)]
pub struct MeterReading {
    /// Opaque id.
    pub id: ID,
    /// The meter.
    pub meter_id: ID,
    /// On which day; what was used on it counts to the time after it.
    pub read_on: Date,
    /// What the meter showed.
    pub value: Decimal,
    /// What it is.
    pub kind: ReadingKind,
    /// Why the meter shows less, or the reading was voided.
    pub reason: Option<String>,
    /// Whether a resident took it.
    pub by_resident: bool,
    /// When it was taken out of account.
    pub voided_at: Option<DateTime>,
}

impl From<&MeterReadingRow> for MeterReading {
    fn from(row: &MeterReadingRow) -> Self {
        Self {
            id: wire_id(row.id),
            meter_id: wire_id(row.meter_id),
            read_on: Date(row.read_on),
            value: Decimal::scaled(row.value, 3),
            kind: row.kind.into(),
            reason: row.reason.clone(),
            // One that was imported was taken by nobody who has an account.
            by_resident: row.staff_id.is_none() && row.account_id.is_some(),
            voided_at: row.voided_at.map(Into::into),
        }
    }
}

impl From<MeterReadingRow> for MeterReading {
    fn from(row: MeterReadingRow) -> Self {
        Self::from(&row)
    }
}

/// A meter of a unit (表具).
#[derive(SimpleObject)]
pub struct Meter {
    /// Opaque id.
    pub id: ID,
    /// The unit.
    pub unit_id: ID,
    /// What it counts for.
    pub fee_item_id: ID,
    /// The number on it.
    pub serial: String,
    /// Digits before the decimal point: after 9…9 it shows 0 again.
    pub digits: i32,
    /// What one of its units stands for: 1 but for transformer meters.
    pub multiplier: Decimal,
    /// Since when it counts.
    pub installed_on: Date,
    /// Until when; null while it does.
    pub removed_on: Option<Date>,
    /// Its newest readings, the newest first.
    pub readings: Vec<MeterReading>,
}

impl Meter {
    /// A meter with its own readings among others'.
    pub fn new(row: MeterRow, readings: &[MeterReadingRow]) -> Self {
        let it = row.meter;
        Self {
            id: wire_id(it.id),
            unit_id: wire_id(it.unit_id),
            fee_item_id: wire_id(it.fee_item_id),
            serial: it.serial,
            digits: it.digits,
            multiplier: Decimal::scaled(it.multiplier, 3),
            installed_on: Date(it.installed_on),
            removed_on: it.removed_on.map(Date),
            readings: readings.iter().filter(|reading| reading.meter_id == it.id).map(Into::into).collect(),
        }
    }
}

/// The meter that a new one replaces.
#[derive(InputObject)]
pub struct MeterReplacedInput {
    /// Which.
    meter_id: ID,
    /// What it showed at last.
    final_value: Decimal,
    /// Why it was replaced, at most 200 characters.
    reason: String,
}

/// A meter as it is installed.
#[derive(InputObject)]
pub struct MeterSetInput {
    /// The unit.
    unit_id: ID,
    /// A metered item of its community.
    fee_item_id: ID,
    /// The number on it, unique for the item in the organization, at most 40 characters.
    serial: String,
    /// Digits before the decimal point, 3 to 9.
    #[graphql(default = 5)]
    digits: i32,
    /// What one of its units stands for; 1 unless said.
    multiplier: Option<Decimal>,
    /// Since when it counts, today at the latest.
    installed_on: Date,
    /// What it showed then, up to three decimals.
    initial_value: Decimal,
    /// The meter that it replaces on that day.
    replaces: Option<MeterReplacedInput>,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

impl MeterSetInput {
    fn read(self) -> Result<NewMeter, Error> {
        let replaces = self.replaces.map(|it| -> Result<_, Error> {
            let meter_id = parse_id(&it.meter_id, "replaces")?;
            Ok(Replaced { meter_id, final_value: it.final_value.0, reason: it.reason })
        });
        Ok(NewMeter {
            unit_id: parse_id(&self.unit_id, "unitId")?,
            fee_item_id: parse_id(&self.fee_item_id, "feeItemId")?,
            serial: self.serial,
            digits: self.digits,
            multiplier: self.multiplier.map_or(rust_decimal::Decimal::ONE, |it| it.0),
            installed_on: self.installed_on.0,
            initial_value: self.initial_value.0,
            replaces: replaces.transpose()?,
        })
    }
}

/// A reading as somebody took it.
#[derive(InputObject)]
pub struct MeterReadingRecordInput {
    /// The meter.
    meter_id: ID,
    /// On which day; today unless said. Readings come in the order of their days.
    read_on: Option<Date>,
    /// What it showed, up to three decimals.
    value: Decimal,
    /// What it is: `REGULAR`, `CUTOVER`, or `ROLLOVER` with its reason.
    #[graphql(default_with = "ReadingKind::Regular")]
    kind: ReadingKind,
    /// Why the meter shows less than before, at most 200 characters.
    reason: Option<String>,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

/// Takes a reading out of account.
#[derive(InputObject)]
pub struct MeterReadingVoidInput {
    /// The last reading of a meter.
    reading_id: ID,
    /// Why, at most 200 characters.
    reason: String,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

payloads! {
    /// What became of it.
    MeterSetPayload {
        /// The meter with its readings.
        meter: Meter
    }
    /// What became of it.
    MeterReadingRecordPayload {
        /// The reading.
        reading: MeterReading
    }
    /// What became of it.
    MeterReadingVoidPayload {
        /// The reading as it now is.
        reading: MeterReading
    }
}

/// Mutations of meters.
#[derive(Default)]
pub struct MeterMutation;

#[Object]
impl MeterMutation {
    /// Installs a meter with its first reading, perhaps in the place of another, which gets its last one (换表).
    async fn meter_set(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The meter as it is installed.")] input: MeterSetInput,
    ) -> Result<MeterSetPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let key = input.idempotency_key.clone();
            let row = service::set_meter(app, viewer, input.read()?, &key).await?;
            let readings = service::readings(app, &[row.meter.id]).await?;
            Ok(Meter::new(row, &readings))
        }
        .await;
        Ok(MeterSetPayload::from_outcome(context, outcome)?)
    }

    /// Records a reading: residents of their own units, staff who read meters of all (抄表). One that is lower than the last
    /// needs a replacement or a rollover as its reason.
    async fn meter_reading_record(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The reading.")] input: MeterReadingRecordInput,
    ) -> Result<MeterReadingRecordPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let new = NewReading {
                meter_id: parse_id(&input.meter_id, "meterId")?,
                read_on: input.read_on.map(|day| day.0),
                value: input.value.0,
                kind: input.kind.into(),
                reason: input.reason,
            };
            service::record_reading(app, viewer, new, &input.idempotency_key).await
        }
        .await;
        Ok(MeterReadingRecordPayload::from_outcome(context, outcome)?)
    }

    /// Takes the last reading of a meter out of account; what was billed by it is put right by starting the month's run
    /// again.
    async fn meter_reading_void(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: MeterReadingVoidInput,
    ) -> Result<MeterReadingVoidPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let id = parse_id(&input.reading_id, "readingId")?;
            service::void_reading(app, viewer, id, &input.reason, &input.idempotency_key).await
        }
        .await;
        Ok(MeterReadingVoidPayload::from_outcome(context, outcome)?)
    }
}
