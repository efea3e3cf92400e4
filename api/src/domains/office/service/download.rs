//! Downloading a file: by an address that is good for a while, for whoever could still make the same file.

use bytes::Bytes;
use entities::disclosure;
use entities::export::Model;
use entities::values::{DisclosureKind, ExportId, ExportState, StaffId};
use futures_util::stream::BoxStream;

use super::super::error::OfficeError;
use super::super::repo;
use super::filter::ListFilter;
use super::lists;
use super::making::rights_digest;
use crate::domains::identity::{Right, viewer_of_staff};
use crate::error::{Code, Error, Locale, Refusal};
use crate::infra::disclosure as disclosures;
use crate::infra::export::Eyes;
use crate::infra::signed::{Purpose, Shown, SignedLink};
use crate::state::App;

/// A file on its way.
pub struct Download {
    /// What it is called.
    pub name: String,
    /// Its length.
    pub length: u64,
    /// Its bytes, piece by piece.
    pub bytes: BoxStream<'static, std::io::Result<Bytes>>,
}

/// An address of an export's file; none while there is no file.
pub fn download_link(app: &App, row: &Model) -> Option<SignedLink> {
    let now = app.clock.now();
    let there = row.state == ExportState::Done && row.expires_at > now;
    there.then(|| app.links.link(Purpose::Export, row.id.0, row.staff_id.0, now, app.config.link_minutes))
}

/// Opens the file behind an address; that it was opened is recorded first.
pub async fn download(app: &App, shown: &Shown) -> Result<Download, Error> {
    let now = app.clock.now();
    app.links.check(Purpose::Export, shown, now)?;
    let (id, staff) = (ExportId(shown.object), StaffId(shown.by));
    let missing = || Error::from(Refusal::new(Code::NotFound));
    let row = repo::find_export(app.db.read(), staff, id).await?.ok_or_else(missing)?;
    if row.state == ExportState::Expired || row.expires_at <= now {
        return Err(OfficeError::Expired.into());
    }
    let name = row.object_name.clone().ok_or_else(missing)?;
    let viewer = viewer_of_staff(app, staff).await?.ok_or(Error::Forbidden)?;
    let phones = viewer.staff().is_some_and(|staff| staff.scope(Right::ContactRead).is_ok());
    let filter = ListFilter::read(&row.filter).ok_or_else(missing)?;
    let eyes = Eyes { viewer, locale: Locale::from_accept_language(&row.locale) };
    let rights = lists::open(app, eyes, row.list, filter, &[]).await?.rights();
    if row.rights.as_deref() != Some(rights_digest(&rights).as_str()) {
        return Err(OfficeError::Outdated.into());
    }
    let told = disclosure::Model {
        id: app.clock.new_id(),
        org_id: row.org_id,
        staff_id: row.staff_id,
        account_id: row.account_id,
        kind: DisclosureKind::ExportDownload,
        ticket_id: None,
        export_id: Some(row.id),
        list: Some(row.list),
        filter: Some(row.filter.clone()),
        row_count: Some(row.rows_done),
        sha256: row.sha256.clone(),
        phones,
        occurred_at: now,
    };
    app.db
        .write(move |tx| {
            let told = told.clone();
            Box::pin(async move { Ok(disclosures::record(tx, told).await?) })
        })
        .await?;
    let gone = || Error::internal("the bytes of an export are gone");
    let (length, bytes) = app.uploads.storage.open(&name).await?.ok_or_else(gone)?;
    let list = row.list.as_str().to_lowercase().replace('_', "-");
    let name = format!("linli-{list}-{}.xlsx", row.created_at.format("%Y%m%d-%H%M%S"));
    Ok(Download { name, length, bytes })
}
