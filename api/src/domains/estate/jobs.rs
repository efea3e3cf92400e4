//! Background work of the estate: documents are kept no longer than questions may come.

use chrono::Duration;

use super::model::residency::DOCUMENTS_KEPT_DAYS;
use super::repo;
use crate::domains::uploads;
use crate::error::Error;
use crate::state::App;

/// So many requests are looked after in one round.
const ROUND: i64 = 200;

/// Takes the documents away from requests that were decided on long ago; how many requests there were.
pub async fn sweep_documents(app: &App) -> Result<u64, Error> {
    let before = app.clock.now() - Duration::days(DOCUMENTS_KEPT_DAYS);
    let due = repo::with_old_documents(app.db.read(), before, ROUND).await?;
    if due.is_empty() {
        return Ok(0);
    }
    let (count, job) = (due.len() as u64, app.clone());
    app.db
        .write_background(move |tx| {
            let (due, app) = (due.clone(), job.clone());
            Box::pin(async move {
                let documents = repo::take_documents(tx, &due).await?;
                uploads::discard(tx, &app, &documents).await
            })
        })
        .await?;
    Ok(count)
}
