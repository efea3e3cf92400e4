//! Asking for a list as a file, and looking at how far it is.

use chrono::Duration;
use entities::export::Model;
use entities::values::{ExportId, ExportState, ListKind};
use serde::Serialize;

use super::super::error::OfficeError;
use super::super::repo;
use super::filter::ListFilter;
use super::{clerk, lists};
use crate::domains::identity::{Right, Scope, Viewer};
use crate::error::{Error, Locale};
use crate::infra::export::{Eyes, Head};
use crate::infra::idempotency;
use crate::state::App;

/// Most exports that a list of them shows.
const SHOWN: u64 = 100;

/// A list to be written into a file.
#[derive(Clone, Debug, Serialize)]
pub struct NewExport {
    /// Which list.
    pub list: ListKind,
    /// Which of its rows.
    pub filter: ListFilter,
    /// Keys of the columns, in order; all when empty.
    pub columns: Vec<String>,
}

/// Asks for a list that the viewer may read as a file. A repeat with the same key asks for no other.
pub async fn create_export(
    app: &App,
    viewer: &Viewer,
    locale: Locale,
    new: NewExport,
    key: &str,
) -> Result<Model, Error> {
    let staff = clerk(viewer)?;
    let id: ExportId = app.clock.new_id();
    let claim = idempotency::Claim::new(app, viewer.account_id, "exportCreate", key, &new, id.0)?;
    let eyes = Eyes { viewer: viewer.clone(), locale };
    let heads = lists::open(app, eyes, new.list, new.filter.clone(), &new.columns).await?.heads();
    let nowhere = Scope::Communities(staff.org_id, Vec::new());
    let places = viewer.scope(Right::EstateRead, app.clock.now()).unwrap_or(nowhere);
    new.filter.check(app.db.read(), staff.org_id, &places).await?;
    app.uploads.storage.require()?;
    let now = app.clock.now();
    let expires_at = now + Duration::hours(i64::from(app.config.export_hours));
    let row = Model {
        id,
        org_id: staff.org_id,
        staff_id: staff.staff_id,
        account_id: viewer.account_id,
        list: new.list,
        filter: new.filter.written()?,
        columns: heads.iter().map(|head| head.key).collect::<Vec<_>>().join(","),
        locale: locale.tag().to_owned(),
        state: ExportState::Waiting,
        attempt: 0,
        lease_until: None,
        rows_total: None,
        rows_done: 0,
        rights: None,
        object_name: None,
        bytes: None,
        sha256: None,
        refusal: None,
        created_at: now,
        started_at: None,
        finished_at: None,
        expires_at,
        sweep_at: expires_at,
    };
    let (waiting, kept) = (app.config.export_waiting, app.config.export_kept);
    let id = app
        .db
        .write(move |tx| {
            let (claim, row) = (claim.clone(), row.clone());
            Box::pin(async move {
                if let Some(earlier) = idempotency::claim(tx, &claim).await? {
                    return Ok(ExportId(earlier));
                }
                repo::lock_staff(tx, row.staff_id).await?;
                let counts = repo::export_counts(tx, row.staff_id).await?;
                if counts.open >= i64::from(waiting) {
                    return Err(OfficeError::ExportLimit(waiting).into());
                }
                if counts.kept >= i64::from(kept) {
                    return Err(OfficeError::ExportLimit(kept).into());
                }
                let id = row.id;
                repo::insert_export(tx, row).await?;
                Ok(id)
            })
        })
        .await?;
    export(app, viewer, id).await?.ok_or_else(|| OfficeError::NotFound("exportId").into())
}

/// One of the viewer's own exports.
pub async fn export(app: &App, viewer: &Viewer, id: ExportId) -> Result<Option<Model>, Error> {
    Ok(repo::find_export(app.db.read(), clerk(viewer)?.staff_id, id).await?)
}

/// The viewer's own exports, newest first; none for whom the office is closed.
pub async fn exports(app: &App, viewer: &Viewer) -> Result<Vec<Model>, Error> {
    match clerk(viewer) {
        Ok(staff) => Ok(repo::exports_of(app.db.read(), staff.staff_id, SHOWN).await?),
        Err(_) => Ok(Vec::new()),
    }
}

/// The columns that a list can have in a file, for whom the office is open.
pub fn export_columns(viewer: &Viewer, list: ListKind, locale: Locale) -> Result<Vec<Head>, Error> {
    clerk(viewer)?;
    Ok(lists::heads(list, locale))
}
