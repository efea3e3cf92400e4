//! Filters that people keep under a name.

use std::collections::HashSet;

use entities::saved_filter;
use entities::values::{ListKind, SavedFilterId};
use serde::Serialize;
use uuid::Uuid;

use super::super::error::OfficeError;
use super::super::repo::{self, FilterChange, Reference, SavedFilterRow, Shelf};
use super::filter::ListFilter;
use super::{clerk, lists};
use crate::domains::identity::{Right, Scope, Viewer};
use crate::error::{Error, Locale};
use crate::infra::export::Eyes;
use crate::infra::idempotency;
use crate::state::App;

/// Filters that one person may keep.
const FILTERS_MAX: usize = 50;
/// Longest name in characters.
const NAME_MAX: usize = 60;

/// A filter to be kept, or a change of one.
#[derive(Clone, Debug, Serialize)]
pub struct NewSavedFilter {
    /// Which one is changed; a new one when missing.
    pub id: Option<SavedFilterId>,
    /// The version that the client saw; refused when it has changed since.
    pub expected_version: Option<i32>,
    /// Of which list.
    pub list: ListKind,
    /// Under which name.
    pub name: String,
    /// The filter.
    pub filter: ListFilter,
    /// Whether everybody of the organization may use it.
    pub shared: bool,
}

/// A saved filter as somebody sees it.
#[derive(Clone, Debug)]
pub struct FilterOnShelf {
    /// The row.
    pub row: SavedFilterRow,
    /// The filter; `None` when a later program wrote it.
    pub filter: Option<ListFilter>,
    /// Fields that name what is not there for the viewer any more.
    pub unavailable: Vec<&'static str>,
}

fn shelf(viewer: &Viewer, own: bool) -> Result<Shelf, Error> {
    let staff = clerk(viewer)?;
    Ok(Shelf { org: staff.org_id, staff: staff.staff_id, own })
}

/// Where the viewer sees places: nowhere without the right to, which makes every place unavailable.
fn places(app: &App, viewer: &Viewer, shelf: Shelf) -> Scope {
    viewer.scope(Right::EstateRead, app.clock.now()).unwrap_or(Scope::Communities(shelf.org, Vec::new()))
}

/// Reads what rows hold, and asks once for all of them what of it is there.
async fn seen(
    app: &App,
    viewer: &Viewer,
    shelf: Shelf,
    rows: Vec<SavedFilterRow>,
) -> Result<Vec<FilterOnShelf>, Error> {
    let read: Vec<_> = rows
        .into_iter()
        .map(|row| {
            let filter = ListFilter::read(&row.saved.filter);
            let named = filter.as_ref().map(|filter| filter.references().1).unwrap_or_default();
            (row, filter, named)
        })
        .collect();
    let references: Vec<Reference> = read.iter().flat_map(|(.., named)| named.iter().map(|(_, it)| *it)).collect();
    let scope = places(app, viewer, shelf);
    let visible = repo::visible(app.db.read(), shelf.org, &scope, &references).await?;
    let visible: HashSet<Uuid> = visible.into_iter().collect();
    let missing = |named: Vec<(&'static str, Reference)>| {
        named.into_iter().filter(|(_, it)| !visible.contains(&it.id())).map(|(field, _)| field).collect()
    };
    Ok(read
        .into_iter()
        .map(|(row, filter, named)| FilterOnShelf { row, filter, unavailable: missing(named) })
        .collect())
}

/// The own filters of a list, and those that others share, in the order in which they were made.
pub async fn saved_filters(
    app: &App,
    viewer: &Viewer,
    list: Option<ListKind>,
    after: Option<SavedFilterId>,
    limit: u64,
) -> Result<Vec<FilterOnShelf>, Error> {
    let shelf = shelf(viewer, false)?;
    let rows = repo::list_filters(app.db.read(), shelf, list, after, limit).await?;
    seen(app, viewer, shelf, rows).await
}

/// How many filters that list has.
pub async fn count_saved_filters(app: &App, viewer: &Viewer, list: Option<ListKind>) -> Result<i64, Error> {
    Ok(repo::count_filters(app.db.read(), shelf(viewer, false)?, list).await?)
}

/// The viewer's own filters; none for whom the office is closed.
pub async fn own_filters(app: &App, viewer: &Viewer) -> Result<Vec<FilterOnShelf>, Error> {
    let Ok(shelf) = shelf(viewer, true) else { return Ok(Vec::new()) };
    let rows = repo::list_filters(app.db.read(), shelf, None, None, FILTERS_MAX as u64).await?;
    seen(app, viewer, shelf, rows).await
}

async fn on_shelf(app: &App, viewer: &Viewer, id: SavedFilterId) -> Result<FilterOnShelf, Error> {
    let shelf = shelf(viewer, false)?;
    let row = repo::find_filter(app.db.read(), shelf, id).await?.ok_or(OfficeError::NotFound("savedFilterId"))?;
    seen(app, viewer, shelf, vec![row]).await?.pop().ok_or_else(|| Error::internal("a filter vanished"))
}

fn checked_name(name: &str) -> Result<String, OfficeError> {
    let name: String = name.chars().filter(|c| !c.is_control()).collect();
    match name.trim().chars().count() {
        0 => Err(OfficeError::NameRequired),
        length if length > NAME_MAX => Err(OfficeError::NameTooLong(NAME_MAX)),
        _ => Ok(name.trim().to_owned()),
    }
}

/// Keeps a filter of a list that the viewer may read, or changes one that is the viewer's own.
pub async fn set_saved_filter(
    app: &App,
    viewer: &Viewer,
    new: NewSavedFilter,
    key: &str,
) -> Result<FilterOnShelf, Error> {
    let shelf = shelf(viewer, true)?;
    let id = new.id.unwrap_or_else(|| app.clock.new_id());
    let claim = idempotency::Claim::new(app, viewer.account_id, "savedFilterSet", key, &new, id.0)?;
    let name = checked_name(&new.name)?;
    // Refused where the list itself would be.
    let eyes = Eyes { viewer: viewer.clone(), locale: Locale::default() };
    lists::open(app, eyes, new.list, new.filter.clone(), &[]).await?;
    new.filter.check(app.db.read(), shelf.org, &places(app, viewer, shelf)).await?;
    let change = FilterChange { name, filter: new.filter.written()?, shared: new.shared };
    let (list, expected, is_new, now) = (new.list, new.expected_version, new.id.is_none(), app.clock.now());
    let id = app
        .db
        .write(move |tx| {
            let (claim, change) = (claim.clone(), change.clone());
            Box::pin(async move {
                if let Some(earlier) = idempotency::claim(tx, &claim).await? {
                    return Ok(SavedFilterId(earlier));
                }
                let taken = |fault| {
                    let refusal = match Error::from(OfficeError::NameTaken) {
                        Error::Refused(refusal) => refusal,
                        other => return other,
                    };
                    let columns = "saved_filter.staff_id, saved_filter.list, saved_filter.name";
                    Error::from(fault).on_unique("saved_filter_name_unique", columns, refusal)
                };
                if is_new {
                    repo::lock_staff(tx, shelf.staff).await?;
                    let kept = repo::count_filters(tx, shelf, None).await?;
                    if usize::try_from(kept).is_ok_and(|kept| kept >= FILTERS_MAX) {
                        return Err(OfficeError::TooManyFilters(FILTERS_MAX).into());
                    }
                    let row = saved_filter::Model {
                        id,
                        org_id: shelf.org,
                        staff_id: shelf.staff,
                        list,
                        name: change.name,
                        filter: change.filter,
                        shared: change.shared,
                        version: 1,
                        created_at: now,
                        updated_at: now,
                    };
                    repo::insert_filter(tx, row).await.map_err(taken)?;
                    return Ok(id);
                }
                let missing = OfficeError::NotFound("savedFilterId");
                let row = repo::find_filter(tx, shelf, id).await?.ok_or(missing)?;
                if row.saved.list != list {
                    return Err(OfficeError::OtherList.into());
                }
                if !repo::change_filter(tx, (id, shelf.staff), expected, &change, now).await.map_err(taken)? {
                    return Err(OfficeError::Stale.into());
                }
                Ok(id)
            })
        })
        .await?;
    on_shelf(app, viewer, id).await
}

/// Removes an own filter, or as an administrator one that somebody shares. Removing it twice with one key is harmless.
pub async fn delete_saved_filter(app: &App, viewer: &Viewer, id: SavedFilterId, key: &str) -> Result<(), Error> {
    let staff = clerk(viewer)?;
    let administers = matches!(staff.scope(Right::StaffManage), Ok(Scope::Organization(_)));
    let owner = (staff.org_id, staff.staff_id);
    let claim = idempotency::Claim::new(app, viewer.account_id, "savedFilterDelete", key, &id, id.0)?;
    app.db
        .write(move |tx| {
            let claim = claim.clone();
            Box::pin(async move {
                if idempotency::claim(tx, &claim).await?.is_some() {
                    return Ok(());
                }
                if !repo::delete_filter(tx, id, owner, administers).await? {
                    return Err(OfficeError::NotFound("savedFilterId").into());
                }
                Ok(())
            })
        })
        .await
}
