//! Handover: when a unit was delivered and a building completed. Both decide over warranty, so each change is an event.

use chrono::NaiveDate;
use chrono_tz::Tz;
use entities::building;
use entities::values::{BuildingId, CommunityId, OrganizationId, UnitId};
use serde_json::json;
use uuid::Uuid;

use super::super::error::EstateError;
use super::super::repo::{self, UnitRow};
use crate::db::Tx;
use crate::domains::identity::{Right, Scope, Viewer};
use crate::error::Error;
use crate::infra::history::{self, Actor, NewEvent, ObjectKind};
use crate::infra::idempotency::{self, Claim};
use crate::state::App;

/// Sets when a unit was handed over; nobody knows when `None`. Tickets that exist keep what they were found to be.
pub async fn update_unit(
    app: &App,
    viewer: &Viewer,
    id: UnitId,
    delivered_on: Option<NaiveDate>,
    key: &str,
) -> Result<UnitRow, Error> {
    let scope = viewer.scope(Right::EstateManage, app.clock.now())?;
    let claim = Claim::new(app, viewer.account_id, "unitUpdate", key, &(id, delivered_on), id.0)?;
    let missing = || EstateError::NotFound("unitId");
    let (job_app, job_scope, job_viewer) = (app.clone(), scope.clone(), viewer.clone());
    app.db
        .write(move |tx| {
            let (app, scope, viewer, claim) = (job_app.clone(), job_scope.clone(), job_viewer.clone(), claim.clone());
            Box::pin(async move {
                if idempotency::claim(tx, &claim).await?.is_some() {
                    return Ok(());
                }
                let community = repo::find_unit(tx, &scope, id).await?.ok_or_else(missing)?.community_id;
                let org = locked(tx, &app, &scope, (community, "deliveredOn"), delivered_on).await?;
                // Read again: now nobody else changes it, nor its building.
                let unit = repo::find_unit(tx, &scope, id).await?.ok_or_else(missing)?;
                let building = repo::find_buildings(tx, &scope, &[unit.building_id]).await?.into_iter().next();
                let completed_on = building.and_then(|building| building.completed_on);
                if delivered_on.zip(completed_on).is_some_and(|(delivered, completed)| delivered < completed) {
                    return Err(EstateError::BeforeCompletion("deliveredOn").into());
                }
                if unit.delivered_on == delivered_on {
                    return Ok(());
                }
                repo::set_delivered_on(tx, id, delivered_on).await?;
                let days = ("deliveredOn", unit.delivered_on, delivered_on);
                note(tx, &app, &viewer, (org, ObjectKind::Unit, id.0), days).await
            })
        })
        .await?;
    repo::find_unit(app.db.read(), &scope, id).await?.ok_or_else(|| missing().into())
}

/// Sets when a building was completed; nobody knows when `None`.
pub async fn update_building(
    app: &App,
    viewer: &Viewer,
    id: BuildingId,
    completed_on: Option<NaiveDate>,
    key: &str,
) -> Result<building::Model, Error> {
    let scope = viewer.scope(Right::EstateManage, app.clock.now())?;
    let claim = Claim::new(app, viewer.account_id, "buildingUpdate", key, &(id, completed_on), id.0)?;
    let missing = || EstateError::NotFound("buildingId");
    let (job_app, job_scope, job_viewer) = (app.clone(), scope.clone(), viewer.clone());
    app.db
        .write(move |tx| {
            let (app, scope, viewer, claim) = (job_app.clone(), job_scope.clone(), job_viewer.clone(), claim.clone());
            Box::pin(async move {
                if idempotency::claim(tx, &claim).await?.is_some() {
                    return Ok(());
                }
                let find = async || repo::find_buildings(tx, &scope, &[id]).await.map(|found| found.into_iter().next());
                let community = find().await?.ok_or_else(missing)?.community_id;
                let org = locked(tx, &app, &scope, (community, "completedOn"), completed_on).await?;
                let building = find().await?.ok_or_else(missing)?;
                let delivered_on = repo::first_delivery(tx, id).await?;
                if delivered_on.zip(completed_on).is_some_and(|(delivered, completed)| delivered < completed) {
                    return Err(EstateError::BeforeCompletion("completedOn").into());
                }
                if building.completed_on == completed_on {
                    return Ok(());
                }
                repo::set_completed_on(tx, id, completed_on).await?;
                let days = ("completedOn", building.completed_on, completed_on);
                note(tx, &app, &viewer, (org, ObjectKind::Building, id.0), days).await
            })
        })
        .await?;
    let found = repo::find_buildings(app.db.read(), &scope, &[id]).await?;
    found.into_iter().next().ok_or_else(|| missing().into())
}

/// Refuses a day that lies ahead where the community is, and lets one such change of the organization happen at a time.
async fn locked(
    tx: &Tx,
    app: &App,
    scope: &Scope,
    (community, field): (CommunityId, &'static str),
    day: Option<NaiveDate>,
) -> Result<OrganizationId, Error> {
    let community = repo::find_communities(tx, scope, &[community]).await?.into_iter().next();
    let community = community.ok_or(EstateError::NotFound("communityId"))?;
    let zone: Tz = community.time_zone.parse().map_err(|_| Error::internal("unknown time zone"))?;
    if day.is_some_and(|day| day > app.clock.now().with_timezone(&zone).date_naive()) {
        return Err(EstateError::InFuture(field).into());
    }
    repo::lock_organization(tx, community.org_id).await?;
    Ok(community.org_id)
}

async fn note(
    tx: &Tx,
    app: &App,
    viewer: &Viewer,
    (org_id, object_kind, object_id): (OrganizationId, ObjectKind, Uuid),
    (field, before, after): (&str, Option<NaiveDate>, Option<NaiveDate>),
) -> Result<(), Error> {
    let event = NewEvent {
        org_id,
        object_kind,
        object_id,
        kind: "UPDATED",
        from_state: None,
        to_state: None,
        actor: Actor { account_id: Some(viewer.account_id), staff_id: viewer.staff().map(|staff| staff.staff_id) },
        payload: json!({ field: after, "before": { field: before } }),
        occurred_at: app.clock.now(),
    };
    history::append(tx, &app.clock, event).await
}
