//! Somebody whom the register does not know asks to be bound to a unit.
//!
//! Whoever asks is a stranger: the unit is named in words, and the answer is the same whether it exists, who lives there,
//! or nobody does. Only the person's own entry of the register, proven by the phone and the name, is told by binding it.

use chrono::{Duration, NaiveDate};
use chrono_tz::Tz;
use entities::residency_request;
use entities::values::{
    CommunityId, MediaType, ResidencyRequestId, ResidencyRequestState, ResidencyRole, UnitId, UploadId,
};
use serde::Serialize;
use serde_json::{Value, json};

use super::super::error::EstateError;
use super::super::model::{self, residency as rules};
use super::super::repo::{self, CommunityRow, Decision, RequestFilter, RequestRow, Sight};
use super::record::{Step, record};
use crate::db::Tx;
use crate::domains::identity::{Scope, Viewer, name_account};
use crate::domains::uploads;
use crate::error::{Error, Refusal};
use crate::infra::bulk::{collapse, half_width};
use crate::infra::idempotency::{self, Claim};
use crate::state::App;

/// A request to be made.
#[derive(Clone, Debug, Serialize)]
pub struct NewRequest {
    /// The community by the id that the company gives out.
    pub community_id: Option<CommunityId>,
    /// The community by its name.
    pub community_name: Option<String>,
    /// The building as the person calls it.
    pub building_name: String,
    /// The unit as the person calls it.
    pub unit_number: String,
    /// What the person is there.
    pub role: ResidencyRole,
    /// The person's name.
    pub name: String,
    /// The company, where the person stands for one.
    pub company_name: Option<String>,
    /// Last four characters of the id.
    pub id_last4: Option<String>,
    /// First day, of tenants and proxies.
    pub starts_on: Option<NaiveDate>,
    /// Last day, of tenants and proxies.
    pub ends_on: Option<NaiveDate>,
    /// Photos of documents.
    pub documents: Vec<UploadId>,
}

/// A text that must be there, trimmed.
pub(super) fn required(text: &str, max: usize, field: &'static str) -> Result<String, EstateError> {
    let text = collapse(text);
    match text.chars().count() {
        0 => Err(EstateError::Required(field)),
        count if count > max => Err(EstateError::TooLong(field, max)),
        _ if text.chars().any(char::is_control) => Err(EstateError::Invalid(field)),
        _ => Ok(text),
    }
}

fn optional(text: Option<&str>, max: usize, field: &'static str) -> Result<Option<String>, EstateError> {
    text.filter(|text| !text.trim().is_empty()).map(|text| required(text, max, field)).transpose()
}

fn check(new: &NewRequest) -> Result<NewRequest, Error> {
    if new.documents.len() > rules::DOCUMENTS_MAX {
        return Err(EstateError::TooMany("documents", rules::DOCUMENTS_MAX).into());
    }
    let mut unique = new.documents.clone();
    unique.sort_unstable();
    unique.dedup();
    if unique.len() != new.documents.len() {
        return Err(EstateError::Invalid("documents").into());
    }
    if !rules::has_dates(new.role) && (new.starts_on.is_some() || new.ends_on.is_some()) {
        return Err(EstateError::Invalid("startsOn").into());
    }
    if !rules::may_be_company(new.role) && new.company_name.is_some() {
        return Err(EstateError::Invalid("companyName").into());
    }
    let id_last4 = match new.id_last4.as_deref().filter(|digits| !digits.trim().is_empty()) {
        Some(digits) => Some(rules::id_last4(digits).ok_or(EstateError::Invalid("idLastFour"))?),
        None => None,
    };
    Ok(NewRequest {
        community_name: optional(new.community_name.as_deref(), model::NAME_MAX, "communityName")?,
        building_name: half_width(&required(&new.building_name, model::NAME_MAX, "buildingName")?),
        unit_number: half_width(&required(&new.unit_number, model::NAME_MAX, "unitNumber")?),
        name: required(&new.name, rules::PERSON_MAX, "name")?,
        company_name: optional(new.company_name.as_deref(), rules::COMPANY_MAX, "companyName")?,
        id_last4,
        ..new.clone()
    })
}

/// The community that is meant. That it exists is no secret: it stands on its gate.
async fn community(tx: &Tx, new: &NewRequest) -> Result<CommunityRow, Error> {
    let anybody = Scope::System("a stranger names the community where a unit is");
    let mut found = match (new.community_id, &new.community_name) {
        (Some(id), _) => repo::find_communities(tx, &anybody, &[id]).await?,
        (None, Some(name)) => repo::communities_named(tx, name).await?,
        (None, None) => return Err(EstateError::Required("communityName").into()),
    };
    let field = if new.community_id.is_some() { "communityId" } else { "communityName" };
    let one = found.pop().ok_or(EstateError::NotFound(field))?;
    if found.is_empty() { Ok(one) } else { Err(EstateError::CommunityAmbiguous.into()) }
}

/// The zone in which a community's days count.
pub(super) fn zone(community: &CommunityRow) -> Result<Tz, Error> {
    community.time_zone.parse().map_err(|_| Error::internal("unknown time zone"))
}

/// Asks to be bound to a unit. Where phone and name, or the last four of the id, match the register, it happens at once;
/// else the front desk decides.
pub async fn create_request(app: &App, viewer: &Viewer, new: NewRequest, key: &str) -> Result<RequestRow, Error> {
    viewer.require_resident()?;
    let id: ResidencyRequestId = app.clock.new_id();
    let claim = Claim::new(app, viewer.account_id, "residencyRequest", key, &new, id.0)?;
    let new = check(&new)?;
    let (job_app, job_viewer) = (app.clone(), viewer.clone());
    let outcome = app.db.write(move |tx| {
        let (app, viewer, new, claim) = (job_app.clone(), job_viewer.clone(), new.clone(), claim.clone());
        Box::pin(async move {
            if let Some(earlier) = idempotency::claim(tx, &claim).await? {
                return Ok(ResidencyRequestId(earlier));
            }
            insert(tx, &app, &viewer, new, id).await?;
            Ok(id)
        })
    });
    let columns = "residency_request.account_id, residency_request.community_id, residency_request.building_name";
    let exists = Refusal::from(EstateError::Exists("unitNumber"));
    let id = outcome.await.map_err(|error| error.on_unique("residency_request_open_unique", columns, exists))?;
    own_request(app, viewer, id).await
}

async fn insert(tx: &Tx, app: &App, viewer: &Viewer, new: NewRequest, id: ResidencyRequestId) -> Result<(), Error> {
    let now = app.clock.now();
    let community = community(tx, &new).await?;
    let today = now.with_timezone(&zone(&community)?).date_naive();
    if !rules::are_dates(new.starts_on, new.ends_on, today) {
        return Err(EstateError::Invalid("endsOn").into());
    }
    let counts = repo::request_counts(tx, viewer.account_id, now - Duration::days(1)).await?;
    if counts.recent >= rules::DAY_MAX as i64 {
        return Err(EstateError::TooOften.into());
    }
    let unit =
        repo::unit_called(tx, community.id, &rules::building_names(&new.building_name), &new.unit_number).await?;
    let mut row = residency_request::Model {
        id,
        org_id: community.org_id,
        community_id: community.id,
        unit_id: unit,
        account_id: viewer.account_id,
        role: new.role,
        building_name: new.building_name,
        unit_number: new.unit_number,
        name: new.name,
        company_name: new.company_name,
        id_last4: new.id_last4,
        starts_on: new.starts_on,
        ends_on: new.ends_on,
        state: ResidencyRequestState::Pending,
        version: 1,
        reason: None,
        decided_by: None,
        decided_at: None,
        residency_id: None,
        created_at: now,
    };
    if let Some(unit) = unit {
        if repo::own_ties(tx, viewer.account_id, unit, now).await?.iter().any(|tie| tie.role == row.role) {
            return Err(EstateError::Exists("unitNumber").into());
        }
        if matched(tx, app, viewer, unit, &mut row).await? {
            return Ok(());
        }
    }
    if counts.open >= rules::OPEN_MAX as i64 {
        return Err(EstateError::TooMany("unitNumber", rules::OPEN_MAX).into());
    }
    let documents = uploads::claim(tx, app, viewer.account_id, community.org_id, &new.documents, "documents").await?;
    let is_picture = |media: MediaType| matches!(media, MediaType::Jpeg | MediaType::Png | MediaType::Heic);
    if !documents.iter().all(|document| is_picture(document.media_type)) {
        return Err(EstateError::NoPicture.into());
    }
    let mut payload = told(&row);
    payload["documents"] = documents.iter().map(|document| Value::from(document.sha256.clone())).collect();
    repo::insert_request(tx, row, &new.documents).await?;
    let states = (None, Some(ResidencyRequestState::Pending.as_str()));
    let step = Step::request(id, "REQUESTED", "residency.requested", states, payload);
    record(tx, app, viewer, community.org_id, step).await
}

fn told(row: &residency_request::Model) -> Value {
    json!({
        "role": row.role, "name": row.name, "companyName": row.company_name, "buildingName": row.building_name,
        "unitNumber": row.unit_number, "startsOn": row.starts_on, "endsOn": row.ends_on,
    })
}

/// Binds the entries of the register that the phone and the name, or the last four of the id, prove.
async fn matched(
    tx: &Tx,
    app: &App,
    viewer: &Viewer,
    unit: UnitId,
    row: &mut residency_request::Model,
) -> Result<bool, Error> {
    let now = app.clock.now();
    let found = repo::register_matches(tx, &viewer.phone, Some(&row.name), row.id_last4.as_deref(), now).await?;
    for entry in found.into_iter().filter(|entry| entry.unit_id == unit && entry.account_id.is_none()) {
        if !repo::bind_residency(tx, entry.id, viewer.account_id).await? {
            continue;
        }
        name_account(tx, viewer.account_id, &entry.name).await?;
        row.state = ResidencyRequestState::Approved;
        (row.decided_at, row.residency_id) = (Some(now), Some(entry.id));
        repo::insert_request(tx, row.clone(), &[]).await?;
        let bound = Step::residency(entry.id, "BOUND", "residency.bound", json!({ "name": entry.name }));
        record(tx, app, viewer, row.org_id, bound).await?;
        let states = (None, Some(ResidencyRequestState::Approved.as_str()));
        let step = Step::request(row.id, "MATCHED", "residency.approved", states, told(row));
        record(tx, app, viewer, row.org_id, step).await?;
        return Ok(true);
    }
    Ok(false)
}

/// Takes an own request back; its documents go.
pub async fn withdraw_request(
    app: &App,
    viewer: &Viewer,
    id: ResidencyRequestId,
    key: &str,
) -> Result<RequestRow, Error> {
    viewer.require_resident()?;
    let claim = Claim::new(app, viewer.account_id, "residencyRequestWithdraw", key, &id, id.0)?;
    let (job_app, job_viewer) = (app.clone(), viewer.clone());
    app.db
        .write(move |tx| {
            let (app, viewer, claim) = (job_app.clone(), job_viewer.clone(), claim.clone());
            Box::pin(async move {
                if idempotency::claim(tx, &claim).await?.is_some() {
                    return Ok(());
                }
                let now = app.clock.now();
                repo::lock_request(tx, id).await?;
                let row = repo::find_request(tx, &Sight::Own(viewer.account_id), id, now).await?;
                let row = row.ok_or(EstateError::NotFound("requestId"))?.request;
                let decision =
                    Decision { state: ResidencyRequestState::Withdrawn, by: None, reason: None, bound: None, at: now };
                if !repo::decide_request(tx, (row.org_id, id), row.version, &decision).await? {
                    return Err(EstateError::ReviewDecided.into());
                }
                let documents = repo::take_documents(tx, &[id]).await?;
                uploads::discard(tx, &app, &documents).await?;
                let states = (Some(row.state.as_str()), Some(decision.state.as_str()));
                let step = Step::request(id, "WITHDRAWN", "residency.withdrawn", states, json!({}));
                record(tx, &app, &viewer, row.org_id, step).await
            })
        })
        .await?;
    own_request(app, viewer, id).await
}

async fn own_request(app: &App, viewer: &Viewer, id: ResidencyRequestId) -> Result<RequestRow, Error> {
    let sight = Sight::Own(viewer.account_id);
    let row = repo::find_request(app.db.read(), &sight, id, app.clock.now()).await?;
    row.ok_or_else(|| EstateError::NotFound("requestId").into())
}

/// The viewer's own requests, the newest first; none for staff.
pub async fn own_requests(
    app: &App,
    viewer: &Viewer,
    after: Option<ResidencyRequestId>,
    limit: u64,
) -> Result<Vec<RequestRow>, Error> {
    if viewer.staff().is_some() {
        return Ok(Vec::new());
    }
    let (sight, now) = (Sight::Own(viewer.account_id), app.clock.now());
    Ok(repo::list_requests(app.db.read(), &sight, &RequestFilter::default(), now, after, limit).await?)
}

/// How many that list has.
pub async fn count_own_requests(app: &App, viewer: &Viewer) -> Result<i64, Error> {
    if viewer.staff().is_some() {
        return Ok(0);
    }
    Ok(repo::count_requests(app.db.read(), &Sight::Own(viewer.account_id), &RequestFilter::default()).await?)
}
