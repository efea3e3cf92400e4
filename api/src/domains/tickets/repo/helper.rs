//! Helpers (协助人) of tickets.

use chrono::{DateTime, Utc};
use entities::values::{CommunityId, OrganizationId, StaffId, TicketId};
use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::db::{Fault, Sql};
use crate::domains::identity::{Right, having_right};

/// Somebody who helps, or has helped, with a ticket.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct HelperRow {
    /// The ticket.
    pub ticket_id: TicketId,
    /// Who.
    pub staff_id: StaffId,
    /// The name.
    pub name: String,
    /// The phone.
    pub phone: String,
    /// When the help ended; it goes on while this is missing.
    pub removed_at: Option<DateTime<Utc>>,
}

/// The helpers of several tickets, also former ones, in the order of their ids.
pub async fn helpers_of(connection: &impl ConnectionTrait, tickets: &[TicketId]) -> Result<Vec<HelperRow>, Fault> {
    let mut sql = Sql::new(
        "SELECT h.ticket_id, h.staff_id, m.name, a.phone, h.removed_at FROM ticket_helper h
JOIN staff_member m ON m.id = h.staff_id JOIN account a ON a.id = m.account_id WHERE h.ticket_id IN ",
    );
    sql.list(tickets.iter().copied()).push(" ORDER BY h.ticket_id, h.staff_id").all(connection).await
}

/// Lets somebody help, perhaps again.
pub async fn add_helper(
    connection: &impl ConnectionTrait,
    org: OrganizationId,
    ticket: TicketId,
    staff: StaffId,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let mut sql = Sql::new("INSERT INTO ticket_helper (ticket_id, staff_id, org_id, added_at, removed_at) VALUES (");
    sql.bind(ticket).with(", ", staff).with(", ", org).with(", ", now).push(", NULL)");
    sql.with(" ON CONFLICT (ticket_id, staff_id) DO UPDATE SET removed_at = NULL, added_at = ", now);
    sql.run(connection).await.map(|_| ())
}

/// Lets somebody help no longer.
pub async fn remove_helper(
    connection: &impl ConnectionTrait,
    ticket: TicketId,
    staff: StaffId,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let mut sql = Sql::new("UPDATE ticket_helper SET");
    sql.with(" removed_at = ", now).with(" WHERE removed_at IS NULL AND ticket_id = ", ticket);
    sql.with(" AND staff_id = ", staff).run(connection).await.map(|_| ())
}

/// Whether somebody can help in a community: one of its own who do work, whatever the trade.
pub async fn can_help(
    connection: &impl ConnectionTrait,
    org: OrganizationId,
    community: CommunityId,
    staff: StaffId,
) -> Result<bool, Fault> {
    let mut sql = Sql::new("SELECT COUNT(*) FROM staff_member m WHERE m.left_at IS NULL AND m.contractor_id IS NULL");
    sql.with(" AND m.org_id = ", org).with(" AND m.id = ", staff);
    sql.push(" AND 0 < (SELECT COUNT(*) FROM staff_assignment s WHERE s.staff_id = m.id AND ");
    having_right(&mut sql, Right::TicketOwn);
    sql.with(" AND (s.community_id IS NULL OR s.community_id = ", community).push("))");
    Ok(sql.number(connection).await? == 1)
}
