//! Fee items, rates and shared costs in the schema.

use async_graphql::{ComplexObject, Context, ID, InputObject, Object, Result, SimpleObject};
use entities::values::FeeItemId;

use super::enums::{FeeKind, FeeRounding, FeeTiming};
use super::shared::SharedCost;
use crate::domains::billing::service::{self, FeeItemRow, FeeRateRow, LateRule, NewFeeItem, NewRate};
use crate::domains::estate::graphql::enums::UnitUsage;
use crate::error::Error;
use crate::graphql::id::{parse_id, wire_id};
use crate::graphql::request;
use crate::graphql::scalars::{Date, Decimal};
use crate::payloads;

/// A rate of an item from a day on.
#[derive(SimpleObject, Clone)]
pub struct FeeRate {
    /// For units of this usage; null for all without a rate of their own.
    pub usage: Option<UnitUsage>,
    /// From which day on.
    pub effective_on: Date,
    /// How much for a unit of measure, in the currency's major unit, with up to four decimals.
    pub rate: Decimal,
}

impl From<&FeeRateRow> for FeeRate {
    fn from(row: &FeeRateRow) -> Self {
        Self {
            usage: service::usage_of(&row.usage).map(Into::into),
            effective_on: Date(row.effective_on),
            rate: Decimal::scaled(row.rate.0, 4),
        }
    }
}

/// What is charged for being late (滞纳金).
#[derive(SimpleObject, Clone)]
pub struct LateFee {
    /// For each day, as a part of what is owed.
    pub daily_rate: Decimal,
    /// Days after the due day on which nothing accrues.
    pub grace_days: i32,
    /// The most, as a part of the charge.
    pub cap: Decimal,
}

/// Something that is charged (收费项目).
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct FeeItem {
    /// Opaque id.
    pub id: ID,
    /// The community where it is charged.
    pub community_id: ID,
    /// The code that it is known by.
    pub code: String,
    /// Chinese name.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
    /// How it comes to its amount.
    pub kind: FeeKind,
    /// In advance or in arrears.
    pub timing: FeeTiming,
    /// Months of a period.
    pub cycle_months: i32,
    /// To what amounts are rounded.
    pub rounding: FeeRounding,
    /// Days until it is due: after the period's first day in advance, after its last in arrears.
    pub due_days: i32,
    /// Whether it may be paid in part.
    pub in_parts: bool,
    /// What is charged while a unit stands vacant, as a part of the whole.
    pub vacant_share: Decimal,
    /// The late fee; null when there is none.
    pub late_fee: Option<LateFee>,
    /// Whether it is in use.
    pub active: bool,
    /// Rises by one with each change; send it back as `expectedVersion`.
    pub version: i32,
    /// Its rates, by usage and day.
    pub rates: Vec<FeeRate>,
    #[graphql(skip)]
    /// The id inside.
    pub key: FeeItemId,
}

impl FeeItem {
    /// An item with its own rates among others'.
    pub fn new(row: FeeItemRow, rates: &[FeeRateRow]) -> Self {
        Self {
            id: wire_id(row.id),
            community_id: wire_id(row.community_id),
            code: row.code,
            name_zh: row.name_zh,
            name_en: row.name_en,
            kind: row.kind.into(),
            timing: row.timing.into(),
            cycle_months: row.cycle_months,
            rounding: row.rounding.into(),
            due_days: row.due_days,
            in_parts: row.in_parts,
            vacant_share: Decimal::scaled(row.vacant_share, 4),
            late_fee: row.late_daily_rate.map(|daily| LateFee {
                daily_rate: Decimal::scaled(daily, 6),
                grace_days: row.late_grace_days,
                cap: Decimal::scaled(row.late_cap, 4),
            }),
            active: row.active,
            version: row.version,
            rates: rates.iter().filter(|rate| rate.fee_item_id == row.id).map(Into::into).collect(),
            key: row.id,
        }
    }

    /// Items with their rates.
    pub async fn all(context: &Context<'_>, rows: Vec<FeeItemRow>) -> Result<Vec<Self>, Error> {
        let ids: Vec<FeeItemId> = rows.iter().map(|row| row.id).collect();
        let rates = service::rates(&request(context).app, &ids).await?;
        Ok(rows.into_iter().map(|row| Self::new(row, &rates)).collect())
    }

    async fn one(context: &Context<'_>, row: FeeItemRow) -> Result<Self, Error> {
        let rates = service::rates(&request(context).app, &[row.id]).await?;
        Ok(Self::new(row, &rates))
    }
}

#[ComplexObject]
impl FeeItem {
    /// The costs that were entered for it, the newest first, 100 at most; empty but for shared items and their staff.
    #[graphql(complexity = "20 + child_complexity")]
    async fn shared_costs(&self, context: &Context<'_>) -> Result<Vec<SharedCost>> {
        let viewer = request(context).viewer()?;
        if self.kind != FeeKind::Shared || viewer.staff().is_none() {
            return Ok(Vec::new());
        }
        let rows = service::shared_costs(&request(context).app, self.key).await?;
        Ok(rows.into_iter().map(Into::into).collect())
    }
}

/// A late fee as it is to be.
#[derive(InputObject)]
pub struct LateFeeInput {
    /// For each day, as a part of what is owed: `"0.0005"`, at most a hundredth.
    daily_rate: Decimal,
    /// Days after the due day on which nothing accrues.
    grace_days: i32,
    /// The most, as a part of the charge, above 0.
    cap: Decimal,
}

/// A fee item as it is to be.
#[derive(InputObject)]
pub struct FeeItemSetInput {
    /// The community.
    community_id: ID,
    /// The code that it is known by, unique in the community: letters, digits, `_` and `-`, at most 40.
    code: String,
    /// Chinese name, at most 60 characters.
    name_zh: String,
    /// English name, at most 60 characters.
    name_en: String,
    /// How it comes to its amount; stays once something was charged.
    kind: FeeKind,
    /// In advance or in arrears; what is metered or shared is in arrears. Stays once something was charged.
    timing: FeeTiming,
    /// Months of a period: 1, 3, 6 or 12. Stays once something was charged.
    #[graphql(default = 1)]
    cycle_months: i32,
    /// To what amounts are rounded.
    #[graphql(default_with = "FeeRounding::Fen")]
    rounding: FeeRounding,
    /// Days until it is due, 0 to 366.
    #[graphql(default = 15)]
    due_days: i32,
    /// Whether it may be paid in part.
    #[graphql(default)]
    in_parts: bool,
    /// What is charged while a unit stands vacant, as a part of the whole; all of it unless said.
    vacant_share: Option<Decimal>,
    /// The late fee; none unless said.
    late_fee: Option<LateFeeInput>,
    /// The version that the client saw, 0 for an item that is not to be there yet; refused when it is another.
    expected_version: Option<i32>,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

impl FeeItemSetInput {
    fn read(self) -> Result<NewFeeItem, Error> {
        Ok(NewFeeItem {
            community_id: parse_id(&self.community_id, "communityId")?,
            code: self.code,
            name_zh: self.name_zh,
            name_en: self.name_en,
            kind: self.kind.into(),
            timing: self.timing.into(),
            cycle_months: self.cycle_months,
            rounding: self.rounding.into(),
            due_days: self.due_days,
            in_parts: self.in_parts,
            vacant_share: self.vacant_share.map_or(rust_decimal::Decimal::ONE, |share| share.0),
            late: self.late_fee.map(|late| LateRule {
                daily_rate: late.daily_rate.0,
                grace_days: late.grace_days,
                cap: late.cap.0,
            }),
            expected_version: self.expected_version,
        })
    }
}

/// Takes a fee item out of use.
#[derive(InputObject)]
pub struct FeeItemRetireInput {
    /// The item.
    fee_item_id: ID,
    /// The version that the client saw; refused when it is another.
    expected_version: Option<i32>,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

/// A rate as it is to be.
#[derive(InputObject)]
pub struct FeeRateSetInput {
    /// The item.
    fee_item_id: ID,
    /// For units of this usage; for all without a rate of their own unless said.
    usage: Option<UnitUsage>,
    /// From which day on.
    effective_on: Date,
    /// How much for a unit of measure, in the major unit, up to four decimals; null takes the rate of this day away.
    rate: Option<Decimal>,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

payloads! {
    /// What became of it.
    FeeItemSetPayload {
        /// The item as it now is.
        fee_item: FeeItem
    }
    /// What became of it.
    FeeItemRetirePayload {
        /// The item as it now is.
        fee_item: FeeItem
    }
    /// What became of it.
    FeeRateSetPayload {
        /// The item with its rates as they now are.
        fee_item: FeeItem
    }
}

/// Queries of fee items.
#[derive(Default)]
pub struct ItemQuery;

#[Object]
impl ItemQuery {
    /// What is charged in a community, by code (收费项目); for residents who have a unit there, and staff who see fees.
    #[graphql(complexity = "20 + child_complexity")]
    async fn fee_items(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The community.")] community_id: ID,
        #[graphql(desc = "Also those out of use.", default)] include_retired: bool,
    ) -> Result<Vec<FeeItem>> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let community = parse_id(&community_id, "communityId")?;
        let rows = service::fee_items(app, viewer, community, include_retired).await?;
        Ok(FeeItem::all(context, rows).await?)
    }
}

/// Mutations of fee items.
#[derive(Default)]
pub struct ItemMutation;

#[Object]
impl ItemMutation {
    /// Adds a fee item, or changes the one of this code; a retired one is in use again. What cannot be computed is refused.
    async fn fee_item_set(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The item as it is to be.")] input: FeeItemSetInput,
    ) -> Result<FeeItemSetPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let key = input.idempotency_key.clone();
            FeeItem::one(context, service::set_item(app, viewer, input.read()?, &key).await?).await
        }
        .await;
        Ok(FeeItemSetPayload::from_outcome(context, outcome)?)
    }

    /// Takes a fee item out of use; what was charged stays.
    async fn fee_item_retire(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which.")] input: FeeItemRetireInput,
    ) -> Result<FeeItemRetirePayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let id = parse_id(&input.fee_item_id, "feeItemId")?;
            let row = service::retire_item(app, viewer, id, input.expected_version, &input.idempotency_key).await?;
            FeeItem::one(context, row).await
        }
        .await;
        Ok(FeeItemRetirePayload::from_outcome(context, outcome)?)
    }

    /// Sets the rate of an item from a day on. A day that was billed already is put right by starting its month's run
    /// again.
    async fn fee_rate_set(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The rate as it is to be.")] input: FeeRateSetInput,
    ) -> Result<FeeRateSetPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let new = NewRate {
                fee_item_id: parse_id(&input.fee_item_id, "feeItemId")?,
                usage: input.usage.map(Into::into),
                effective_on: input.effective_on.0,
                rate: input.rate.map(|rate| rate.0),
            };
            FeeItem::one(context, service::set_rate(app, viewer, new, &input.idempotency_key).await?).await
        }
        .await;
        Ok(FeeRateSetPayload::from_outcome(context, outcome)?)
    }
}
