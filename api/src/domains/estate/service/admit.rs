//! An owner says who else is tied to the unit: admitting people, removing them, leaving by oneself.

use chrono::NaiveDate;
use entities::values::{ResidencyId, ResidencyRole, ResidencySource, UnitId};
use serde::Serialize;
use serde_json::json;

use super::super::error::EstateError;
use super::super::model::residency::{self as rules, Standing};
use super::super::repo::{self, Household, NewTie, ResidentRow};
use super::record::{Step, record};
use super::request::{required, zone};
use super::review::{add, span};
use crate::db::Tx;
use crate::domains::identity::{Phone, Scope, Viewer, account_for};
use crate::error::{Code, Error, Refusal};
use crate::infra::idempotency::{self, Claim};
use crate::state::App;

/// Somebody to be admitted.
#[derive(Clone, Debug, Serialize)]
pub struct NewResident {
    /// The unit.
    pub unit_id: UnitId,
    /// What the person will be there.
    pub role: ResidencyRole,
    /// The phone by which the person signs in.
    pub phone: String,
    /// The person's name.
    pub name: String,
    /// Last day, of tenants and proxies.
    pub ends_on: Option<NaiveDate>,
    /// Whether a proxy may admit family and tenants.
    pub may_admit: bool,
}

/// Admits a person to a unit of the viewer's: whoever signs in with the phone has access from now on.
pub async fn admit_resident(app: &App, viewer: &Viewer, new: NewResident, key: &str) -> Result<ResidentRow, Error> {
    viewer.require_resident()?;
    let id: ResidencyId = app.clock.new_id();
    let claim = Claim::new(app, viewer.account_id, "residentAdmit", key, &new, id.0)?;
    let name = required(&new.name, rules::PERSON_MAX, "name")?;
    let phone = Phone::parse(&new.phone).ok_or_else(|| Refusal::at(Code::InvalidPhone, "phone"))?;
    if new.role == ResidencyRole::Owner {
        return Err(EstateError::Invalid("role").into());
    }
    if new.may_admit && new.role != ResidencyRole::Proxy {
        return Err(EstateError::Invalid("mayAdmit").into());
    }
    if new.ends_on.is_some() && !rules::has_dates(new.role) {
        return Err(EstateError::Invalid("endsOn").into());
    }
    let (job_app, job_viewer) = (app.clone(), viewer.clone());
    let id = app
        .db
        .write(move |tx| {
            let (app, viewer, new, claim) = (job_app.clone(), job_viewer.clone(), new.clone(), claim.clone());
            let (name, phone) = (name.clone(), phone.clone());
            Box::pin(async move {
                if let Some(earlier) = idempotency::claim(tx, &claim).await? {
                    return Ok(ResidencyId(earlier));
                }
                insert(tx, &app, &viewer, NewResident { name, ..new }, &phone, id).await?;
                Ok(id)
            })
        })
        .await?;
    let household = Household::Of(viewer.account_id);
    let row = repo::find_resident(app.db.read(), &household, id, app.clock.now()).await?;
    row.ok_or_else(|| EstateError::NotFound("unitId").into())
}

async fn insert(
    tx: &Tx,
    app: &App,
    viewer: &Viewer,
    new: NewResident,
    phone: &Phone,
    id: ResidencyId,
) -> Result<(), Error> {
    let now = app.clock.now();
    repo::lock_unit(tx, new.unit_id).await?;
    let own = repo::own_ties(tx, viewer.account_id, new.unit_id, now).await?;
    if own.is_empty() {
        return Err(EstateError::NotFound("unitId").into());
    }
    let mut standings = own.iter().map(|tie| Standing { role: tie.role, may_admit: tie.may_admit });
    if !standings.any(|standing| standing.admits(new.role)) {
        return Err(Error::Forbidden);
    }
    let unit = repo::find_unit(tx, &Scope::Units(viewer.account_id, now), new.unit_id).await?;
    let unit = unit.ok_or(EstateError::NotFound("unitId"))?;
    let community = repo::find_communities(tx, &Scope::Units(viewer.account_id, now), &[unit.community_id]).await?;
    let community = community.into_iter().next().ok_or(EstateError::NotFound("unitId"))?;
    let zone = zone(&community)?;
    if !rules::are_dates(None, new.ends_on, now.with_timezone(&zone).date_naive()) {
        return Err(EstateError::Invalid("endsOn").into());
    }
    let residents = repo::all_residents(tx, unit.id, now).await?;
    let account_id = account_for(tx, app, phone, &new.name).await?;
    let is_there =
        |row: &ResidentRow| row.account_id == Some(account_id) || row.phone.as_deref() == Some(phone.as_str());
    if residents.iter().any(is_there) {
        return Err(EstateError::Exists("phone").into());
    }
    if residents.len() >= rules::RESIDENTS_MAX {
        return Err(EstateError::TooMany("unitId", rules::RESIDENTS_MAX).into());
    }
    let (started_at, ended_at) = span(zone, None, new.ends_on, now);
    let tie = NewTie {
        id,
        org_id: community.org_id,
        unit_id: unit.id,
        account_id,
        role: new.role,
        name: new.name.clone(),
        company_name: None,
        phone: phone.as_str().to_owned(),
        id_last4: None,
        may_admit: new.may_admit,
        source: ResidencySource::Admission,
        started_at,
        ended_at,
        created_at: now,
    };
    add(tx, tie, "name").await?;
    let payload = json!({ "name": new.name, "role": new.role, "endsOn": new.ends_on, "mayAdmit": new.may_admit });
    let step = Step::residency(id, "ADMITTED", "residency.admitted", payload);
    record(tx, app, viewer, community.org_id, step).await
}

/// Removes somebody from a unit of the viewer's, at once.
pub async fn remove_resident(app: &App, viewer: &Viewer, id: ResidencyId, key: &str) -> Result<ResidentRow, Error> {
    viewer.require_resident()?;
    let claim = Claim::new(app, viewer.account_id, "residentRemove", key, &id, id.0)?;
    let (job_app, job_viewer) = (app.clone(), viewer.clone());
    app.db
        .write(move |tx| {
            let (app, viewer, claim) = (job_app.clone(), job_viewer.clone(), claim.clone());
            Box::pin(async move {
                if idempotency::claim(tx, &claim).await?.is_some() {
                    return Ok(());
                }
                let now = app.clock.now();
                let row = repo::find_resident(tx, &Household::Of(viewer.account_id), id, now).await?;
                let row = row.ok_or(EstateError::NotFound("residencyId"))?;
                repo::lock_unit(tx, row.unit_id).await?;
                // Read under the lock: the viewer may have been removed meanwhile.
                let own = repo::own_ties(tx, viewer.account_id, row.unit_id, now).await?;
                let mut standings = own.iter().map(|tie| Standing { role: tie.role, may_admit: tie.may_admit });
                if !standings.any(|standing| standing.admits(row.role)) {
                    let owner = row.role == ResidencyRole::Owner;
                    return Err(if owner { EstateError::OwnerByCompany.into() } else { Error::Forbidden });
                }
                end(tx, &app, &viewer, &row, "REMOVED", None).await
            })
        })
        .await?;
    let found = repo::find_resident(app.db.read(), &Household::Of(viewer.account_id), id, app.clock.now()).await?;
    found.ok_or_else(|| EstateError::NotFound("residencyId").into())
}

/// Leaves a unit, at once; owners do so through the company.
pub async fn leave_residency(app: &App, viewer: &Viewer, id: ResidencyId, key: &str) -> Result<ResidentRow, Error> {
    viewer.require_resident()?;
    let claim = Claim::new(app, viewer.account_id, "residencyLeave", key, &id, id.0)?;
    let (job_app, job_viewer) = (app.clone(), viewer.clone());
    app.db
        .write(move |tx| {
            let (app, viewer, claim) = (job_app.clone(), job_viewer.clone(), claim.clone());
            Box::pin(async move {
                if idempotency::claim(tx, &claim).await?.is_some() {
                    return Ok(());
                }
                let row = repo::own_residency(tx, viewer.account_id, id).await?;
                let row = row.ok_or(EstateError::NotFound("residencyId"))?;
                if row.role == ResidencyRole::Owner {
                    return Err(EstateError::OwnerByCompany.into());
                }
                end(tx, &app, &viewer, &row, "LEFT", None).await
            })
        })
        .await?;
    let found = repo::own_residency(app.db.read(), viewer.account_id, id).await?;
    found.ok_or_else(|| EstateError::NotFound("residencyId").into())
}

/// Ends a residency in a transaction, with its event: whoever was bound by it has no access from this moment on.
pub(super) async fn end(
    tx: &Tx,
    app: &App,
    viewer: &Viewer,
    row: &ResidentRow,
    kind: &'static str,
    reason: Option<serde_json::Value>,
) -> Result<(), Error> {
    if !repo::end_residency(tx, row.id, app.clock.now()).await? {
        return Err(EstateError::ResidencyEnded.into());
    }
    let payload = json!({ "role": row.role, "reason": reason });
    record(tx, app, viewer, row.org_id, Step::residency(row.id, kind, "residency.ended", payload)).await
}
