//! Beginning an upload, and asking how far one is.

use chrono::Duration;
use entities::upload::Model;
use entities::values::{MediaType, UploadId, UploadState};

use super::super::error::UploadError;
use super::super::repo;
use super::{Standing, usable};
use crate::domains::identity::Viewer;
use crate::error::Error;
use crate::state::App;

/// An upload to be begun.
#[derive(Clone, Copy, Debug)]
pub struct NewUpload {
    /// Made by the client.
    pub id: UploadId,
    /// How many bytes will come.
    pub size: u64,
    /// What they will be.
    pub media_type: MediaType,
}

/// Begins an upload. Beginning the same one again tells how far it is.
pub async fn create(app: &App, viewer: &Viewer, new: NewUpload) -> Result<Standing, Error> {
    app.uploads.storage.require()?;
    let most = app.config.upload_bytes;
    if new.size > u64::from(most) {
        return Err(UploadError::TooLarge(most.into()).into());
    }
    let size = i64::try_from(new.size).ok().filter(|size| *size > 0).ok_or(UploadError::Empty)?;
    let now = app.clock.now();
    let expires_at = now + Duration::hours(i64::from(app.config.upload_hours));
    let row = Model {
        id: new.id,
        org_id: None,
        account_id: viewer.account_id,
        media_type: new.media_type,
        size,
        received: 0,
        state: UploadState::Open,
        refusal: None,
        object_name: None,
        thumbnail_name: None,
        stored_bytes: None,
        sha256: None,
        width: None,
        height: None,
        duration_ms: None,
        created_at: now,
        expires_at,
        sweep_at: Some(expires_at),
    };
    let (most, most_bytes) = (app.config.upload_waiting, app.config.upload_waiting_bytes);
    let made = app.db.write(move |tx| {
        let row = row.clone();
        Box::pin(async move {
            let waiting = repo::waiting(tx, row.account_id).await?;
            if let Some(earlier) = repo::find_any(tx, row.id).await? {
                return same(earlier, &row);
            }
            let bytes = u64::try_from(waiting.bytes + row.size).unwrap_or(u64::MAX);
            if waiting.uploads >= i64::from(most) || bytes > most_bytes {
                return Err(UploadError::Limit.into());
            }
            repo::insert(tx, row.clone()).await?;
            Ok(row)
        })
    });
    // Another account's upload of the same id, begun at the same moment.
    let taken = UploadError::Taken.refusal();
    let row = made.await.map_err(|error| error.on_unique("upload_pkey", "upload.id", taken))?;
    usable(&row, now)?;
    Ok(Standing::from(&row))
}

/// The earlier upload, if it is the one that is begun again.
fn same(earlier: Model, row: &Model) -> Result<Model, Error> {
    let what = |row: &Model| (row.account_id, row.size, row.media_type);
    if what(&earlier) == what(row) { Ok(earlier) } else { Err(UploadError::Taken.into()) }
}

/// How far an upload of the viewer is.
pub async fn standing(app: &App, viewer: &Viewer, id: UploadId) -> Result<Standing, Error> {
    let row = repo::find(app.db.read(), viewer.account_id, id).await?.ok_or(UploadError::NotFound)?;
    usable(&row, app.clock.now())?;
    Ok(Standing::from(&row))
}
