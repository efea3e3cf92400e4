//! Series of receipts, and the custody of books: who holds which numbers, and which were used.

use entities::values::{
    CommunityId, ReceiptBookId, ReceiptBookState, ReceiptSeriesId, ReceiptSeriesKind, StaffId, TypedId as _,
};
use entities::{receipt_book, receipt_series};
use serde::Serialize;
use serde_json::json;

use super::super::error::{PaymentError, at};
use super::super::model::is_book;
use super::super::repo::{self, BookCard, BookFilter};
use super::clerk::{Clerk, Deed};
use super::reader;
use super::receipts::ELECTRONIC_CODE;
use crate::db::Tx;
use crate::domains::billing;
use crate::domains::estate::lock_organization;
use crate::domains::identity::{Right, Viewer, viewer_of_staff};
use crate::error::Error;
use crate::infra::history::{Actor, ObjectKind};
use crate::infra::idempotency::{Once, once};
use crate::state::App;

/// Longest code of a series.
const CODE_MAX: usize = 12;
/// Longest name of a series.
const NAME_MAX: usize = 60;

/// A series of the desk as it is to be.
#[derive(Clone, Debug, Serialize)]
pub struct NewSeries {
    /// Of which community.
    pub community_id: CommunityId,
    /// What stands before the numbers.
    pub code: String,
    /// What people call it.
    pub name: String,
    /// Whether its numbers are those of books that clerks are given.
    pub books: bool,
}

/// Writes what was done to a series.
pub(super) async fn note_series(
    tx: &Tx,
    app: &App,
    row: &receipt_series::Model,
    (kind, version): (&'static str, i32),
    actor: Actor,
) -> Result<(), Error> {
    let deed = Deed {
        org: row.org_id,
        object: ObjectKind::ReceiptSeries,
        id: row.id.uuid(),
        version,
        kind,
        states: (None, None),
        topic: "receipt_series.changed",
        actor,
        payload: json!({ "code": row.code, "name": row.name, "books": row.books, "kind": row.kind }),
    };
    deed.note(tx, app).await
}

fn checked_code(code: &str) -> Result<String, PaymentError> {
    let code = billing::required_text(code, CODE_MAX).map_err(at("code"))?.to_ascii_uppercase();
    if !code.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(PaymentError::Invalid("code"));
    }
    // The electronic receipts of every community have it.
    if code == ELECTRONIC_CODE { Err(PaymentError::Exists("code")) } else { Ok(code) }
}

/// Has a community's desk number its receipts by this series from now on; the one before keeps its numbers.
pub async fn set_series(app: &App, viewer: &Viewer, new: NewSeries, key: &str) -> Result<receipt_series::Model, Error> {
    let clerk = Clerk::of(viewer, Right::FeeManage)?;
    let code = checked_code(&new.code)?;
    let name = billing::required_text(&new.name, NAME_MAX).map_err(at("name"))?;
    let id: ReceiptSeriesId = app.clock.new_id();
    let command = Once { account: clerk.account, mutation: "receiptSeriesSet", key, input: &new, result: id.uuid() };
    let scope = clerk.scope.clone();
    let (app_, community, books) = (app.clone(), new.community_id, new.books);
    let made = once(app, command, move |tx| {
        let (app, clerk, code, name) = (app_.clone(), clerk.clone(), code.clone(), name.clone());
        Box::pin(async move {
            lock_organization(tx, clerk.org).await?;
            if !repo::sees_community(tx, &clerk.scope, community).await? {
                return Err(PaymentError::NotFound("communityId").into());
            }
            let now = app.clock.now();
            let known = repo::series_of_code(tx, community, &code).await?;
            // Numbers of paper and numbers of ours are not mixed under one code.
            if known.as_ref().is_some_and(|it| it.books != books) {
                return Err(PaymentError::Invalid("books").into());
            }
            if let Some(before) = repo::retire_series(tx, (community, &code), now).await? {
                note_series(tx, &app, &before, ("RETIRED", before.version), clerk.actor()).await?;
            }
            if let Some(known) = known {
                repo::use_series(tx, known.id, &name, now).await?;
                let version = known.version + 1;
                let row = receipt_series::Model { name, ..known };
                note_series(tx, &app, &row, ("SET", version), clerk.actor()).await?;
                return Ok(row.id.uuid());
            }
            let row = receipt_series::Model {
                id,
                org_id: clerk.org,
                community_id: community,
                kind: ReceiptSeriesKind::Desk,
                code,
                name,
                books,
                active: true,
                last_number: 0,
                version: 1,
                created_at: now,
                updated_at: now,
            };
            if !repo::add_series(tx, &row).await? {
                return Err(PaymentError::Stale.into());
            }
            note_series(tx, &app, &row, ("SET", 1), clerk.actor()).await?;
            Ok(id.uuid())
        })
    })
    .await?;
    let row = repo::find_series(reader(app), &scope, ReceiptSeriesId(made)).await?;
    Ok(row.ok_or(PaymentError::NotFound("communityId"))?)
}

/// A book that is given to somebody.
#[derive(Clone, Debug, Serialize)]
pub struct NewBook {
    /// Of which series.
    pub series_id: ReceiptSeriesId,
    /// The first number.
    pub from: i64,
    /// The last number.
    pub to: i64,
    /// Who holds it.
    pub staff_id: StaffId,
}

/// Whoever is named must take money in the community; somebody of another organization is as good as missing.
async fn check_holder(app: &App, clerk: &Clerk, staff: StaffId, community: CommunityId) -> Result<(), Error> {
    let viewer = viewer_of_staff(app, staff).await?.ok_or(PaymentError::NotFound("staffId"))?;
    let holder = viewer.staff().filter(|it| it.org_id == clerk.org).ok_or(PaymentError::NotFound("staffId"))?;
    if holder.may(Right::FeeCollect, community) { Ok(()) } else { Err(PaymentError::Unsuitable("staffId").into()) }
}

/// Gives a book to a clerk, who alone uses its numbers from now on.
pub async fn issue_book(app: &App, viewer: &Viewer, new: NewBook, key: &str) -> Result<BookCard, Error> {
    let clerk = Clerk::of(viewer, Right::FeeManage)?;
    let series = repo::find_series(reader(app), &clerk.scope, new.series_id).await?;
    let series = series.ok_or(PaymentError::NotFound("seriesId"))?;
    if !is_book(new.from, new.to) {
        return Err(PaymentError::Invalid("to").into());
    }
    if !series.books || !series.active {
        return Err(PaymentError::Invalid("seriesId").into());
    }
    check_holder(app, &clerk, new.staff_id, series.community_id).await?;
    let id: ReceiptBookId = app.clock.new_id();
    let command = Once { account: clerk.account, mutation: "receiptBookIssue", key, input: &new, result: id.uuid() };
    let scope = clerk.scope.clone();
    let (app_, new) = (app.clone(), new.clone());
    let made = once(app, command, move |tx| {
        let (app, clerk, new) = (app_.clone(), clerk.clone(), new.clone());
        let (org_id, community_id) = (series.org_id, series.community_id);
        Box::pin(async move {
            repo::hold_series(tx, new.series_id).await?;
            if repo::book_overlaps(tx, new.series_id, (new.from, new.to)).await? {
                return Err(PaymentError::BookOverlaps.into());
            }
            let row = receipt_book::Model {
                id,
                org_id,
                community_id,
                series_id: new.series_id,
                staff_id: new.staff_id,
                state: ReceiptBookState::Issued,
                first_number: new.from,
                last_number: new.to,
                next_number: new.from,
                version: 1,
                issued_by: clerk.staff,
                issued_at: app.clock.now(),
                returned_by: None,
                returned_at: None,
            };
            repo::insert(tx, row.clone()).await?;
            note_book(tx, &app, &row, ("ISSUED", 1), clerk.actor()).await?;
            Ok(id.uuid())
        })
    })
    .await?;
    let card = repo::find_book(reader(app), &scope, ReceiptBookId(made)).await?;
    Ok(card.ok_or(PaymentError::NotFound("seriesId"))?)
}

async fn note_book(
    tx: &Tx,
    app: &App,
    row: &receipt_book::Model,
    (kind, version): (&'static str, i32),
    actor: Actor,
) -> Result<(), Error> {
    let deed = Deed {
        org: row.org_id,
        object: ObjectKind::ReceiptBook,
        id: row.id.uuid(),
        version,
        kind,
        states: (None, None),
        topic: "receipt_book.changed",
        actor,
        payload: json!({
            "staffId": row.staff_id, "from": row.first_number, "to": row.last_number, "next": row.next_number,
        }),
    };
    deed.note(tx, app).await
}

/// Takes a book back; its unused numbers may be given to somebody again.
pub async fn return_book(app: &App, viewer: &Viewer, id: ReceiptBookId, key: &str) -> Result<BookCard, Error> {
    let clerk = Clerk::of(viewer, Right::FeeManage)?;
    let command = Once { account: clerk.account, mutation: "receiptBookReturn", key, input: &id, result: id.uuid() };
    let scope = clerk.scope.clone();
    let app_ = app.clone();
    once(app, command, move |tx| {
        let (app, clerk) = (app_.clone(), clerk.clone());
        Box::pin(async move {
            let card = repo::find_book(tx, &clerk.scope, id).await?.ok_or(PaymentError::NotFound("receiptBookId"))?;
            // A number that is being used is used first.
            repo::hold_series(tx, card.book.series_id).await?;
            if !repo::return_book(tx, id, clerk.staff, app.clock.now()).await? {
                return Err(PaymentError::BookReturned.into());
            }
            let after = repo::find_book(tx, &clerk.scope, id).await?.ok_or(PaymentError::NotFound("receiptBookId"))?;
            note_book(tx, &app, &after.book, ("RETURNED", after.book.version), clerk.actor()).await?;
            Ok(id.uuid())
        })
    })
    .await?;
    let card = repo::find_book(reader(app), &scope, id).await?;
    Ok(card.ok_or(PaymentError::NotFound("receiptBookId"))?)
}

/// The series of a community, the desk's first; for staff who see fees.
pub async fn list_series(
    app: &App,
    viewer: &Viewer,
    community: CommunityId,
) -> Result<Vec<receipt_series::Model>, Error> {
    let clerk = Clerk::of(viewer, Right::FeeRead)?;
    Ok(repo::list_series(reader(app), &clerk.scope, community).await?)
}

/// Books that the viewer may see, the newest first; for staff who see fees.
pub async fn books(
    app: &App,
    viewer: &Viewer,
    filter: &BookFilter,
    after: Option<ReceiptBookId>,
    limit: u64,
) -> Result<Vec<BookCard>, Error> {
    let clerk = Clerk::of(viewer, Right::FeeRead)?;
    Ok(repo::list_books(reader(app), &clerk.scope, filter, after, limit).await?)
}

/// How many books that list has.
pub async fn count_books(app: &App, viewer: &Viewer, filter: &BookFilter) -> Result<i64, Error> {
    let clerk = Clerk::of(viewer, Right::FeeRead)?;
    Ok(repo::count_books(reader(app), &clerk.scope, filter).await?)
}
