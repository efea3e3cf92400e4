//! Claiming: complete uploads become part of something, in that thing's transaction.

use chrono::Duration;
use entities::upload::Model;
use entities::values::{AccountId, MediaType, OrganizationId, UploadId, UploadState};

use serde_json::{Value, json};

use super::super::error::UploadError;
use super::super::repo;
use super::usable;
use crate::db::Tx;
use crate::error::{Error, Refusal};
use crate::state::App;

/// Hours after which the worker looks whether a claimed upload's folder holds what it should and no more.
const TIDY_AFTER_HOURS: i64 = 24;

/// A claimed upload.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Claimed {
    /// The upload.
    pub id: UploadId,
    /// What it is.
    pub media_type: MediaType,
    /// SHA-256 of its bytes, in hexadecimal digits.
    pub sha256: String,
}

/// Claims uploads of `account` for something of `org`, in the order asked for; refuses all if one of them cannot be
/// claimed, at the input field `field`.
pub async fn claim(
    tx: &Tx,
    app: &App,
    account: AccountId,
    org: OrganizationId,
    ids: &[UploadId],
    field: &'static str,
) -> Result<Vec<Claimed>, Error> {
    let now = app.clock.now();
    let refuse = |error: UploadError| -> Error { Refusal { field: vec!["input", field], ..error.refusal() }.into() };
    let rows = repo::find_all(tx, account, ids).await?;
    let mut claimed = Vec::with_capacity(ids.len());
    for id in ids {
        let row = rows.iter().find(|row| row.id == *id).ok_or_else(|| refuse(UploadError::NotFound))?;
        usable(row, now).map_err(refuse)?;
        claimed.push(complete(row).map_err(refuse)?);
    }
    let sweep_at = now + Duration::hours(TIDY_AFTER_HOURS);
    let taken = repo::claim(tx, account, org, ids, now, sweep_at).await?;
    if usize::try_from(taken) != Ok(ids.len()) {
        // Somebody was faster between our look and our claim.
        return Err(refuse(UploadError::Claimed));
    }
    Ok(claimed)
}

/// Gives claimed uploads up again, together with what they were claimed for: the worker removes their bytes.
pub async fn discard(tx: &Tx, app: &App, ids: &[UploadId]) -> Result<(), Error> {
    if ids.is_empty() {
        return Ok(());
    }
    Ok(repo::discard(tx, ids, &UploadError::Expired.written(), app.clock.now()).await?)
}

/// Drops what an account has sent and nothing has claimed.
pub async fn forget_uploads(tx: &Tx, app: &App, account: AccountId) -> Result<(), Error> {
    let all = repo::all_of(tx, account).await?;
    let waits = |row: &&Model| matches!(row.state, UploadState::Open | UploadState::Stored);
    let ids: Vec<UploadId> = all.iter().filter(waits).map(|row| row.id).collect();
    discard(tx, app, &ids).await
}

/// What is kept of an account's uploads, for the person to read.
pub async fn own_uploads(app: &App, account: AccountId) -> Result<Value, Error> {
    let told = |row: Model| {
        json!({
            "id": row.id, "mediaType": row.media_type, "bytes": row.stored_bytes.unwrap_or(row.size),
            "state": row.state, "sha256": row.sha256.map(hex::encode), "createdAt": row.created_at,
        })
    };
    Ok(repo::all_of(app.db.read(), account).await?.into_iter().map(told).collect())
}

fn complete(row: &Model) -> Result<Claimed, UploadError> {
    match (row.state, &row.sha256) {
        (UploadState::Claimed, _) => Err(UploadError::Claimed),
        (UploadState::Stored, Some(sha256)) => {
            Ok(Claimed { id: row.id, media_type: row.media_type, sha256: hex::encode(sha256) })
        }
        _ => Err(UploadError::Incomplete),
    }
}
