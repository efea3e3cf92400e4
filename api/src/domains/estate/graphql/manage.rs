//! Mutations that add communities, buildings and units.

use async_graphql::{Context, ID, InputObject, Object, Result};
use rust_decimal::prelude::ToPrimitive as _;

use super::enums::UnitUsage;
use super::types::{Building, Community, Unit};
use crate::domains::estate::service::{self, NewBuilding, NewCommunity, NewUnit};
use crate::error::{Code, Error, Refusal};
use crate::graphql::id::parse_id;
use crate::graphql::request;
use crate::graphql::scalars::{Date, Decimal};
use crate::payloads;

/// Adds a community.
#[derive(InputObject)]
pub struct CommunityCreateInput {
    /// Name, at most 100 characters, unique within the organization.
    name: String,
    /// Postal address, at most 300 characters.
    address: String,
    /// IANA time zone in which its days count.
    #[graphql(default = "Asia/Shanghai")]
    time_zone: String,
    /// ISO 4217 code of its fees' currency.
    #[graphql(default = "CNY")]
    currency: String,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

/// Adds a building.
#[derive(InputObject)]
pub struct BuildingCreateInput {
    /// Its community.
    community_id: ID,
    /// Name, at most 100 characters, unique within the community.
    name: String,
    /// When it was completed.
    completed_on: Option<Date>,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

/// Adds a unit.
#[derive(InputObject)]
pub struct UnitCreateInput {
    /// Its building.
    building_id: ID,
    /// Number, at most 100 characters, unique within the building.
    number: String,
    /// The floor.
    floor: Option<i32>,
    /// The area in m², with two decimals at most.
    area: Option<Decimal>,
    /// What it is used for.
    #[graphql(default_with = "entities::values::UnitUsage::Flat.into()")]
    usage: UnitUsage,
    /// When it was handed over to its first owner.
    delivered_on: Option<Date>,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

payloads! {
    /// What became of it.
    CommunityCreatePayload {
        /// The community.
        community: Community
    }
    /// What became of it.
    BuildingCreatePayload {
        /// The building.
        building: Building
    }
    /// What became of it.
    UnitCreatePayload {
        /// The unit.
        unit: Unit
    }
}

/// An area in 1/100 m²; refused when it has more decimals.
fn hundredths(area: Option<Decimal>) -> Result<Option<i64>, Error> {
    let Some(Decimal(area)) = area else { return Ok(None) };
    let scaled = area.checked_mul(rust_decimal::Decimal::ONE_HUNDRED).filter(rust_decimal::Decimal::is_integer);
    scaled.and_then(|scaled| scaled.to_i64()).map(Some).ok_or_else(|| Refusal::at(Code::InvalidValue, "area").into())
}

/// Mutations that add to the estate.
#[derive(Default)]
pub struct ManageMutation;

#[Object]
impl ManageMutation {
    /// Adds a community (小区) to the viewer's organization.
    async fn community_create(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which.")] input: CommunityCreateInput,
    ) -> Result<CommunityCreatePayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let new = NewCommunity {
            name: input.name,
            address: input.address,
            time_zone: input.time_zone,
            currency: input.currency,
        };
        let outcome = service::create_community(app, viewer, new, &input.idempotency_key).await;
        Ok(CommunityCreatePayload::from_outcome(context, outcome)?)
    }

    /// Adds a building (楼栋) to a community.
    async fn building_create(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which.")] input: BuildingCreateInput,
    ) -> Result<BuildingCreatePayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let new = NewBuilding {
                community_id: parse_id(&input.community_id, "communityId")?,
                name: input.name,
                completed_on: input.completed_on.map(|day| day.0),
            };
            service::create_building(app, viewer, new, &input.idempotency_key).await
        }
        .await;
        Ok(BuildingCreatePayload::from_outcome(context, outcome)?)
    }

    /// Adds a unit (房屋) to a building.
    async fn unit_create(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which.")] input: UnitCreateInput,
    ) -> Result<UnitCreatePayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let new = NewUnit {
                building_id: parse_id(&input.building_id, "buildingId")?,
                number: input.number,
                floor: input.floor,
                area: hundredths(input.area)?,
                usage: input.usage.into(),
                delivered_on: input.delivered_on.map(|day| day.0),
            };
            service::create_unit(app, viewer, new, &input.idempotency_key).await
        }
        .await;
        Ok(UnitCreatePayload::from_outcome(context, outcome)?)
    }
}
