//! The end of an upload: put together, examined, cleaned, and stored or dropped.

use bytes::{Bytes, BytesMut};
use entities::upload::Model;
use entities::upload_part;

use super::super::error::UploadError;
use super::super::model::{self, Examined, MediaFault};
use super::super::repo;
use super::{Standing, object_name};
use crate::error::Error;
use crate::infra::crypto;
use crate::state::App;

/// Completes an upload whose last bytes are `last`. Until it is stored the row says that they are missing, so a node
/// that dies here leaves an upload that goes on.
pub async fn finish(app: &App, row: Model, last: &[u8]) -> Result<Standing, Error> {
    let parts = repo::parts(app.db.read(), row.id).await?;
    match examined(app, &row, &parts, last).await? {
        Ok(examined) => store(app, row, &parts, examined).await,
        Err(fault) => refuse(app, &row, &parts, UploadError::Media(fault)).await,
    }
}

/// So many uploads at a time are put together and examined, off the threads that answer.
async fn examined(
    app: &App,
    row: &Model,
    parts: &[upload_part::Model],
    last: &[u8],
) -> Result<Result<Examined, MediaFault>, Error> {
    let _permit = app.uploads.examining.acquire().await.map_err(|_| Error::internal("nobody examines uploads"))?;
    let mut whole = BytesMut::with_capacity(usize::try_from(row.size).unwrap_or_default());
    for part in parts {
        let bytes = app.uploads.storage.get(&part.object_name, None).await?;
        whole.extend_from_slice(&bytes.ok_or_else(|| Error::internal("a part of an upload is gone"))?);
    }
    whole.extend_from_slice(last);
    if i64::try_from(whole.len()) != Ok(row.size) {
        // Somebody else completed it, and its parts are gone.
        return Err(UploadError::Offset.into());
    }
    let (declared, limits) = (row.media_type, app.uploads.limits);
    let work = move || model::examine(whole.into(), declared, &limits);
    match tokio::task::spawn_blocking(work).await {
        Ok(examined) => Ok(examined),
        Err(_) => {
            tracing::error!(upload.id = %row.id.0, "uploads.examination_panicked");
            Ok(Err(MediaFault::Broken))
        }
    }
}

async fn store(app: &App, mut row: Model, parts: &[upload_part::Model], found: Examined) -> Result<Standing, Error> {
    let storage = &app.uploads.storage;
    let received = row.received;
    let number = |value: Option<u32>| value.and_then(|value| i32::try_from(value).ok());
    (row.width, row.height, row.duration_ms) = (number(found.width), number(found.height), number(found.duration_ms));
    row.stored_bytes = i64::try_from(found.bytes.len()).ok();
    row.sha256 = Some(crypto::sha256(&found.bytes).to_vec());
    let name = object_name(row.id, "file")?;
    storage.put(&name, Bytes::from(found.bytes)).await?;
    row.object_name = Some(name);
    if let Some(thumbnail) = found.thumbnail {
        let name = object_name(row.id, "thumb")?;
        storage.put(&name, Bytes::from(thumbnail)).await?;
        row.thumbnail_name = Some(name);
    }
    let (job, now) = (row.clone(), app.clock.now());
    let stored = app.db.write(move |tx| {
        let row = job.clone();
        Box::pin(async move { Ok(repo::store(tx, &row, received, now).await?) })
    });
    if !stored.await? {
        clear(app, row.object_name.iter().chain(&row.thumbnail_name)).await;
        return Err(UploadError::Offset.into());
    }
    clear(app, parts.iter().map(|part| &part.object_name)).await;
    row.received = row.size;
    Ok(Standing::from(&row))
}

async fn refuse(app: &App, row: &Model, parts: &[upload_part::Model], error: UploadError) -> Result<Standing, Error> {
    let (id, received, written) = (row.id, row.received, error.written());
    let dropped = app.db.write(move |tx| {
        let written = written.clone();
        Box::pin(async move { Ok(repo::refuse(tx, id, received, &written).await?) })
    });
    if !dropped.await? {
        return Err(UploadError::Offset.into());
    }
    clear(app, parts.iter().map(|part| &part.object_name)).await;
    Err(error.into())
}

/// Removes objects that nothing leads to any more. What cannot be removed now, the worker finds later.
async fn clear(app: &App, names: impl Iterator<Item = &String>) {
    for name in names {
        if app.uploads.storage.delete(name).await.is_err() {
            return;
        }
    }
}
