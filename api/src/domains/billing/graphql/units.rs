//! What decides a unit's fees: who pays, discounts, vacancy, meters.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use entities::values::MeterId;

use super::enums::ApprovalState;
use super::meters::Meter;
use crate::domains::billing::BillingError;
use crate::domains::billing::service::{
    self, FeeDiscountRow, NewDiscount, NewPayer, NewUnitPayer, UnitPayerRow, UnitVacancyRow,
};
use crate::domains::identity::mask_phone;
use crate::error::Error;
use crate::graphql::id::{parse_id, parse_optional_id, wire_id};
use crate::graphql::request;
use crate::graphql::scalars::{Date, Decimal};
use crate::payloads;

/// Who pays a unit's fees, from when to when (缴费人).
#[derive(SimpleObject)]
pub struct UnitPayer {
    /// Opaque id.
    pub id: ID,
    /// The unit.
    pub unit_id: ID,
    /// Who.
    pub payer_id: ID,
    /// The payer's name.
    pub payer_name: String,
    /// The payer's phone, masked.
    pub payer_phone: Option<String>,
    /// Whether it is a company.
    pub is_company: bool,
    /// For this item only; null for all that name nobody.
    pub fee_item_id: Option<ID>,
    /// The first day.
    pub started_on: Date,
    /// The day after the last; null when it goes on.
    pub ended_on: Option<Date>,
}

impl From<UnitPayerRow> for UnitPayer {
    fn from(row: UnitPayerRow) -> Self {
        Self {
            id: wire_id(row.row.id),
            unit_id: wire_id(row.row.unit_id),
            payer_id: wire_id(row.row.payer_id),
            payer_name: row.payer_name,
            payer_phone: row.payer_phone.as_deref().map(mask_phone),
            is_company: row.is_company,
            fee_item_id: row.row.fee_item_id.map(wire_id),
            started_on: Date(row.row.started_on),
            ended_on: row.row.ended_on.map(Date),
        }
    }
}

/// A discount of a unit on an item (优惠).
#[derive(SimpleObject)]
pub struct FeeDiscount {
    /// Opaque id.
    pub id: ID,
    /// The unit.
    pub unit_id: ID,
    /// The item.
    pub fee_item_id: ID,
    /// What of the amount is taken off, as a part of it.
    pub share: Decimal,
    /// The first day.
    pub started_on: Date,
    /// The day after the last; null when it goes on.
    pub ended_on: Option<Date>,
    /// Why.
    pub reason: String,
    /// Whether it counts, or waits for a second person.
    pub state: ApprovalState,
}

impl From<FeeDiscountRow> for FeeDiscount {
    fn from(row: FeeDiscountRow) -> Self {
        Self {
            id: wire_id(row.id),
            unit_id: wire_id(row.unit_id),
            fee_item_id: wire_id(row.fee_item_id),
            share: Decimal::scaled(row.share, 4),
            started_on: Date(row.started_on),
            ended_on: row.ended_on.map(Date),
            reason: row.reason,
            state: row.state.into(),
        }
    }
}

/// When a unit stands vacant (空置).
#[derive(SimpleObject)]
pub struct UnitVacancy {
    /// Opaque id.
    pub id: ID,
    /// The first day.
    pub started_on: Date,
    /// The day after the last; null when it goes on.
    pub ended_on: Option<Date>,
}

impl From<UnitVacancyRow> for UnitVacancy {
    fn from(row: UnitVacancyRow) -> Self {
        Self { id: wire_id(row.id), started_on: Date(row.started_on), ended_on: row.ended_on.map(Date) }
    }
}

/// What decides a unit's fees.
#[derive(SimpleObject)]
pub struct UnitFees {
    /// The unit.
    pub unit_id: ID,
    /// Who pays, by day.
    pub payers: Vec<UnitPayer>,
    /// Its discounts, by day.
    pub discounts: Vec<FeeDiscount>,
    /// When it stands vacant, by day.
    pub vacancies: Vec<UnitVacancy>,
    /// Its meters with their newest readings.
    pub meters: Vec<Meter>,
}

/// Who is to pay a unit's fees. One of `payerId`, `residencyId` and `name` says who.
#[derive(InputObject)]
pub struct UnitPayerSetInput {
    /// The unit.
    unit_id: ID,
    /// For this item only; for all that name nobody unless said.
    fee_item_id: Option<ID>,
    /// A payer of the organization.
    payer_id: Option<ID>,
    /// An approved entry of the unit's household register; its person sees what it owes.
    residency_id: Option<ID>,
    /// Somebody else's name, at most 60 characters.
    name: Option<String>,
    /// Somebody else's phone.
    phone: Option<String>,
    /// Whether somebody else is a company.
    #[graphql(default)]
    is_company: bool,
    /// The first day; whoever paid until then ends with it.
    started_on: Date,
    /// The day after the last; it goes on unless said.
    ended_on: Option<Date>,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

impl UnitPayerSetInput {
    fn read(self) -> Result<NewUnitPayer, Error> {
        let payer = match (&self.payer_id, &self.residency_id, self.name) {
            (Some(id), None, None) => NewPayer::Known(parse_id(id, "payerId")?),
            (None, Some(id), None) => NewPayer::Registered(parse_id(id, "residencyId")?),
            (None, None, Some(name)) => NewPayer::Named { name, phone: self.phone, is_company: self.is_company },
            (None, None, None) => return Err(BillingError::Required("payerId").into()),
            _ => return Err(BillingError::Invalid("payerId").into()),
        };
        Ok(NewUnitPayer {
            unit_id: parse_id(&self.unit_id, "unitId")?,
            fee_item_id: parse_optional_id(self.fee_item_id.as_ref(), "feeItemId")?,
            payer,
            started_on: self.started_on.0,
            ended_on: self.ended_on.map(|day| day.0),
        })
    }
}

/// A discount as it is to be.
#[derive(InputObject)]
pub struct FeeDiscountSetInput {
    /// The unit.
    unit_id: ID,
    /// The item.
    fee_item_id: ID,
    /// What of the amount is taken off, as a part of it: `"0.05"`.
    share: Decimal,
    /// The first day.
    started_on: Date,
    /// The day after the last; it goes on unless said.
    ended_on: Option<Date>,
    /// Why, at most 200 characters.
    reason: String,
    /// The discount that is to end on `endedOn`; nothing else of it changes.
    discount_id: Option<ID>,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

/// A vacancy as it is to be.
#[derive(InputObject)]
pub struct UnitVacancySetInput {
    /// The unit.
    unit_id: ID,
    /// The first day; the same one again changes when it ends.
    started_on: Date,
    /// The day after the last; it goes on unless said.
    ended_on: Option<Date>,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

/// When a unit stands vacant, as a list.
#[derive(SimpleObject)]
pub struct UnitVacancies {
    /// By day.
    pub vacancies: Vec<UnitVacancy>,
}

impl From<Vec<UnitVacancyRow>> for UnitVacancies {
    fn from(rows: Vec<UnitVacancyRow>) -> Self {
        Self { vacancies: rows.into_iter().map(Into::into).collect() }
    }
}

payloads! {
    /// What became of it.
    UnitPayerSetPayload {
        /// The row as it now is.
        unit_payer: UnitPayer
    }
    /// What became of it.
    FeeDiscountSetPayload {
        /// The discount as it now is.
        discount: FeeDiscount
    }
    /// What became of it.
    UnitVacancySetPayload {
        /// The unit's vacancies as they now are.
        unit: UnitVacancies
    }
}

/// Queries of units' fees.
#[derive(Default)]
pub struct UnitFeesQuery;

#[Object]
impl UnitFeesQuery {
    /// What decides a unit's fees; for staff who see fees.
    #[graphql(complexity = "20 + child_complexity")]
    async fn unit_fees(&self, context: &Context<'_>, #[graphql(desc = "The unit.")] unit_id: ID) -> Result<UnitFees> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let found = service::unit_fees(app, viewer, parse_id(&unit_id, "unitId")?).await?;
        let meters: Vec<MeterId> = found.meters.iter().map(|row| row.meter.id).collect();
        let readings = service::readings(app, &meters).await?;
        Ok(UnitFees {
            unit_id: wire_id(found.unit_id),
            payers: found.payers.into_iter().map(Into::into).collect(),
            discounts: found.discounts.into_iter().map(Into::into).collect(),
            vacancies: found.vacancies.into_iter().map(Into::into).collect(),
            meters: found.meters.into_iter().map(|row| Meter::new(row, &readings)).collect(),
        })
    }

    /// The meters of a unit with their newest readings: for its residents, and staff who read meters.
    #[graphql(complexity = "20 + child_complexity")]
    async fn meters(&self, context: &Context<'_>, #[graphql(desc = "The unit.")] unit_id: ID) -> Result<Vec<Meter>> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let found = service::meters(app, viewer, parse_id(&unit_id, "unitId")?).await?;
        let ids: Vec<MeterId> = found.iter().map(|row| row.meter.id).collect();
        let readings = service::readings(app, &ids).await?;
        Ok(found.into_iter().map(|row| Meter::new(row, &readings)).collect())
    }
}

/// Mutations of units' fees.
#[derive(Default)]
pub struct UnitFeesMutation;

#[Object]
impl UnitFeesMutation {
    /// Says who pays a unit's fees from a day on. Debt stays with whoever it was charged to; a sale that is told late is
    /// put right by starting the month's run again.
    async fn unit_payer_set(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Who, from when to when.")] input: UnitPayerSetInput,
    ) -> Result<UnitPayerSetPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let key = input.idempotency_key.clone();
            service::set_unit_payer(app, viewer, input.read()?, &key).await
        }
        .await;
        Ok(UnitPayerSetPayload::from_outcome(context, outcome)?)
    }

    /// Gives a unit a discount, which waits for a second person above the community's limit; or ends one.
    async fn fee_discount_set(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The discount as it is to be.")] input: FeeDiscountSetInput,
    ) -> Result<FeeDiscountSetPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let new = NewDiscount {
                unit_id: parse_id(&input.unit_id, "unitId")?,
                fee_item_id: parse_id(&input.fee_item_id, "feeItemId")?,
                share: input.share.0,
                started_on: input.started_on.0,
                ended_on: input.ended_on.map(|day| day.0),
                reason: input.reason,
                discount_id: parse_optional_id(input.discount_id.as_ref(), "discountId")?,
            };
            service::set_discount(app, viewer, new, &input.idempotency_key).await
        }
        .await;
        Ok(FeeDiscountSetPayload::from_outcome(context, outcome)?)
    }

    /// Says when a unit stands vacant: items then charge their vacant share.
    async fn unit_vacancy_set(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The vacancy as it is to be.")] input: UnitVacancySetInput,
    ) -> Result<UnitVacancySetPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let unit = parse_id(&input.unit_id, "unitId")?;
            let days = (input.started_on.0, input.ended_on.map(|day| day.0));
            service::set_vacancy(app, viewer, unit, days, &input.idempotency_key).await
        }
        .await;
        Ok(UnitVacancySetPayload::from_outcome(context, outcome)?)
    }
}
