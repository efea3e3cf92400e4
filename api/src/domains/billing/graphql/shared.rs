//! Shared costs, and when a second person is needed, in the schema.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};

use super::enums::SharingBasis;
use crate::domains::billing::service::{self, FeeSettings, NewFeeSettings, NewSharedCost, SharedCostRow};
use crate::error::Error;
use crate::graphql::id::{parse_id, wire_id};
use crate::graphql::money::Money;
use crate::graphql::request;
use crate::graphql::scalars::{Date, Decimal};
use crate::payloads;

/// A cost of the community that its units share (公摊费用).
#[derive(SimpleObject)]
pub struct SharedCost {
    /// Opaque id.
    pub id: ID,
    /// Of which item.
    pub fee_item_id: ID,
    /// The first day of its period.
    pub period_start: Date,
    /// The day after the last.
    pub period_end: Date,
    /// How much, in the community's major unit.
    pub total: Decimal,
    /// By what it is shared.
    pub basis: SharingBasis,
}

impl From<SharedCostRow> for SharedCost {
    fn from(row: SharedCostRow) -> Self {
        Self {
            id: wire_id(row.id),
            fee_item_id: wire_id(row.fee_item_id),
            period_start: Date(row.period_start),
            period_end: Date(row.period_end),
            total: Decimal::scaled(row.amount.0, 2),
            basis: row.basis.into(),
        }
    }
}

/// Above what a community's waivers and discounts need a second person.
#[derive(SimpleObject)]
pub struct CommunityFeeSettings {
    /// Of which community.
    pub community_id: ID,
    /// Above this a waiver waits for a second person.
    pub waiver_limit: Money,
    /// Above this part of the amount a discount does.
    pub discount_limit: Decimal,
    /// Rises with each change; 0 while the defaults count.
    pub version: i32,
}

impl From<FeeSettings> for CommunityFeeSettings {
    fn from(row: FeeSettings) -> Self {
        Self {
            community_id: wire_id(row.community_id),
            waiver_limit: Money::new(row.waiver_limit, &row.currency),
            discount_limit: Decimal::scaled(row.discount_limit, 4),
            version: row.version,
        }
    }
}

/// A shared cost as it is to be.
#[derive(InputObject)]
pub struct SharedCostSetInput {
    /// The item, a shared one.
    fee_item_id: ID,
    /// The first day of a period of the item's cycle.
    period_start: Date,
    /// How much, in the major unit.
    total: Decimal,
    /// By what it is shared.
    basis: SharingBasis,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

/// Above what a second person is needed.
#[derive(InputObject)]
pub struct CommunityFeeSettingsSetInput {
    /// The community.
    community_id: ID,
    /// Above this a waiver waits for a second person, in the major unit; unchanged unless said.
    waiver_limit: Option<Decimal>,
    /// Above this part of the amount a discount does: `"0.1"`; unchanged unless said.
    discount_limit: Option<Decimal>,
    /// The version that the client saw; refused when it is another.
    expected_version: Option<i32>,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

payloads! {
    /// What became of it.
    SharedCostSetPayload {
        /// The cost as it now is.
        shared_cost: SharedCost
    }
    /// What became of it.
    CommunityFeeSettingsSetPayload {
        /// The settings as they now are.
        settings: CommunityFeeSettings
    }
}

/// Queries of settings.
#[derive(Default)]
pub struct FeeSettingsQuery;

#[Object]
impl FeeSettingsQuery {
    /// Above what waivers and discounts of a community need a second person; for staff who see fees.
    async fn community_fee_settings(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The community.")] community_id: ID,
    ) -> Result<CommunityFeeSettings> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        Ok(service::fee_settings(app, viewer, parse_id(&community_id, "communityId")?).await?.into())
    }
}

/// Mutations of shared costs and settings.
#[derive(Default)]
pub struct FeeSettingsMutation;

#[Object]
impl FeeSettingsMutation {
    /// Enters a cost that the units of a community share, or changes it; split by largest remainder, so that the parts add
    /// up to it.
    async fn shared_cost_set(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The cost as it is to be.")] input: SharedCostSetInput,
    ) -> Result<SharedCostSetPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let new = NewSharedCost {
                fee_item_id: parse_id(&input.fee_item_id, "feeItemId")?,
                period_start: input.period_start.0,
                amount: input.total.0,
                basis: input.basis.into(),
            };
            service::set_shared_cost(app, viewer, new, &input.idempotency_key).await
        }
        .await;
        Ok(SharedCostSetPayload::from_outcome(context, outcome)?)
    }

    /// Sets above what waivers and discounts of a community need a second person.
    async fn community_fee_settings_set(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The settings as they are to be.")] input: CommunityFeeSettingsSetInput,
    ) -> Result<CommunityFeeSettingsSetPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let new = NewFeeSettings {
                community_id: parse_id(&input.community_id, "communityId")?,
                waiver_limit: input.waiver_limit.map(|limit| limit.0),
                discount_limit: input.discount_limit.map(|limit| limit.0),
                expected_version: input.expected_version,
            };
            service::set_fee_settings(app, viewer, new, &input.idempotency_key).await
        }
        .await;
        Ok(CommunityFeeSettingsSetPayload::from_outcome(context, outcome)?)
    }
}
