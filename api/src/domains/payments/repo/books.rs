//! What receipts are numbered by: series, and books in somebody's custody.

use chrono::{DateTime, Utc};
use entities::values::{CommunityId, ReceiptBookId, ReceiptBookState, ReceiptSeriesId, ReceiptSeriesKind, StaffId};
use entities::{receipt_book, receipt_series};
use sea_orm::{ConnectionTrait, FromQueryResult};

use super::limited;
use crate::db::{Fault, Sql};
use crate::domains::estate::in_scope;
use crate::domains::identity::Scope;

/// The series in use of a community, held until the commit; without books its last number is one that nobody else has.
pub async fn take_series(
    connection: &impl ConnectionTrait,
    community: CommunityId,
    kind: ReceiptSeriesKind,
) -> Result<Option<receipt_series::Model>, Fault> {
    let mut sql = Sql::new("UPDATE receipt_series SET last_number = last_number + CASE WHEN books THEN 0 ELSE 1 END");
    sql.with(" WHERE community_id = ", community).with(" AND kind = ", kind).push(" AND active RETURNING *");
    sql.one(connection).await
}

/// A number of the lowest book with one left that a clerk holds; whoever calls holds the series.
pub async fn take_from_book(
    connection: &impl ConnectionTrait,
    series: ReceiptSeriesId,
    staff: StaffId,
) -> Result<Option<(ReceiptBookId, i64)>, Fault> {
    #[derive(FromQueryResult)]
    struct Row {
        id: ReceiptBookId,
        next_number: i64,
    }
    let mut sql = Sql::new("UPDATE receipt_book SET next_number = next_number + 1 WHERE id = (");
    sql.push("SELECT b.id FROM receipt_book b WHERE b.state = 'ISSUED' AND b.next_number <= b.last_number");
    sql.with(" AND b.series_id = ", series).with(" AND b.staff_id = ", staff);
    sql.push(" ORDER BY b.first_number LIMIT 1) RETURNING id, next_number");
    Ok(sql.one::<Row>(connection).await?.map(|row| (row.id, row.next_number - 1)))
}

/// Adds a series unless its community has one in use of the kind, or one of the code; whether it was added.
pub async fn add_series(connection: &impl ConnectionTrait, row: &receipt_series::Model) -> Result<bool, Fault> {
    let mut sql = Sql::new(
        "INSERT INTO receipt_series (id, org_id, community_id, kind, code, name, books, active, last_number, version,
    created_at, updated_at) VALUES (",
    );
    sql.bind(row.id).with(", ", row.org_id).with(", ", row.community_id).with(", ", row.kind);
    sql.with(", ", row.code.clone()).with(", ", row.name.clone()).with(", ", row.books).with(", ", row.active);
    sql.with(", ", row.last_number).with(", ", row.version).with(", ", row.created_at).with(", ", row.updated_at);
    Ok(sql.push(") ON CONFLICT DO NOTHING").run(connection).await? == 1)
}

/// Takes the desk's series of a community out of use, unless it has this code; what it was, if there was another.
pub async fn retire_series(
    connection: &impl ConnectionTrait,
    (community, keep): (CommunityId, &str),
    now: DateTime<Utc>,
) -> Result<Option<receipt_series::Model>, Fault> {
    let mut sql = Sql::new("UPDATE receipt_series SET active = FALSE, version = version + 1");
    sql.with(", updated_at = ", now).with(" WHERE community_id = ", community);
    sql.with(" AND code <> ", keep.to_owned()).push(" AND kind = 'DESK' AND active RETURNING *");
    sql.one(connection).await
}

/// Sets a series' name and has it used.
pub async fn use_series(
    connection: &impl ConnectionTrait,
    id: ReceiptSeriesId,
    name: &str,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let mut sql = Sql::new("UPDATE receipt_series SET active = TRUE, version = version + 1");
    sql.with(", name = ", name.to_owned()).with(", updated_at = ", now).with(" WHERE id = ", id);
    sql.run(connection).await.map(|_| ())
}

/// A community's series with a code.
pub async fn series_of_code(
    connection: &impl ConnectionTrait,
    community: CommunityId,
    code: &str,
) -> Result<Option<receipt_series::Model>, Fault> {
    let mut sql = Sql::new("SELECT * FROM receipt_series WHERE");
    sql.with(" community_id = ", community).with(" AND code = ", code.to_owned()).one(connection).await
}

/// The series of a community in scope, the desk's first.
pub async fn list_series(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    community: CommunityId,
) -> Result<Vec<receipt_series::Model>, Fault> {
    let mut sql = Sql::new("SELECT s.* FROM receipt_series s WHERE ");
    in_scope(&mut sql, scope, "s.org_id", "s.community_id", None);
    sql.with(" AND s.community_id = ", community).push(" ORDER BY s.kind, s.id").all(connection).await
}

/// A series in scope.
pub async fn find_series(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    id: ReceiptSeriesId,
) -> Result<Option<receipt_series::Model>, Fault> {
    let mut sql = Sql::new("SELECT s.* FROM receipt_series s WHERE ");
    in_scope(&mut sql, scope, "s.org_id", "s.community_id", None);
    sql.with(" AND s.id = ", id).one(connection).await
}

/// Takes a series in hand until the commit.
pub async fn hold_series(connection: &impl ConnectionTrait, id: ReceiptSeriesId) -> Result<(), Fault> {
    let mut sql = Sql::new("UPDATE receipt_series SET last_number = last_number WHERE id = ");
    sql.bind(id).run(connection).await.map(|_| ())
}

/// Whether any of these numbers of a series belongs to a book; of a returned one those that were used.
pub async fn book_overlaps(
    connection: &impl ConnectionTrait,
    series: ReceiptSeriesId,
    (first, last): (i64, i64),
) -> Result<bool, Fault> {
    let mut sql = Sql::new("SELECT COUNT(*) FROM receipt_book b WHERE");
    sql.with(" b.series_id = ", series).with(" AND b.first_number <= ", last);
    sql.with(" AND CASE b.state WHEN 'ISSUED' THEN b.last_number ELSE b.next_number - 1 END >= ", first);
    Ok(sql.number(connection).await? > 0)
}

/// A book as every list shows it.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct BookCard {
    /// The book.
    #[sea_orm(nested)]
    pub book: receipt_book::Model,
    /// The series' code.
    pub series_code: String,
    /// The holder's name.
    pub staff_name: String,
}

const BOOK: &str = "SELECT b.*, s.code AS series_code, t.name AS staff_name FROM receipt_book b
JOIN receipt_series s ON s.id = b.series_id JOIN staff_member t ON t.id = b.staff_id WHERE ";

/// Which books a list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BookFilter {
    /// Only of this community.
    pub community_id: Option<CommunityId>,
    /// Only of this series.
    pub series_id: Option<ReceiptSeriesId>,
    /// Only those of this holder.
    pub staff_id: Option<StaffId>,
    /// Only in this state.
    pub state: Option<ReceiptBookState>,
}

fn listed(select: &str, scope: &Scope, filter: &BookFilter) -> Sql {
    let mut sql = Sql::new(select);
    in_scope(&mut sql, scope, "b.org_id", "b.community_id", None);
    if let Some(it) = filter.community_id {
        sql.with(" AND b.community_id = ", it);
    }
    if let Some(it) = filter.series_id {
        sql.with(" AND b.series_id = ", it);
    }
    if let Some(it) = filter.staff_id {
        sql.with(" AND b.staff_id = ", it);
    }
    if let Some(it) = filter.state {
        sql.with(" AND b.state = ", it);
    }
    sql
}

/// Books in scope, the newest first, after `after`.
pub async fn list_books(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    filter: &BookFilter,
    after: Option<ReceiptBookId>,
    limit: u64,
) -> Result<Vec<BookCard>, Fault> {
    let mut sql = listed(BOOK, scope, filter);
    if let Some(after) = after {
        sql.with(" AND b.id < ", after);
    }
    sql.push(" ORDER BY b.id DESC LIMIT ").bind(limited(limit)).all(connection).await
}

/// How many books that list has.
pub async fn count_books(connection: &impl ConnectionTrait, scope: &Scope, filter: &BookFilter) -> Result<i64, Fault> {
    listed("SELECT COUNT(*) FROM receipt_book b WHERE ", scope, filter).number(connection).await
}

/// A book in scope.
pub async fn find_book(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    id: ReceiptBookId,
) -> Result<Option<BookCard>, Fault> {
    listed(BOOK, scope, &BookFilter::default()).with(" AND b.id = ", id).one(connection).await
}

/// Takes a book back; `false` when it is back by now.
pub async fn return_book(
    connection: &impl ConnectionTrait,
    id: ReceiptBookId,
    by: StaffId,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE receipt_book SET state = 'RETURNED', version = version + 1");
    sql.with(", returned_by = ", by).with(", returned_at = ", now).with(" WHERE id = ", id);
    Ok(sql.push(" AND state = 'ISSUED'").run(connection).await? == 1)
}
