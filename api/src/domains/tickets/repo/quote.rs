//! Quotes with their lines, and what completions used.

use chrono::{DateTime, Utc};
use entities::values::{AccountId, QuoteId, QuoteState, StaffId, TicketId};
use entities::{quote, quote_line, ticket_material};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter, QueryOrder};

use super::card::{from_tickets, tickets_in_scope};
use crate::db::{Fault, Sql};
use crate::domains::identity::Scope;

/// A quote with the names of staff.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct QuoteRow {
    /// The quote.
    #[sea_orm(nested)]
    pub quote: quote::Model,
    /// Who made it.
    pub submitted_name: String,
    /// The member of staff who put the resident's word down, or took it back.
    pub decided_name: Option<String>,
}

const COLUMNS: &str = "SELECT q.*, s.name AS submitted_name, d.name AS decided_name";
const NAMES: &str = " JOIN staff_member s ON s.id = q.submitted_by
LEFT JOIN staff_member d ON d.id = q.decided_staff WHERE ";

/// A quote of a ticket in the scope.
pub async fn quote_in_scope(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    id: QuoteId,
) -> Result<Option<QuoteRow>, Fault> {
    let mut sql = Sql::new(COLUMNS);
    from_tickets(&mut sql, scope);
    sql.push(" JOIN quote q ON q.ticket_id = t.id").push(NAMES).with("q.id = ", id).push(" AND ");
    tickets_in_scope(&mut sql, scope);
    sql.one(connection).await
}

/// Quotes of several tickets, oldest first.
pub async fn quotes_of(connection: &impl ConnectionTrait, tickets: &[TicketId]) -> Result<Vec<QuoteRow>, Fault> {
    let mut sql = Sql::new(COLUMNS);
    sql.push(" FROM quote q").push(NAMES).push("q.ticket_id IN ");
    sql.list(tickets.iter().copied()).push(" ORDER BY q.ticket_id, q.number").all(connection).await
}

/// One quote of a ticket.
pub async fn find_quote(
    connection: &impl ConnectionTrait,
    ticket: TicketId,
    id: QuoteId,
) -> Result<Option<quote::Model>, Fault> {
    Ok(quote::Entity::find_by_id(id).filter(quote::Column::TicketId.eq(ticket)).one(connection).await?)
}

/// Lines of several quotes, in their order.
pub async fn quote_lines_of(
    connection: &impl ConnectionTrait,
    quotes: &[QuoteId],
) -> Result<Vec<quote_line::Model>, Fault> {
    let query = quote_line::Entity::find().filter(quote_line::Column::QuoteId.is_in(quotes.iter().copied()));
    Ok(query.order_by_asc(quote_line::Column::Position).all(connection).await?)
}

/// The lines of the ticket's approved quote; none when there is no such quote.
pub async fn approved_lines(
    connection: &impl ConnectionTrait,
    ticket: TicketId,
) -> Result<Vec<quote_line::Model>, Fault> {
    let mut sql = Sql::new("SELECT l.* FROM quote_line l JOIN quote q ON q.id = l.quote_id WHERE");
    sql.with(" q.ticket_id = ", ticket).with(" AND q.state = ", QuoteState::Approved);
    sql.push(" ORDER BY l.position").all(connection).await
}

/// The number of a ticket's next quote.
pub async fn next_quote_number(connection: &impl ConnectionTrait, ticket: TicketId) -> Result<i32, Fault> {
    let mut sql = Sql::new("SELECT CAST(COALESCE(MAX(number), 0) + 1 AS bigint) FROM quote WHERE");
    let number = sql.with(" ticket_id = ", ticket).number(connection).await?;
    Ok(i32::try_from(number).unwrap_or(i32::MAX))
}

/// Adds a quote; a second one that waits or was approved violates `quote_standing_unique`.
pub async fn insert_quote(
    connection: &impl ConnectionTrait,
    row: quote::Model,
    lines: Vec<quote_line::Model>,
) -> Result<(), Fault> {
    quote::Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    let lines = lines.into_iter().map(IntoActiveModel::into_active_model);
    quote_line::Entity::insert_many::<quote_line::ActiveModel, _>(lines).exec_without_returning(connection).await?;
    Ok(())
}

/// How a quote was decided.
#[derive(Clone, Debug)]
pub struct Decision {
    /// What becomes of it.
    pub state: QuoteState,
    /// Whose doing it is; nobody's, when the system does it.
    pub account: Option<AccountId>,
    /// The same, when it is a member of staff.
    pub staff: Option<StaffId>,
    /// In words.
    pub words: Option<String>,
    /// What a refusal costs.
    pub visit_fee: entities::values::Money,
    /// When.
    pub at: DateTime<Utc>,
}

/// Decides on the ticket's open quote; `false` when it has none any more.
pub async fn decide_quote(
    connection: &impl ConnectionTrait,
    ticket: TicketId,
    decision: &Decision,
) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE quote SET version = version + 1,");
    sql.with(" state = ", decision.state).with(", decided_account = ", decision.account);
    sql.with(", decided_staff = ", decision.staff).with(", decided_words = ", decision.words.clone());
    sql.with(", visit_fee_fen = ", decision.visit_fee).with(", decided_at = ", decision.at);
    sql.with(" WHERE ticket_id = ", ticket).with(" AND state = ", QuoteState::Open);
    Ok(sql.run(connection).await? == 1)
}

/// Marks quotes as due.
pub async fn mark_due(connection: &impl ConnectionTrait, ids: &[QuoteId], at: DateTime<Utc>) -> Result<(), Fault> {
    let mut sql = Sql::new("UPDATE quote SET version = version + 1,");
    sql.with(" due_at = ", at).push(" WHERE due_at IS NULL AND id IN ").list(ids.iter().copied());
    sql.run(connection).await.map(|_| ())
}

/// Adds what a completion used.
pub async fn insert_materials(
    connection: &impl ConnectionTrait,
    rows: Vec<ticket_material::Model>,
) -> Result<(), Fault> {
    let rows = rows.into_iter().map(IntoActiveModel::into_active_model);
    ticket_material::Entity::insert_many::<ticket_material::ActiveModel, _>(rows)
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

/// What completions of several tickets used, in their order.
pub async fn materials_of(
    connection: &impl ConnectionTrait,
    tickets: &[TicketId],
) -> Result<Vec<ticket_material::Model>, Fault> {
    let query =
        ticket_material::Entity::find().filter(ticket_material::Column::TicketId.is_in(tickets.iter().copied()));
    let query = query.order_by_asc(ticket_material::Column::Round);
    Ok(query.order_by_asc(ticket_material::Column::Position).all(connection).await?)
}
