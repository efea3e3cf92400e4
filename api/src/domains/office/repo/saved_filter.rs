//! Saved filters.

use chrono::{DateTime, Utc};
use entities::saved_filter;
use entities::values::{ListKind, OrganizationId, SavedFilterId, StaffId};
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel};

use crate::db::{Fault, Sql};

/// A saved filter with the name of whose it is.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct SavedFilterRow {
    /// The filter.
    #[sea_orm(nested)]
    pub saved: saved_filter::Model,
    /// Whose it is.
    pub owner_name: String,
}

/// Whose filters somebody sees: the own, and those that others of the organization share.
#[derive(Clone, Copy, Debug)]
pub struct Shelf {
    /// The organization.
    pub org: OrganizationId,
    /// Who looks.
    pub staff: StaffId,
    /// Only the own.
    pub own: bool,
}

fn on_shelf(select: &str, shelf: Shelf, list: Option<ListKind>) -> Sql {
    let mut sql = Sql::new(select);
    sql.push(" FROM saved_filter s JOIN staff_member m ON m.id = s.staff_id WHERE");
    sql.with(" s.org_id = ", shelf.org).with(" AND (s.staff_id = ", shelf.staff);
    sql.push(if shelf.own { ")" } else { " OR s.shared)" });
    if let Some(list) = list {
        sql.with(" AND s.list = ", list);
    }
    sql
}

/// Filters in the order in which they were made, after `after`.
pub async fn list_filters(
    connection: &impl ConnectionTrait,
    shelf: Shelf,
    list: Option<ListKind>,
    after: Option<SavedFilterId>,
    limit: u64,
) -> Result<Vec<SavedFilterRow>, Fault> {
    let mut sql = on_shelf("SELECT s.*, m.name AS owner_name", shelf, list);
    if let Some(after) = after {
        sql.with(" AND s.id > ", after);
    }
    sql.push(" ORDER BY s.id LIMIT ").bind(i64::try_from(limit).unwrap_or(i64::MAX)).all(connection).await
}

/// How many filters that list has.
pub async fn count_filters(
    connection: &impl ConnectionTrait,
    shelf: Shelf,
    list: Option<ListKind>,
) -> Result<i64, Fault> {
    on_shelf("SELECT COUNT(*)", shelf, list).number(connection).await
}

/// One filter, if it stands on the shelf.
pub async fn find_filter(
    connection: &impl ConnectionTrait,
    shelf: Shelf,
    id: SavedFilterId,
) -> Result<Option<SavedFilterRow>, Fault> {
    let mut sql = on_shelf("SELECT s.*, m.name AS owner_name", shelf, None);
    sql.with(" AND s.id = ", id).one(connection).await
}

/// Adds a filter.
pub async fn insert_filter(connection: &impl ConnectionTrait, row: saved_filter::Model) -> Result<(), Fault> {
    saved_filter::Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    Ok(())
}

/// What a filter is changed to.
#[derive(Clone, Debug)]
pub struct FilterChange {
    /// The name.
    pub name: String,
    /// The filter.
    pub filter: String,
    /// Whether others may use it.
    pub shared: bool,
}

/// Changes an own filter, if it is still at `version` where one is given; `false` when there is nothing such.
pub async fn change_filter(
    connection: &impl ConnectionTrait,
    (id, owner): (SavedFilterId, StaffId),
    version: Option<i32>,
    change: &FilterChange,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE saved_filter SET version = version + 1,");
    sql.with(" name = ", change.name.clone()).with(", filter = ", change.filter.clone());
    sql.with(", shared = ", change.shared).with(", updated_at = ", now);
    sql.with(" WHERE id = ", id).with(" AND staff_id = ", owner);
    if let Some(version) = version {
        sql.with(" AND version = ", version);
    }
    Ok(sql.run(connection).await? == 1)
}

/// Removes a filter: an own one, or a shared one where `any_shared` says so; `false` when there is nothing such.
pub async fn delete_filter(
    connection: &impl ConnectionTrait,
    id: SavedFilterId,
    (org, owner): (OrganizationId, StaffId),
    any_shared: bool,
) -> Result<bool, Fault> {
    let mut sql = Sql::new("DELETE FROM saved_filter WHERE");
    sql.with(" id = ", id).with(" AND org_id = ", org).with(" AND (staff_id = ", owner);
    sql.push(if any_shared { " OR shared)" } else { ")" });
    Ok(sql.run(connection).await? == 1)
}
