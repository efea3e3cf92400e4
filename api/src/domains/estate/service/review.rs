//! The front desk decides who is bound to a unit without the register's word.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use entities::residency_request::Model;
use entities::values::{ResidencyId, ResidencyRequestId, ResidencyRequestState, ResidencySource, UnitId};
use serde_json::json;

use super::super::error::EstateError;
use super::super::model::residency as rules;
use super::super::repo::{self, Decision, DocumentRow, NewTie, RequestFilter, RequestRow, ResidentRow, Sight};
use super::record::{Step, record};
use super::request::{required, zone};
use crate::db::Tx;
use crate::domains::identity::{Right, Scope, Viewer, name_account};
use crate::error::{Error, Refusal};
use crate::infra::bulk::instant;
use crate::infra::idempotency::{self, Claim};
use crate::state::App;

fn scope(app: &App, viewer: &Viewer) -> Result<Scope, Error> {
    viewer.require_staff()?;
    viewer.scope(Right::ResidencyManage, app.clock.now())
}

/// Requests that the viewer may decide on, the oldest first.
pub async fn requests(
    app: &App,
    viewer: &Viewer,
    filter: &RequestFilter,
    after: Option<ResidencyRequestId>,
    limit: u64,
) -> Result<Vec<RequestRow>, Error> {
    let sight = Sight::Staff(scope(app, viewer)?);
    Ok(repo::list_requests(app.db.read(), &sight, filter, app.clock.now(), after, limit).await?)
}

/// How many that list has.
pub async fn count_requests(app: &App, viewer: &Viewer, filter: &RequestFilter) -> Result<i64, Error> {
    Ok(repo::count_requests(app.db.read(), &Sight::Staff(scope(app, viewer)?), filter).await?)
}

/// Documents of requests that the viewer was shown.
pub async fn documents_of(app: &App, requests: &[ResidencyRequestId]) -> Result<Vec<DocumentRow>, Error> {
    Ok(repo::documents_of(app.db.read(), requests).await?)
}

/// The request that a clerk decides on, locked until the end of the transaction.
async fn open_request(
    tx: &Tx,
    app: &App,
    (viewer, scope): (&Viewer, &Scope),
    (id, expected_version): (ResidencyRequestId, i32),
) -> Result<RequestRow, Error> {
    repo::lock_request(tx, id).await?;
    let row = repo::find_request(tx, &Sight::Staff(scope.clone()), id, app.clock.now()).await?;
    let row = row.ok_or(EstateError::NotFound("requestId"))?;
    if row.request.account_id == viewer.account_id {
        return Err(EstateError::OwnRequest.into());
    }
    if row.request.state != ResidencyRequestState::Pending {
        return Err(EstateError::ReviewDecided.into());
    }
    if row.request.version != expected_version {
        return Err(EstateError::Stale.into());
    }
    Ok(row)
}

/// Confirms a request: the person is bound at once, to the register's entry where one is meant, else to a new one.
/// `unit` says which unit it is, where the words did not lead to one or led to a wrong one.
pub async fn approve_request(
    app: &App,
    viewer: &Viewer,
    (id, expected_version): (ResidencyRequestId, i32),
    unit: Option<UnitId>,
    key: &str,
) -> Result<RequestRow, Error> {
    let scope = scope(app, viewer)?;
    let claim = Claim::new(app, viewer.account_id, "residencyApprove", key, &(id, expected_version, unit), id.0)?;
    let (job_app, job_viewer, job_scope) = (app.clone(), viewer.clone(), scope.clone());
    app.db
        .write(move |tx| {
            let (app, viewer, scope, claim) = (job_app.clone(), job_viewer.clone(), job_scope.clone(), claim.clone());
            Box::pin(async move {
                if idempotency::claim(tx, &claim).await?.is_some() {
                    return Ok(());
                }
                let found = open_request(tx, &app, (&viewer, &scope), (id, expected_version)).await?;
                let row = &found.request;
                let unit = unit.or(row.unit_id).ok_or(EstateError::Required("unitId"))?;
                let unit =
                    repo::find_unit(tx, &scope, unit).await?.filter(|unit| unit.community_id == row.community_id);
                let unit = unit.ok_or(EstateError::NotFound("unitId"))?.id;
                let residency = bind(tx, &app, &viewer, &found, unit).await?;
                let decision = Decision {
                    state: ResidencyRequestState::Approved,
                    by: viewer.staff().map(|staff| staff.staff_id),
                    reason: None,
                    bound: Some((residency, unit)),
                    at: app.clock.now(),
                };
                decide(tx, &app, &viewer, row, &decision, "APPROVED", "residency.approved").await
            })
        })
        .await?;
    shown(app, &scope, id).await
}

/// Refuses a request, with a reason that the person reads.
pub async fn refuse_request(
    app: &App,
    viewer: &Viewer,
    (id, expected_version): (ResidencyRequestId, i32),
    reason: &str,
    key: &str,
) -> Result<RequestRow, Error> {
    let scope = scope(app, viewer)?;
    let claim = Claim::new(app, viewer.account_id, "residencyRefuse", key, &(id, expected_version, reason), id.0)?;
    let reason = required(reason, rules::REASON_MAX, "reason")?;
    let (job_app, job_viewer, job_scope) = (app.clone(), viewer.clone(), scope.clone());
    app.db
        .write(move |tx| {
            let (app, viewer, scope, claim) = (job_app.clone(), job_viewer.clone(), job_scope.clone(), claim.clone());
            let reason = reason.clone();
            Box::pin(async move {
                if idempotency::claim(tx, &claim).await?.is_some() {
                    return Ok(());
                }
                let row = open_request(tx, &app, (&viewer, &scope), (id, expected_version)).await?.request;
                let decision = Decision {
                    state: ResidencyRequestState::Refused,
                    by: viewer.staff().map(|staff| staff.staff_id),
                    reason: Some(reason),
                    bound: None,
                    at: app.clock.now(),
                };
                decide(tx, &app, &viewer, &row, &decision, "REFUSED", "residency.refused").await
            })
        })
        .await?;
    shown(app, &scope, id).await
}

async fn shown(app: &App, scope: &Scope, id: ResidencyRequestId) -> Result<RequestRow, Error> {
    let row = repo::find_request(app.db.read(), &Sight::Staff(scope.clone()), id, app.clock.now()).await?;
    row.ok_or_else(|| EstateError::NotFound("requestId").into())
}

async fn decide(
    tx: &Tx,
    app: &App,
    viewer: &Viewer,
    row: &Model,
    decision: &Decision,
    kind: &'static str,
    topic: &'static str,
) -> Result<(), Error> {
    if !repo::decide_request(tx, (row.org_id, row.id), row.version, decision).await? {
        return Err(EstateError::ReviewDecided.into());
    }
    let states = (Some(row.state.as_str()), Some(decision.state.as_str()));
    let bound = decision.bound.map(|(residency, unit)| json!({ "residencyId": residency, "unitId": unit }));
    let payload = json!({ "reason": decision.reason, "bound": bound });
    record(tx, app, viewer, row.org_id, Step::request(row.id, kind, topic, states, payload)).await
}

/// Binds the person of a request to a unit.
async fn bind(
    tx: &Tx,
    app: &App,
    viewer: &Viewer,
    RequestRow { request: row, account_phone: phone, .. }: &RequestRow,
    unit: UnitId,
) -> Result<ResidencyId, Error> {
    let now = app.clock.now();
    repo::lock_unit(tx, unit).await?;
    let residents = repo::all_residents(tx, unit, now).await?;
    let meant = |resident: &&ResidentRow| {
        let free = resident.account_id.is_none_or(|account| account == row.account_id);
        let same = resident.name == row.name || resident.phone.as_deref() == Some(phone.as_str());
        free && resident.role == row.role && same
    };
    if let Some(entry) = residents.iter().find(meant) {
        repo::bind_residency(tx, entry.id, row.account_id).await?;
        let payload = json!({ "name": entry.name, "requestId": row.id });
        record(tx, app, viewer, row.org_id, Step::residency(entry.id, "BOUND", "residency.bound", payload)).await?;
        name_account(tx, row.account_id, &entry.name).await?;
        return Ok(entry.id);
    }
    if residents.len() >= rules::RESIDENTS_MAX {
        return Err(EstateError::TooMany("unitId", rules::RESIDENTS_MAX).into());
    }
    let community = repo::find_communities(tx, &Scope::System("the zone of a request"), &[row.community_id]).await?;
    let community = community.into_iter().next().ok_or(EstateError::NotFound("unitId"))?;
    let (started_at, ended_at) = span(zone(&community)?, row.starts_on, row.ends_on, now);
    if ended_at.is_some_and(|end| end <= now) {
        return Err(EstateError::ResidencyEnded.into());
    }
    let tie = NewTie {
        id: app.clock.new_id(),
        org_id: row.org_id,
        unit_id: unit,
        account_id: row.account_id,
        role: row.role,
        name: row.name.clone(),
        company_name: row.company_name.clone(),
        phone: phone.clone(),
        id_last4: row.id_last4.clone(),
        may_admit: false,
        source: ResidencySource::Request,
        started_at,
        ended_at,
        created_at: now,
    };
    let id = tie.id;
    add(tx, tie, "unitId").await?;
    name_account(tx, row.account_id, &row.name).await?;
    let payload = json!({ "name": row.name, "role": row.role, "requestId": row.id });
    record(tx, app, viewer, row.org_id, Step::residency(id, "BOUND", "residency.bound", payload)).await?;
    Ok(id)
}

/// Adds a tie; the same person in the same role from the same moment is there already.
pub(super) async fn add(tx: &Tx, tie: NewTie, field: &'static str) -> Result<(), Error> {
    let exists = Refusal::from(EstateError::Exists(field));
    let columns = "residency.unit_id, residency.role, residency.name, residency.started_at";
    let added = repo::insert_tie(tx, tie).await;
    added.map_err(|fault| Error::from(fault).on_unique("residency_person_unique", columns, exists))
}

/// From when until when a residency lasts that has these first and last days; from now on when it has begun before.
pub(super) fn span(
    zone: Tz,
    starts_on: Option<NaiveDate>,
    ends_on: Option<NaiveDate>,
    now: DateTime<Utc>,
) -> (DateTime<Utc>, Option<DateTime<Utc>>) {
    let midnight = |day: NaiveDate| instant(zone, day.and_time(NaiveTime::MIN));
    let end = ends_on.and_then(|day| day.checked_add_days(Days::new(1))).map(midnight);
    (starts_on.map_or(now, |day| midnight(day).max(now)), end)
}
