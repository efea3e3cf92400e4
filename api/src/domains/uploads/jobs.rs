//! Housekeeping of uploads: what nothing has claimed goes, and so does whatever a crash left in a folder.

use chrono::Duration;
use entities::upload::Model;
use entities::values::UploadState;

use super::error::UploadError;
use super::repo;
use super::service::folder;
use crate::error::Error;
use crate::state::App;

/// So many uploads are looked after in one round.
const ROUND: u64 = 500;
/// A dropped upload's row stays so long after its objects: whoever still writes one ends by then, and its folder is
/// emptied once more.
const LAST_LOOK_MINUTES: i64 = 60;

/// Looks after every upload whose time has come; how many there were.
///
/// An object is always written into the folder of an upload that has a row, and every row but that of a tidy claimed
/// upload is looked at again. So nothing stays for ever that no row leads to.
pub async fn sweep(app: &App) -> Result<u64, Error> {
    let due = repo::due(app.db.read(), app.clock.now(), ROUND).await?;
    let mut swept = 0;
    for row in due {
        match row.state {
            UploadState::Open | UploadState::Stored => expire(app, &row).await?,
            UploadState::Dropped => forget(app, &row).await?,
            UploadState::Claimed => tidy(app, &row).await?,
        }
        swept += 1;
    }
    Ok(swept)
}

/// Nobody claimed it in time.
async fn expire(app: &App, row: &Model) -> Result<(), Error> {
    let (id, refusal) = (row.id, UploadError::Expired.written());
    let again = app.clock.now() + Duration::minutes(LAST_LOOK_MINUTES);
    let expired = app.db.write_background(move |tx| {
        let refusal = refusal.clone();
        Box::pin(async move { Ok(repo::expire(tx, id, &refusal, again).await?) })
    });
    if expired.await? {
        empty(app, row, &[]).await?;
    }
    Ok(())
}

/// It was dropped; its row goes last.
async fn forget(app: &App, row: &Model) -> Result<(), Error> {
    empty(app, row, &[]).await?;
    let id = row.id;
    app.db.write_background(move |tx| Box::pin(async move { Ok(repo::delete(tx, id).await?) })).await?;
    Ok(())
}

/// It was claimed; its folder keeps what the row names.
async fn tidy(app: &App, row: &Model) -> Result<(), Error> {
    let kept: Vec<&String> = row.object_name.iter().chain(&row.thumbnail_name).collect();
    empty(app, row, &kept).await?;
    let id = row.id;
    app.db.write_background(move |tx| Box::pin(async move { Ok(repo::swept(tx, id).await?) })).await?;
    Ok(())
}

/// Removes all objects of an upload but these.
async fn empty(app: &App, row: &Model, kept: &[&String]) -> Result<(), Error> {
    for name in app.uploads.storage.list(&folder(row.id)).await? {
        if !kept.contains(&&name) {
            app.uploads.storage.delete(&name).await?;
        }
    }
    Ok(())
}
