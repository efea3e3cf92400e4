//! Background work of the office: files are made, and go when their time is over.

use chrono::Duration;
use entities::export::Model;
use entities::values::ExportState;

use super::repo;
use super::service::{folder, make_one};
use crate::error::Error;
use crate::state::App;

/// So many exports are looked after in one round.
const ROUND: u64 = 200;
/// An expired export's row stays so long after its file: whoever still makes it ends by then, and its folder is emptied
/// once more.
const LAST_LOOK_MINUTES: i64 = 60;

/// Makes every file that waits, one after another; how many turns that took.
pub async fn make_exports(app: &App) -> Result<u64, Error> {
    let mut turns = 0;
    while make_one(app).await? {
        turns += 1;
    }
    Ok(turns)
}

/// Removes files whose time is over; how many exports were looked after.
pub async fn sweep(app: &App) -> Result<u64, Error> {
    let due = repo::due_exports(app.db.read(), app.clock.now(), ROUND).await?;
    let mut swept = 0;
    for row in due {
        if row.state == ExportState::Expired {
            empty(app, &row).await?;
            let id = row.id;
            app.db.write_background(move |tx| Box::pin(async move { Ok(repo::delete_export(tx, id).await?) })).await?;
        } else {
            expire(app, &row).await?;
        }
        swept += 1;
    }
    Ok(swept)
}

async fn expire(app: &App, row: &Model) -> Result<(), Error> {
    let (id, state) = (row.id, row.state);
    let again = app.clock.now() + Duration::minutes(LAST_LOOK_MINUTES);
    let expired = app
        .db
        .write_background(move |tx| Box::pin(async move { Ok(repo::expire_export(tx, id, state, again).await?) }));
    if expired.await? {
        empty(app, row).await?;
    }
    Ok(())
}

async fn empty(app: &App, row: &Model) -> Result<(), Error> {
    for name in app.uploads.storage.list(&folder(row.id)).await? {
        app.uploads.storage.delete(&name).await?;
    }
    Ok(())
}
