//! The estate as the schema shows it.

use async_graphql::{ComplexObject, Context, ID, Result, SimpleObject};
use entities::building;
use entities::values::{BuildingId, CommunityId, UnitId};

use super::calendar::{CalendarDay, ServiceHours};
use super::enums::{ResidencyRole, UnitUsage};
use super::loaders::{Asker, CommunityOf, CountsOf, ResidentsOf};
use super::residents::Resident;
use crate::connection;
use crate::domains::estate::service;
use crate::domains::estate::service::{CommunityRow, HomeRow, Totals, UnitFilter, UnitRow};
use crate::domains::identity::{Right, Viewer};
use crate::domains::tickets::graphql::{CategoryWarranty, Household, warranty_of};
use crate::error::Error;
use crate::graphql::connection::{Page, Window};
use crate::graphql::id::wire_id;
use crate::graphql::request;
use crate::graphql::scalars::{Date, DateTime, Decimal};

/// An estate that the organization manages (小区).
#[derive(SimpleObject, Clone)]
#[graphql(complex)]
pub struct Community {
    /// Opaque id.
    pub id: ID,
    /// The name.
    pub name: String,
    /// The postal address.
    pub address: String,
    /// IANA time zone in which days, periods and service hours count.
    pub time_zone: String,
    /// ISO 4217 code of the currency that fees are in.
    pub currency: String,
    /// What its buildings are like, as the source of the data says.
    pub building_type: Option<String>,
    /// Who built it.
    pub developer: Option<String>,
    /// Lowest management fee per m² and month, in the currency's major unit.
    pub fee_rate_low: Option<Decimal>,
    /// Highest management fee per m² and month, in the currency's major unit.
    pub fee_rate_high: Option<Decimal>,
    /// Buildings as the source of the data states them.
    pub stated_building_count: Option<i32>,
    /// Households (户) as the source of the data states them.
    pub stated_household_count: Option<i32>,
    /// When it serves on usual days.
    pub service_hours: ServiceHours,
    #[graphql(skip)]
    community_id: CommunityId,
}

impl From<CommunityRow> for Community {
    fn from(row: CommunityRow) -> Self {
        Self {
            service_hours: (&row).into(),
            id: wire_id(row.id),
            name: row.name,
            address: row.address,
            time_zone: row.time_zone,
            currency: row.currency,
            building_type: row.building_type,
            developer: row.developer,
            fee_rate_low: row.fee_rate_low.map(|rate| Decimal::scaled(rate.0, 4)),
            fee_rate_high: row.fee_rate_high.map(|rate| Decimal::scaled(rate.0, 4)),
            stated_building_count: row.stated_buildings,
            stated_household_count: row.stated_households,
            community_id: row.id,
        }
    }
}

impl Community {
    /// Loads a community by id, if the viewer may see it.
    pub async fn load(context: &Context<'_>, id: CommunityId) -> Result<Option<Self>> {
        let request = request(context);
        if request.viewer()?.scope(Right::EstateRead, request.app.clock.now()).is_err() {
            // A contractor's person sees a ticket, and no more of its community than the name.
            return Ok(None);
        }
        let row = request.loader().load_one(CommunityOf(id, request.viewer()?.clone().into())).await?;
        Ok(row.map(Into::into))
    }

    /// Loads communities by id, in this order, as far as the viewer may see them.
    pub async fn load_all(context: &Context<'_>, ids: &[CommunityId]) -> Result<Vec<Self>> {
        let request = request(context);
        let asker: Asker = request.viewer()?.clone().into();
        let keys = ids.iter().map(|id| CommunityOf(*id, asker.clone()));
        let mut found = request.loader().load_many(keys).await?;
        Ok(ids.iter().filter_map(|id| found.remove(&CommunityOf(*id, asker.clone()))).map(Into::into).collect())
    }
}

#[ComplexObject]
impl Community {
    /// Buildings that are recorded.
    async fn building_count(&self, context: &Context<'_>) -> Result<i32> {
        let counts = request(context).loader().load_one(CountsOf(self.community_id)).await?;
        Ok(counts.map_or(0, |counts| i32::try_from(counts.buildings).unwrap_or(i32::MAX)))
    }

    /// Units that are recorded.
    async fn unit_count(&self, context: &Context<'_>) -> Result<i32> {
        let counts = request(context).loader().load_one(CountsOf(self.community_id)).await?;
        Ok(counts.map_or(0, |counts| i32::try_from(counts.units).unwrap_or(i32::MAX)))
    }

    /// Holidays and days with other hours, those of the whole organization among them.
    #[graphql(complexity = "20 + child_complexity")]
    async fn calendar_days(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "First day.")] from: Date,
        #[graphql(desc = "Last day, at most 400 days later.")] to: Date,
    ) -> Result<Vec<CalendarDay>> {
        let request = request(context);
        let rows = service::calendar_days(&request.app, request.viewer()?, self.community_id, from.0, to.0).await?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    /// Its buildings (楼栋), in the order they were added.
    #[graphql(complexity = "2 + first.unwrap_or(20).clamp(0, 100) as usize * child_complexity")]
    async fn buildings(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "How many rows, 20 unless said, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Cursor after which the page starts.")] after: Option<String>,
    ) -> Result<BuildingConnection> {
        let request = request(context);
        let window = Window::new(first, after.as_deref())?;
        let id = self.community_id;
        let rows = service::buildings(&request.app, request.viewer()?, id, window.after, window.fetch()).await?;
        let page = Page::new(&window, rows, |row: &building::Model| row.id)?;
        Ok(BuildingConnection::new(page, BuildingCount(id)))
    }
}

/// A building of a community (楼栋).
#[derive(SimpleObject, Clone)]
pub struct Building {
    /// Opaque id.
    pub id: ID,
    /// The name, such as "3栋".
    pub name: String,
    /// When it was completed; warranty of public parts runs from here.
    pub completed_on: Option<Date>,
}

impl From<building::Model> for Building {
    fn from(row: building::Model) -> Self {
        Self { id: wire_id(row.id), name: row.name, completed_on: row.completed_on.map(Date) }
    }
}

/// A flat, shop, office, parking space or storage room (房屋).
#[derive(SimpleObject, Clone)]
#[graphql(complex)]
pub struct Unit {
    /// Opaque id.
    pub id: ID,
    /// The number within its building.
    pub number: String,
    /// The building's name.
    pub building_name: String,
    /// The building's id.
    pub building_id: ID,
    /// The community's name.
    pub community_name: String,
    /// The floor.
    pub floor: Option<i32>,
    /// The area in m².
    pub area: Option<Decimal>,
    /// What it is used for.
    pub usage: UnitUsage,
    /// When it was handed over to its first owner; warranty runs from here.
    pub delivered_on: Option<Date>,
    #[graphql(skip)]
    unit_id: UnitId,
    #[graphql(skip)]
    community_id: CommunityId,
}

impl From<UnitRow> for Unit {
    fn from(row: UnitRow) -> Self {
        Self {
            id: wire_id(row.id),
            number: row.number,
            building_name: row.building_name,
            building_id: wire_id(row.building_id),
            community_name: row.community_name,
            floor: row.floor,
            area: row.area.map(|area| Decimal::scaled(area.0, 2)),
            usage: row.usage.into(),
            delivered_on: row.delivered_on.map(Date),
            unit_id: row.id,
            community_id: row.community_id,
        }
    }
}

#[ComplexObject]
impl Unit {
    /// The community.
    async fn community(&self, context: &Context<'_>) -> Result<Option<Community>> {
        Community::load(context, self.community_id).await
    }

    /// What is under warranty today (保修状态), by category, as far as its inside is concerned.
    async fn warranty(&self, context: &Context<'_>) -> Result<Vec<CategoryWarranty>> {
        warranty_of(context, self.unit_id).await
    }

    /// Who is tied to it now, or from a day ahead (住户): for owners of the unit, for a proxy whom an owner lets admit
    /// others, and for staff who see households; empty for everybody else.
    async fn residents(&self, context: &Context<'_>) -> Result<Vec<Resident>> {
        let request = request(context);
        let key = ResidentsOf(self.unit_id, request.viewer()?.clone().into());
        let rows = request.loader().load_one(key).await?.unwrap_or_default();
        Ok(rows.into_iter().map(Into::into).collect())
    }

    /// The file of its household (一户一档); null for whoever may not open it.
    async fn household(&self, context: &Context<'_>) -> Result<Option<Household>> {
        Ok(Household::open(request(context).viewer()?, self.unit_id, self.community_id))
    }
}

/// A unit of a resident, with what ties the resident to it.
#[derive(SimpleObject)]
pub struct Home {
    /// The unit.
    pub unit: Unit,
    /// The tie.
    pub role: ResidencyRole,
    /// Opaque id of the residency.
    pub residency_id: ID,
    /// Until when; null without an end.
    pub until: Option<DateTime>,
}

impl From<HomeRow> for Home {
    fn from(row: HomeRow) -> Self {
        Self {
            unit: row.unit.into(),
            role: row.role.into(),
            residency_id: wire_id(row.residency_id),
            until: row.ended_at.map(Into::into),
        }
    }
}

/// The units where a viewer lives.
pub async fn homes_of_viewer(context: &Context<'_>, viewer: &Viewer) -> Result<Vec<Home>> {
    Ok(service::homes(&request(context).app, viewer).await?.into_iter().map(Into::into).collect())
}

/// What the communities that the viewer may see come to.
#[derive(SimpleObject)]
pub struct EstateTotals {
    /// Communities.
    pub community_count: i32,
    /// Households as the source of the data states them.
    pub stated_household_count: i32,
    /// Buildings as the source of the data states them.
    pub stated_building_count: i32,
    /// Buildings that are recorded.
    pub building_count: i32,
    /// Units that are recorded.
    pub unit_count: i32,
}

impl From<Totals> for EstateTotals {
    fn from(row: Totals) -> Self {
        let count = |number: i64| i32::try_from(number).unwrap_or(i32::MAX);
        Self {
            community_count: count(row.communities),
            stated_household_count: count(row.stated_households),
            stated_building_count: count(row.stated_buildings),
            building_count: count(row.buildings),
            unit_count: count(row.units),
        }
    }
}

/// How to count a list of communities.
pub struct CommunityCount(pub(super) Option<String>);

impl CommunityCount {
    async fn count(&self, context: &Context<'_>) -> Result<i64> {
        let request = request(context);
        Ok(service::count_communities(&request.app, request.viewer()?, self.0.as_deref()).await?)
    }
}

connection! {
    /// A list of communities.
    CommunityConnection, CommunityEdge, Community, count: CommunityCount
}

/// How to count a community's buildings.
pub struct BuildingCount(CommunityId);

impl BuildingCount {
    async fn count(&self, context: &Context<'_>) -> Result<i64> {
        let request = request(context);
        Ok(service::count_buildings(&request.app, request.viewer()?, self.0).await?)
    }
}

connection! {
    /// A list of buildings.
    BuildingConnection, BuildingEdge, Building, count: BuildingCount
}

/// How to count a list of units.
pub struct UnitCount(pub(super) UnitFilter);

impl UnitCount {
    async fn count(&self, context: &Context<'_>) -> Result<i64> {
        let request = request(context);
        Ok(service::count_units(&request.app, request.viewer()?, &self.0).await?)
    }
}

connection! {
    /// A list of units.
    UnitConnection, UnitEdge, Unit, count: UnitCount
}

/// A building by id, for `node`.
pub async fn find_building(context: &Context<'_>, id: BuildingId) -> Result<Building, Error> {
    let request = request(context);
    Ok(service::building(&request.app, request.viewer()?, id).await?.into())
}

/// A unit by id, for `node`.
pub async fn find_unit(context: &Context<'_>, id: UnitId) -> Result<Unit, Error> {
    let request = request(context);
    Ok(service::unit(&request.app, request.viewer()?, id).await?.into())
}

/// A community by id, for `node`.
pub async fn find_community(context: &Context<'_>, id: CommunityId) -> Result<Community, Error> {
    let request = request(context);
    Ok(service::community(&request.app, request.viewer()?, id).await?.into())
}
