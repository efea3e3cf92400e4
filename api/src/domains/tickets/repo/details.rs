//! What belongs to tickets: history, comments, callbacks, ratings; each batch by one statement.

use std::collections::HashMap;

use entities::values::{CommentVisibility, StaffId, TicketId};
use entities::{callback_attempt, history_event, ticket_comment, ticket_rating};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QueryResult};

use crate::db::{Fault, Sql};

/// A row with the name of the member of staff it came from, if any.
#[derive(Clone, Debug)]
pub struct Named<R> {
    /// The row.
    pub row: R,
    /// The name.
    pub staff_name: Option<String>,
}

impl<R: FromQueryResult> FromQueryResult for Named<R> {
    fn from_query_result(row: &QueryResult, prefix: &str) -> Result<Self, sea_orm::DbErr> {
        Ok(Self { row: R::from_query_result(row, prefix)?, staff_name: row.try_get(prefix, "staff_name")? })
    }
}

fn named(table: &str, ticket_column: &str, tickets: &[TicketId]) -> Sql {
    let mut sql = Sql::new("SELECT x.*, m.name AS staff_name FROM ");
    sql.push(table).push(" x LEFT JOIN staff_member m ON m.id = x.staff_id WHERE x.").push(ticket_column);
    sql.push(" IN ").list(tickets.iter().copied());
    sql
}

/// Events of several tickets, oldest first.
pub async fn events_of(
    connection: &impl ConnectionTrait,
    tickets: &[TicketId],
) -> Result<Vec<Named<history_event::Model>>, Fault> {
    named("history_event", "object_id", tickets).push(" ORDER BY x.object_id, x.seq").all(connection).await
}

/// Names of staff, by their ids.
pub async fn staff_names(
    connection: &impl ConnectionTrait,
    ids: &[StaffId],
) -> Result<HashMap<StaffId, String>, Fault> {
    #[derive(FromQueryResult)]
    struct Row {
        id: StaffId,
        name: String,
    }
    let mut sql = Sql::new("SELECT id, name FROM staff_member WHERE id IN ");
    let rows: Vec<Row> = sql.list(ids.iter().copied()).all(connection).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

/// Comments of several tickets, oldest first; internal ones for staff only.
pub async fn comments_of(
    connection: &impl ConnectionTrait,
    tickets: &[TicketId],
    internal: bool,
) -> Result<Vec<Named<ticket_comment::Model>>, Fault> {
    let mut sql = named("ticket_comment", "ticket_id", tickets);
    if !internal {
        sql.with(" AND x.visibility = ", CommentVisibility::Public);
    }
    sql.push(" ORDER BY x.id").all(connection).await
}

/// Tries of callbacks of several tickets, oldest first.
pub async fn attempts_of(
    connection: &impl ConnectionTrait,
    tickets: &[TicketId],
) -> Result<Vec<Named<callback_attempt::Model>>, Fault> {
    named("callback_attempt", "ticket_id", tickets).push(" ORDER BY x.id").all(connection).await
}

/// Ratings of several tickets, oldest first.
pub async fn ratings_of(
    connection: &impl ConnectionTrait,
    tickets: &[TicketId],
) -> Result<Vec<ticket_rating::Model>, Fault> {
    let query = ticket_rating::Entity::find().filter(ticket_rating::Column::TicketId.is_in(tickets.iter().copied()));
    Ok(query.order_by_asc(ticket_rating::Column::Id).all(connection).await?)
}
