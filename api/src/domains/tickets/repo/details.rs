//! What belongs to tickets: history, comments, callbacks, ratings.

use entities::values::{CommentVisibility, StaffId, TicketId};
use entities::{callback_attempt, ticket_comment, ticket_rating};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder};

use crate::db::{Fault, Sql};

/// A person's name, for whoever acted on a ticket.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct StaffName {
    /// The staff member.
    pub id: StaffId,
    /// The name.
    pub name: String,
}

/// Comments of several tickets, oldest first; internal ones for staff only.
pub async fn comments_of(
    connection: &impl ConnectionTrait,
    tickets: &[TicketId],
    internal: bool,
) -> Result<Vec<ticket_comment::Model>, Fault> {
    let mut query =
        ticket_comment::Entity::find().filter(ticket_comment::Column::TicketId.is_in(tickets.iter().copied()));
    if !internal {
        query = query.filter(ticket_comment::Column::Visibility.eq(CommentVisibility::Public));
    }
    Ok(query.order_by_asc(ticket_comment::Column::Id).all(connection).await?)
}

/// Tries of callbacks of several tickets, oldest first.
pub async fn attempts_of(
    connection: &impl ConnectionTrait,
    tickets: &[TicketId],
) -> Result<Vec<callback_attempt::Model>, Fault> {
    let query =
        callback_attempt::Entity::find().filter(callback_attempt::Column::TicketId.is_in(tickets.iter().copied()));
    Ok(query.order_by_asc(callback_attempt::Column::Id).all(connection).await?)
}

/// Ratings of several tickets, oldest first.
pub async fn ratings_of(
    connection: &impl ConnectionTrait,
    tickets: &[TicketId],
) -> Result<Vec<ticket_rating::Model>, Fault> {
    let query = ticket_rating::Entity::find().filter(ticket_rating::Column::TicketId.is_in(tickets.iter().copied()));
    Ok(query.order_by_asc(ticket_rating::Column::Id).all(connection).await?)
}

/// Names of staff.
pub async fn staff_names(connection: &impl ConnectionTrait, ids: &[StaffId]) -> Result<Vec<StaffName>, Fault> {
    Sql::new("SELECT id, name FROM staff_member WHERE id IN ").list(ids.iter().copied()).all(connection).await
}
