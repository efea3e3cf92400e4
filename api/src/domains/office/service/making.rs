//! Making a file: by one worker at a time, page by page, and once however many workers die over it.

use std::time::Duration as Pause;

use chrono::{DateTime, Duration, Utc};
use entities::disclosure;
use entities::export::Model;
use entities::values::{DisclosureKind, ExportId};
use tokio::fs::File;

use super::super::error::OfficeError;
use super::super::repo::{self, Made, Progress};
use super::filter::ListFilter;
use super::lists;
use crate::domains::identity::{Right, viewer_of_staff};
use crate::error::{Code, Error, Locale};
use crate::infra::export::{Eyes, Sheet};
use crate::infra::{crypto, disclosure as disclosures};
use crate::state::App;

/// Rows that are read by one statement.
const PAGE: u64 = 1000;
/// Seconds after which an export whose worker has not been heard of is anybody's.
const LEASE_SECONDS: i64 = 60;
/// Seconds between two signs of life, also while the disk or the object store is busy.
const BEAT: Pause = Pause::from_secs(15);
/// After so many attempts an export is given up: something in it ends workers.
const ATTEMPTS: i32 = 5;

/// The folder of an export's objects.
pub fn folder(id: ExportId) -> String {
    format!("exports/{}", id.0)
}

fn lease(now: DateTime<Utc>) -> DateTime<Utc> {
    now + Duration::seconds(LEASE_SECONDS)
}

/// Makes the oldest file that nobody is at; `false` when there is none.
pub async fn make_one(app: &App) -> Result<bool, Error> {
    let now = app.clock.now();
    let Some(row) = repo::next_export(app.db.read(), now).await? else { return Ok(false) };
    let waiting = row.clone();
    let taken = app.db.write_background(move |tx| {
        let row = waiting.clone();
        Box::pin(async move { Ok(repo::take_export(tx, &row, now, lease(now)).await?) })
    });
    if !taken.await? {
        return Ok(true);
    }
    let row = Model { attempt: row.attempt + 1, ..row };
    if row.attempt > ATTEMPTS {
        fail(app, &row, Code::TryAgain).await?;
        return Ok(true);
    }
    let outcome = tokio::select! {
        outcome = make(app, &row) => outcome,
        lost = beat(app, &row) => Err(lost),
    };
    match outcome {
        Ok(()) => {}
        Err(Error::Forbidden | Error::Unauthenticated) => fail(app, &row, Code::NotAllowed).await?,
        // What may pass is tried again when the lease is over.
        Err(Error::Refused(refusal)) if !refusal.code.retryable() => fail(app, &row, refusal.code).await?,
        Err(error) => tracing::warn!(export = %row.id.0, attempt = row.attempt, cause = ?error, "export.interrupted"),
    }
    Ok(true)
}

async fn fail(app: &App, row: &Model, code: Code) -> Result<(), Error> {
    let (mine, now) = ((row.id, row.attempt), app.clock.now());
    app.db
        .write_background(move |tx| Box::pin(async move { Ok(repo::fail_export(tx, mine, code.as_str(), now).await?) }))
        .await
}

/// Says again and again that the worker lives; ends when the export is no longer its own.
async fn beat(app: &App, row: &Model) -> Error {
    loop {
        tokio::time::sleep(BEAT).await;
        if let Err(error) = report(app, row, None, None).await {
            return error;
        }
    }
}

async fn report(app: &App, row: &Model, done: Option<i64>, total: Option<i64>) -> Result<(), Error> {
    let progress = Progress { id: row.id, attempt: row.attempt, done, total, lease_until: lease(app.clock.now()) };
    let mine = app
        .db
        .write_background(move |tx| Box::pin(async move { Ok(repo::set_progress(tx, &progress).await?) }))
        .await?;
    if mine { Ok(()) } else { Err(Error::internal("another worker has taken the export")) }
}

async fn make(app: &App, row: &Model) -> Result<(), Error> {
    let viewer = viewer_of_staff(app, row.staff_id).await?.ok_or(Error::Forbidden)?;
    let phones = viewer.staff().is_some_and(|staff| staff.scope(Right::ContactRead).is_ok());
    let filter = ListFilter::read(&row.filter).ok_or_else(|| Error::internal("a filter of a later program"))?;
    let columns: Vec<String> = row.columns.split(',').map(str::to_owned).collect();
    let locale = Locale::from_accept_language(&row.locale);
    let mut rows = lists::open(app, Eyes { viewer, locale }, row.list, filter, &columns).await?;
    let most = i64::from(app.config.export_rows);
    let too_many = || Error::from(OfficeError::TooManyRows(app.config.export_rows));
    let total = rows.total().await?;
    if total > most {
        return Err(too_many());
    }
    report(app, row, None, Some(total)).await?;
    let sheet = Sheet::start(locale.pick(lists::title(row.list)), rows.heads());
    let mut done = 0;
    loop {
        let page = rows.next(PAGE).await?;
        if page.is_empty() {
            break;
        }
        done += i64::try_from(page.len()).unwrap_or(i64::MAX);
        // Rows may have come since they were counted.
        if done > most {
            return Err(too_many());
        }
        sheet.add(page).await?;
        report(app, row, Some(done), None).await?;
    }
    let written = sheet.finish().await?;
    let object_name = format!("{}/{}-{}.xlsx", folder(row.id), row.attempt, hex::encode(crypto::random::<8>()?));
    app.uploads.storage.put_file(&object_name, File::from_std(written.file)).await?;
    let made = Made {
        object_name,
        bytes: i64::try_from(written.bytes).unwrap_or(i64::MAX),
        sha256: written.sha256.to_vec(),
        rows: done,
        rights: rights_digest(&rows.rights()),
    };
    finish(app, row, made, phones).await
}

/// What is kept of rights: enough to see that they are others.
pub(super) fn rights_digest(rights: &str) -> String {
    hex::encode(crypto::sha256(rights.as_bytes()))
}

/// The file is there, and it is known who has it: both or neither.
async fn finish(app: &App, row: &Model, made: Made, phones: bool) -> Result<(), Error> {
    let now = app.clock.now();
    let told = disclosure::Model {
        id: app.clock.new_id(),
        org_id: row.org_id,
        staff_id: row.staff_id,
        account_id: row.account_id,
        kind: DisclosureKind::Export,
        ticket_id: None,
        export_id: Some(row.id),
        list: Some(row.list),
        filter: Some(row.filter.clone()),
        row_count: Some(made.rows),
        sha256: Some(made.sha256.clone()),
        phones,
        occurred_at: now,
    };
    let expires_at = now + Duration::hours(i64::from(app.config.export_hours));
    let (mine, name) = ((row.id, row.attempt), made.object_name.clone());
    let finished = app.db.write_background(move |tx| {
        let (made, told) = (made.clone(), told.clone());
        Box::pin(async move {
            let mine = repo::finish_export(tx, mine, &made, now, expires_at).await?;
            if mine {
                disclosures::record(tx, told).await?;
            }
            Ok(mine)
        })
    });
    if !finished.await? {
        // Whoever was faster has a file of its own.
        app.uploads.storage.delete(&name).await?;
    }
    Ok(())
}
