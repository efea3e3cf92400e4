//! Looking at who is tied to units, and ending ties for the company.

use entities::values::{ResidencyEndReason, ResidencyId, ResidencyRole, UnitId};
use serde_json::json;

use super::super::error::EstateError;
use super::super::model::residency as rules;
use super::super::repo::{self, Household, ResidentRow};
use super::admit::end;
use super::request::required;
use crate::domains::identity::{PersonalData, Right, Viewer, Who};
use crate::error::Error;
use crate::infra::idempotency::{self, Claim};
use crate::state::App;

fn household(app: &App, viewer: &Viewer) -> Option<Household> {
    match viewer.who {
        Who::Resident => Some(Household::Of(viewer.account_id)),
        Who::Staff(_) => viewer.scope(Right::HouseholdRead, app.clock.now()).ok().map(Household::Staff),
    }
}

/// Who is tied to these units; nobody where the viewer may not know.
pub async fn residents_of(app: &App, viewer: &Viewer, units: &[UnitId]) -> Result<Vec<ResidentRow>, Error> {
    let Some(household) = household(app, viewer) else { return Ok(Vec::new()) };
    Ok(repo::residents_of(app.db.read(), &household, units, app.clock.now()).await?)
}

/// The person of a residency that the viewer may know of, also of one that is over.
pub async fn person_of_residency(app: &App, viewer: &Viewer, id: ResidencyId) -> Result<PersonalData, Error> {
    let household = household(app, viewer).ok_or(Error::Forbidden)?;
    let row = repo::find_resident(app.db.read(), &household, id, app.clock.now()).await?;
    let row = row.ok_or(EstateError::NotFound("residencyId"))?;
    Ok(PersonalData {
        org_id: row.org_id,
        community_id: row.community_id,
        ticket_id: None,
        name: Some(row.name),
        phone: row.phone,
    })
}

/// Whether the viewer sees this person's phone in full: the person, and staff who need phones there.
pub fn sees_phone(viewer: &Viewer, row: &ResidentRow) -> bool {
    match viewer.staff() {
        Some(staff) => staff.may(Right::ContactRead, row.community_id),
        None => row.account_id == Some(viewer.account_id),
    }
}

/// Whether the viewer sees this person's name in full: the household, and staff who need it.
pub fn sees_name(viewer: &Viewer, row: &ResidentRow) -> bool {
    viewer.staff().is_none_or(|staff| staff.may(Right::ContactRead, row.community_id))
}

/// Ends a residency for the company, at once. With the last owner go the proxies and the family, whose rights come from
/// an owner; a tenant's lease outlasts a sale.
pub async fn end_residency(
    app: &App,
    viewer: &Viewer,
    id: ResidencyId,
    (reason, words): (ResidencyEndReason, Option<&str>),
    key: &str,
) -> Result<ResidentRow, Error> {
    viewer.require_staff()?;
    let scope = viewer.scope(Right::ResidencyManage, app.clock.now())?;
    let claim = Claim::new(app, viewer.account_id, "residencyEnd", key, &(id, reason, words), id.0)?;
    let words = words.filter(|words| !words.trim().is_empty());
    let words = words.map(|words| required(words, rules::REASON_MAX, "words")).transpose()?;
    if reason == ResidencyEndReason::Other && words.is_none() {
        return Err(EstateError::Required("words").into());
    }
    let household = Household::Staff(scope);
    let (job_app, job_viewer, job_household) = (app.clone(), viewer.clone(), household.clone());
    app.db
        .write(move |tx| {
            let (app, viewer, household) = (job_app.clone(), job_viewer.clone(), job_household.clone());
            let (claim, words) = (claim.clone(), words.clone());
            Box::pin(async move {
                if idempotency::claim(tx, &claim).await?.is_some() {
                    return Ok(());
                }
                let now = app.clock.now();
                let row = repo::find_resident(tx, &household, id, now).await?;
                let row = row.ok_or(EstateError::NotFound("residencyId"))?;
                if row.account_id == Some(viewer.account_id) {
                    return Err(EstateError::OwnRequest.into());
                }
                repo::lock_unit(tx, row.unit_id).await?;
                let why = json!({ "reason": reason, "words": words });
                end(tx, &app, &viewer, &row, "ENDED", Some(why)).await?;
                let others = repo::all_residents(tx, row.unit_id, now).await?;
                if row.role != ResidencyRole::Owner || others.iter().any(|other| other.role == ResidencyRole::Owner) {
                    return Ok(());
                }
                let by_owner =
                    |other: &&ResidentRow| matches!(other.role, ResidencyRole::Proxy | ResidencyRole::Family);
                for other in others.iter().filter(by_owner) {
                    let why = json!({ "reason": "OWNER_GONE", "residencyId": row.id });
                    end(tx, &app, &viewer, other, "ENDED", Some(why)).await?;
                }
                Ok(())
            })
        })
        .await?;
    let found = repo::find_resident(app.db.read(), &household, id, app.clock.now()).await?;
    found.ok_or_else(|| EstateError::NotFound("residencyId").into())
}
