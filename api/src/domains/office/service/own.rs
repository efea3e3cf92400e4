//! What people do with the data that is about them: read all of it, and have it erased.

use chrono::Duration;
use entities::own_data::Model;
use entities::values::{AccountId, OwnDataId, OwnDataKind};
use serde_json::{Value, json};

use super::super::repo;
use crate::domains::identity::{self, ClientInfo, Forgotten, Viewer, Who};
use crate::domains::{billing, estate, payments, tickets, uploads};
use crate::error::{Code, Error, Refusal};
use crate::infra::crypto;
use crate::infra::idempotency::{self, Claim};
use crate::infra::signed::{Purpose, Shown, SignedLink};
use crate::state::App;

/// How often a person may ask for the own data within a day.
const DAY_MAX: i64 = 3;

fn record(app: &App, account_id: AccountId, id: OwnDataId, kind: OwnDataKind) -> Model {
    Model { id, account_id, kind, request_id: None, bytes: None, sha256: None, occurred_at: app.clock.now() }
}

/// Asks for all data of the viewer's account: an address that opens it for a while. A repeat has a fresh address of the
/// same request.
pub async fn ask_own_data(app: &App, viewer: &Viewer, key: &str) -> Result<SignedLink, Error> {
    let (account, now) = (viewer.account_id, app.clock.now());
    let row = record(app, account, app.clock.new_id(), OwnDataKind::Requested);
    let claim = Claim::new(app, account, "dataExport", key, &(), row.id.0)?;
    let id = app
        .db
        .write(move |tx| {
            let (claim, row) = (claim.clone(), row.clone());
            Box::pin(async move {
                if let Some(earlier) = idempotency::claim(tx, &claim).await? {
                    return Ok(OwnDataId(earlier));
                }
                if repo::own_requests_since(tx, account, now - Duration::days(1)).await? >= DAY_MAX {
                    return Err(Refusal::new(Code::TooManyRequests).into());
                }
                let id = row.id;
                repo::insert_own_data(tx, row).await?;
                Ok(id)
            })
        })
        .await?;
    Ok(app.links.link(Purpose::OwnData, id.0, account.0, now, app.config.link_minutes))
}

/// The data behind an address, as it is at this moment; that it was opened is recorded first. Nothing of it is kept.
pub async fn own_data(app: &App, shown: &Shown) -> Result<Vec<u8>, Error> {
    app.links.check(Purpose::OwnData, shown, app.clock.now())?;
    let (id, account) = (OwnDataId(shown.object), AccountId(shown.by));
    let missing = || Error::from(Refusal::new(Code::NotFound));
    repo::find_own_request(app.db.read(), account, id).await?.ok_or_else(missing)?;
    let (_, of_account) = identity::own_account(app, account).await?.ok_or_else(missing)?;
    let uses: Vec<Value> = repo::own_data_of(app.db.read(), account)
        .await?
        .into_iter()
        .map(|row| json!({ "kind": row.kind, "at": row.occurred_at }))
        .collect();
    let told = json!({
        "madeAt": app.clock.now(), "account": of_account, "estate": estate::own_residencies(app, account).await?,
        "requests": tickets::own_tickets(app, account).await?, "fees": billing::own_fees(app, account).await?,
        "payments": payments::own_payments(app, account).await?, "uploads": uploads::own_uploads(app, account).await?,
        "ownData": uses,
    });
    let bytes = serde_json::to_vec_pretty(&told)?;
    let row = Model {
        request_id: Some(id),
        bytes: i64::try_from(bytes.len()).ok(),
        sha256: Some(crypto::sha256(&bytes).to_vec()),
        ..record(app, account, app.clock.new_id(), OwnDataKind::Downloaded)
    };
    app.db
        .write(move |tx| {
            let row = row.clone();
            Box::pin(async move { Ok(repo::insert_own_data(tx, row).await?) })
        })
        .await?;
    Ok(bytes)
}

/// Erases the viewer's account, confirmed by a code that was sent to its phone. Refused while matters are open: each
/// domain that has some counts its own here. What the law has kept stays, without the person.
pub async fn erase_account(app: &App, viewer: &Viewer, client: &ClientInfo, code: &str) -> Result<(), Error> {
    if viewer.who != Who::Resident {
        return Err(Refusal::new(Code::StaffAccount).into());
    }
    let confirmed = identity::confirm(app, client, viewer, code).await?;
    let row = record(app, viewer.account_id, app.clock.new_id(), OwnDataKind::Erased);
    let (job_app, job_viewer) = (app.clone(), viewer.clone());
    let ended = app
        .db
        .write(move |tx| {
            let (app, viewer, row) = (job_app.clone(), job_viewer.clone(), row.clone());
            Box::pin(async move {
                identity::require_no_staff(tx, viewer.account_id).await?;
                // First, so that whatever else names the account waits for the end.
                let ended = identity::erase_account(tx, &app, &viewer, confirmed).await?;
                let open = tickets::open_matters(tx, viewer.account_id, &viewer.phone).await?;
                if open > 0 {
                    return Err(Refusal::new(Code::ObligationsOpen).value("max", open).into());
                }
                let owed = billing::open_debts(tx, viewer.account_id).await?
                    + payments::open_matters(tx, viewer.account_id).await?;
                if owed > 0 {
                    return Err(Refusal::new(Code::DebtsOpen).value("max", owed).into());
                }
                let mut names = estate::names_of(tx, viewer.account_id).await?;
                names.push(viewer.name.clone());
                let person = Forgotten { account_id: viewer.account_id, phone: viewer.phone.clone(), names };
                tickets::forget_person(tx, &person).await?;
                payments::forget_person(tx, &app, &person).await?;
                // Before the register lets go of the account: payers are known by it.
                billing::forget_person(tx, &app.clock, &person).await?;
                estate::forget_person(tx, &app, &viewer).await?;
                uploads::forget_uploads(tx, &app, viewer.account_id).await?;
                repo::insert_own_data(tx, row).await?;
                Ok(ended)
            })
        })
        .await?;
    identity::tell_ended(app, ended).await;
    Ok(())
}
