//! Tickets of which somebody is to be told that a clock runs out.

use chrono::{DateTime, Utc};
use entities::values::{CommunityId, StaffId, TicketId, TicketState};
use entities::{ticket, ticket_escalation};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel, TryInsertResult};

use super::card::{CARD_COLUMNS, CARD_TABLES, TicketCard, from_tickets, tickets_in_scope};
use crate::db::{Fault, Sql};
use crate::domains::identity::Scope;

/// Tickets of which somebody is to be told by `now`, the longest overdue first, `limit` at most.
pub async fn to_escalate(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    now: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<TicketCard>, Fault> {
    let mut sql = Sql::new(CARD_COLUMNS);
    from_tickets(&mut sql, scope);
    sql.push(CARD_TABLES);
    tickets_in_scope(&mut sql, scope);
    sql.with(" AND t.next_escalation_at <= ", now).push(" ORDER BY t.next_escalation_at, t.id LIMIT ");
    sql.bind(i64::try_from(limit).unwrap_or(i64::MAX)).all(connection).await
}

/// Remembers of which clocks somebody was told, if the ticket has not moved on; `false` when it has.
pub async fn mark_escalated(
    connection: &impl ConnectionTrait,
    before: &ticket::Model,
    escalated: i32,
    next: Option<DateTime<Utc>>,
) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE ticket SET");
    sql.with(" escalated = ", escalated).with(", next_escalation_at = ", next);
    sql.with(" WHERE id = ", before.id).with(" AND version = ", before.version);
    Ok(sql.with(" AND escalated = ", before.escalated).run(connection).await? == 1)
}

/// Adds an escalation; `false` when it was there.
pub async fn insert_escalation(
    connection: &impl ConnectionTrait,
    row: ticket_escalation::Model,
) -> Result<bool, Fault> {
    use ticket_escalation::Column::{DueAt, Kind, Level, Round, TicketId};
    let once = OnConflict::columns([TicketId, Round, Kind, Level, DueAt]).do_nothing().to_owned();
    let insert = ticket_escalation::Entity::insert(row.into_active_model()).on_conflict(once).try_insert();
    // SeaORM reports a conflict of an insert without RETURNING as no row inserted.
    Ok(matches!(insert.exec_without_returning(connection).await?, TryInsertResult::Inserted(1..)))
}

/// Escalations of tickets that the viewer was shown, in the order in which they happened.
pub async fn escalations_of(
    connection: &impl ConnectionTrait,
    ids: &[TicketId],
) -> Result<Vec<ticket_escalation::Model>, Fault> {
    let mut sql = Sql::new("SELECT * FROM ticket_escalation WHERE ticket_id IN ");
    sql.list(ids.iter().copied()).push(" ORDER BY told_at, id").all(connection).await
}

/// One row of the overdue board: what is late, of whom or where.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct OverdueRow {
    /// The state in which the tickets wait.
    pub state: TicketState,
    /// The community.
    pub community_id: CommunityId,
    /// Its name.
    pub community_name: String,
    /// Who has them; nobody yet.
    pub assignee_id: Option<StaffId>,
    /// The assignee's name.
    pub assignee_name: Option<String>,
    /// How many tickets are late.
    pub tickets: i64,
    /// Of which emergencies.
    pub emergencies: i64,
    /// When the oldest of them was due.
    pub oldest_due_at: DateTime<Utc>,
}

/// The overdue board: late tickets by community, assignee and state, the oldest first.
pub async fn overdue_board(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    community: Option<CommunityId>,
    now: DateTime<Utc>,
) -> Result<Vec<OverdueRow>, Fault> {
    let mut sql = Sql::new(
        "SELECT t.state, t.community_id, c.name AS community_name, t.assignee_id, m.name AS assignee_name,
    COUNT(*) AS tickets, CAST(SUM(CASE WHEN t.urgency = 'EMERGENCY' THEN 1 ELSE 0 END) AS bigint) AS emergencies,
    MIN(t.next_due_at) AS oldest_due_at",
    );
    from_tickets(&mut sql, scope);
    sql.push(" JOIN community c ON c.id = t.community_id LEFT JOIN staff_member m ON m.id = t.assignee_id WHERE ");
    tickets_in_scope(&mut sql, scope);
    sql.push(" AND t.state NOT IN ('CLOSED', 'CANCELLED')").with(" AND t.next_due_at < ", now);
    if let Some(community) = community {
        sql.with(" AND t.community_id = ", community);
    }
    sql.push("\nGROUP BY t.state, t.community_id, c.name, t.assignee_id, m.name");
    sql.push("\nORDER BY oldest_due_at, t.community_id, t.assignee_id, t.state LIMIT 1000").all(connection).await
}
