//! Adding communities, buildings and units one at a time; many come by import.

use chrono::NaiveDate;
use entities::values::{BuildingId, CommunityId, UnitId, UnitUsage};
use entities::{building, community, unit};
use serde::Serialize;

use super::super::error::EstateError;
use super::super::model;
use super::super::repo::{self, CommunityRow, UnitRow};
use crate::domains::identity::{Right, Scope, Viewer};
use crate::error::Error;
use crate::infra::idempotency::{self, Claim};
use crate::state::App;

/// A community to be added.
#[derive(Clone, Debug, Serialize)]
pub struct NewCommunity {
    /// Name, unique within the organization.
    pub name: String,
    /// Postal address.
    pub address: String,
    /// IANA time zone.
    pub time_zone: String,
    /// ISO 4217 code.
    pub currency: String,
}

/// A building to be added.
#[derive(Clone, Debug, Serialize)]
pub struct NewBuilding {
    /// Its community.
    pub community_id: CommunityId,
    /// Name, unique within the community.
    pub name: String,
    /// When it was completed.
    pub completed_on: Option<NaiveDate>,
}

/// A unit to be added.
#[derive(Clone, Debug, Serialize)]
pub struct NewUnit {
    /// Its building.
    pub building_id: BuildingId,
    /// Number, unique within the building.
    pub number: String,
    /// Floor.
    pub floor: Option<i32>,
    /// Area in 1/100 m².
    pub area: Option<i64>,
    /// What it is used for.
    pub usage: UnitUsage,
    /// When it was handed over.
    pub delivered_on: Option<NaiveDate>,
}

/// Adds a community to the viewer's organization.
pub async fn create_community(app: &App, viewer: &Viewer, new: NewCommunity, key: &str) -> Result<CommunityRow, Error> {
    let scope = viewer.require_staff()?.scope(Right::EstateManage)?;
    let Scope::Organization(org_id) = scope else { return Err(Error::Forbidden) };
    let id: CommunityId = app.clock.new_id();
    let claim = Claim::new(app, viewer.account_id, "communityCreate", key, &new, id.0)?;
    let name = model::name(&new.name, model::NAME_MAX).ok_or(EstateError::Invalid("name"))?;
    let address = model::name(&new.address, model::ADDRESS_MAX).ok_or(EstateError::Invalid("address"))?;
    if !model::is_time_zone(&new.time_zone) {
        return Err(EstateError::Invalid("timeZone").into());
    }
    if !model::is_currency(&new.currency) {
        return Err(EstateError::Invalid("currency").into());
    }
    let defaults = model::COMMUNITY_DEFAULTS;
    let row = community::Model {
        id,
        org_id,
        name,
        address,
        time_zone: new.time_zone,
        currency: new.currency,
        building_type: None,
        developer: None,
        fee_rate_low: None,
        fee_rate_high: None,
        stated_buildings: None,
        stated_households: None,
        service_opens_minute: defaults.service_opens_minute,
        service_closes_minute: defaults.service_closes_minute,
        service_weekdays: defaults.service_weekdays,
        callback_tries: defaults.callback_tries,
        reopen_days: defaults.reopen_days,
        created_at: app.clock.now(),
    };
    let id = app
        .db
        .write(move |tx| {
            let (claim, row) = (claim.clone(), row.clone());
            Box::pin(async move {
                if let Some(earlier) = idempotency::claim(tx, &claim).await? {
                    return Ok(CommunityId(earlier));
                }
                let id = row.id;
                repo::insert_community(tx, row).await.map_err(|fault| {
                    let columns = "community.org_id, community.name";
                    Error::from(fault).on_unique("community_name_unique", columns, EstateError::Exists("name").into())
                })?;
                Ok(id)
            })
        })
        .await?;
    let found = repo::find_communities(app.db.read(), &scope, &[id]).await?;
    found.into_iter().next().ok_or_else(|| EstateError::NotFound("communityId").into())
}

/// Adds a building to a community.
pub async fn create_building(
    app: &App,
    viewer: &Viewer,
    new: NewBuilding,
    key: &str,
) -> Result<building::Model, Error> {
    let scope = viewer.scope(Right::EstateManage, app.clock.now())?;
    let id: BuildingId = app.clock.new_id();
    let claim = Claim::new(app, viewer.account_id, "buildingCreate", key, &new, id.0)?;
    let name = model::name(&new.name, model::NAME_MAX).ok_or(EstateError::Invalid("name"))?;
    let now = app.clock.now();
    let job_scope = scope.clone();
    let id = app
        .db
        .write(move |tx| {
            let (claim, scope, name, new) = (claim.clone(), job_scope.clone(), name.clone(), new.clone());
            Box::pin(async move {
                if let Some(earlier) = idempotency::claim(tx, &claim).await? {
                    return Ok(BuildingId(earlier));
                }
                let community = repo::find_communities(tx, &scope, &[new.community_id]).await?.into_iter().next();
                let community = community.ok_or(EstateError::NotFound("communityId"))?;
                let row = building::Model {
                    id,
                    org_id: community.org_id,
                    community_id: community.id,
                    name,
                    completed_on: new.completed_on,
                    created_at: now,
                };
                repo::insert_building(tx, row).await.map_err(|fault| {
                    let columns = "building.community_id, building.name";
                    Error::from(fault).on_unique("building_name_unique", columns, EstateError::Exists("name").into())
                })?;
                Ok(id)
            })
        })
        .await?;
    let found = repo::find_buildings(app.db.read(), &scope, &[id]).await?;
    found.into_iter().next().ok_or_else(|| EstateError::NotFound("buildingId").into())
}

/// Adds a unit to a building.
pub async fn create_unit(app: &App, viewer: &Viewer, new: NewUnit, key: &str) -> Result<UnitRow, Error> {
    let scope = viewer.scope(Right::EstateManage, app.clock.now())?;
    let id: UnitId = app.clock.new_id();
    let claim = Claim::new(app, viewer.account_id, "unitCreate", key, &new, id.0)?;
    let number = model::name(&new.number, model::NAME_MAX).ok_or(EstateError::Invalid("number"))?;
    let area = match new.area {
        Some(hundredths) => Some(model::area(hundredths).ok_or(EstateError::Invalid("area"))?),
        None => None,
    };
    let now = app.clock.now();
    let job_scope = scope.clone();
    let id = app
        .db
        .write(move |tx| {
            let (claim, scope, number, new) = (claim.clone(), job_scope.clone(), number.clone(), new.clone());
            Box::pin(async move {
                if let Some(earlier) = idempotency::claim(tx, &claim).await? {
                    return Ok(UnitId(earlier));
                }
                let building = repo::find_buildings(tx, &scope, &[new.building_id]).await?.into_iter().next();
                let building = building.ok_or(EstateError::NotFound("buildingId"))?;
                let row = unit::Model {
                    id,
                    org_id: building.org_id,
                    community_id: building.community_id,
                    building_id: building.id,
                    number,
                    floor: new.floor,
                    area,
                    usage: new.usage,
                    delivered_on: new.delivered_on,
                    created_at: now,
                };
                repo::insert_unit(tx, row).await.map_err(|fault| {
                    let columns = "unit.building_id, unit.number";
                    Error::from(fault).on_unique("unit_number_unique", columns, EstateError::Exists("number").into())
                })?;
                Ok(id)
            })
        })
        .await?;
    repo::find_unit(app.db.read(), &scope, id).await?.ok_or_else(|| EstateError::NotFound("unitId").into())
}
