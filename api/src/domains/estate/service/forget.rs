//! Taking a person out of the estate, and telling the person what is kept there.

use entities::values::{AccountId, ResidencyRequestState};
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::repo::{self, Decision};
use super::record::{Step, record};
use crate::db::Tx;
use crate::domains::identity::Viewer;
use crate::domains::uploads;
use crate::error::Error;
use crate::infra::history;
use crate::state::App;

/// The names under which an account stands in residencies and requests.
pub async fn names_of(tx: &Tx, account: AccountId) -> Result<Vec<String>, Error> {
    let residencies = repo::residencies_of(tx, account).await?.into_iter().map(|row| row.name);
    let requests = repo::requests_of(tx, account).await?.into_iter().map(|row| row.name);
    Ok(residencies.chain(requests).filter(|name| !name.is_empty()).collect())
}

/// Takes a person out. The company's register keeps its entries, and owners, without the account; all else of the person
/// goes, with the payloads of its history.
pub async fn forget_person(tx: &Tx, app: &App, viewer: &Viewer) -> Result<(), Error> {
    let (account, now) = (viewer.account_id, app.clock.now());
    let requests = repo::requests_of(tx, account).await?;
    let ids: Vec<_> = requests.iter().map(|row| row.id).collect();
    for row in requests.iter().filter(|row| row.state == ResidencyRequestState::Pending) {
        let state = ResidencyRequestState::Withdrawn;
        let decision = Decision { state, by: None, reason: None, bound: None, at: now };
        if repo::decide_request(tx, (row.org_id, row.id), row.version, &decision).await? {
            let states = (Some(row.state.as_str()), Some(state.as_str()));
            let step = Step::request(row.id, "WITHDRAWN", "residency.withdrawn", states, json!({}));
            record(tx, app, viewer, row.org_id, step).await?;
        }
    }
    let documents = repo::take_documents(tx, &ids).await?;
    uploads::discard(tx, app, &documents).await?;
    repo::erase_requests(tx, &ids).await?;
    let mut objects: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    for lost in repo::unbind_register(tx, account).await? {
        let step = Step::residency(lost.id, "UNBOUND", "residency.unbound", json!({}));
        record(tx, app, viewer, lost.org_id, step).await?;
        objects.push(lost.id.0);
    }
    for row in repo::residencies_of(tx, account).await? {
        // What it is called tells it from others of its kind, and nothing of the person.
        let name = format!("已注销 {}", &row.id.0.simple().to_string()[20..]);
        repo::erase_residency(tx, row.id, &name, now).await?;
        let step = Step::residency(row.id, "UNBOUND", "residency.ended", json!({}));
        record(tx, app, viewer, row.org_id, step).await?;
        objects.push(row.id.0);
    }
    for object in objects {
        history::erase_payload(tx, object).await?;
    }
    Ok(())
}

/// What is kept of a person, for the person to read.
pub async fn own_residencies(app: &App, account: AccountId) -> Result<Value, Error> {
    let connection = app.db.read();
    let residencies: Vec<Value> = repo::residencies_of(connection, account)
        .await?
        .into_iter()
        .map(|row| {
            json!({
                "unitId": row.unit_id, "role": row.role, "name": row.name, "phone": row.phone,
                "idLastFour": row.id_last4, "since": row.started_at, "until": row.ended_at,
            })
        })
        .collect();
    let requests: Vec<Value> = repo::requests_of(connection, account)
        .await?
        .into_iter()
        .map(|row| {
            json!({
                "buildingName": row.building_name, "unitNumber": row.unit_number, "role": row.role, "name": row.name,
                "companyName": row.company_name, "idLastFour": row.id_last4, "startsOn": row.starts_on,
                "endsOn": row.ends_on, "state": row.state, "reason": row.reason, "createdAt": row.created_at,
                "decidedAt": row.decided_at,
            })
        })
        .collect();
    Ok(json!({ "residencies": residencies, "requests": requests }))
}
