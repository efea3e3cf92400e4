//! Who could take a ticket, and which tickets wait for somebody.

use chrono::{DateTime, Utc};
use entities::values::{DutyState, OrganizationId, StaffId, TicketId, Trade, Urgency};
use sea_orm::{ConnectionTrait, FromQueryResult};

use super::TicketCard;
use crate::db::{Fault, Sql};
use crate::domains::estate::lock_organization;
use crate::domains::identity::{Right, having_right};

/// Somebody who works in a ticket's community, for the organization or a contractor.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct CandidateRow {
    /// The member of staff.
    pub staff_id: StaffId,
    /// The name.
    pub name: String,
    /// The contractor's name.
    pub contractor_name: Option<String>,
    /// Whether at work.
    pub duty_state: DutyState,
    /// Since when.
    pub duty_changed_at: DateTime<Utc>,
    /// Whether the trade is there, or none is needed.
    pub has_trade: bool,
    /// Whether another open ticket has an appointment that touches this one's.
    pub slot_taken: bool,
    /// Whether this person declined the ticket in this round.
    pub declined: bool,
    /// Estimated minutes of all open work.
    pub open_minutes: i64,
    /// When this person last ended a piece of work.
    pub last_completed_at: Option<DateTime<Utc>>,
}

const OPEN: &str = "('DISPATCHED', 'ACCEPTED', 'IN_PROGRESS', 'PAUSED')";

/// Everybody who works in the ticket's community, with what decides whether the ticket is given to them: one statement.
pub async fn candidates(connection: &impl ConnectionTrait, card: &TicketCard) -> Result<Vec<CandidateRow>, Fault> {
    let ticket = &card.ticket;
    let mut sql =
        Sql::new("SELECT m.id AS staff_id, m.name, x.name AS contractor_name, m.duty_state, m.duty_changed_at,");
    if card.category_trade == Trade::General {
        sql.push("\n    1 = 1 AS has_trade,");
    } else {
        sql.with(
            "\n    (EXISTS (SELECT 1 FROM staff_trade d WHERE d.staff_id = m.id AND d.trade = ",
            card.category_trade,
        );
        sql.push(") OR EXISTS (SELECT 1 FROM contractor_trade d WHERE d.contractor_id = m.contractor_id");
        sql.with(" AND d.trade = ", card.category_trade).push(")) AS has_trade,");
    }
    if let Some((start, end)) = ticket.slot_start.zip(ticket.slot_end) {
        sql.push("\n    EXISTS (SELECT 1 FROM ticket o WHERE o.assignee_id = m.id AND o.state IN ").push(OPEN);
        sql.with(" AND o.id <> ", ticket.id).with(" AND o.slot_start < ", end).with(" AND o.slot_end > ", start);
        sql.push(") AS slot_taken,");
    } else {
        sql.push("\n    1 = 0 AS slot_taken,");
    }
    sql.with("\n    EXISTS (SELECT 1 FROM history_event e WHERE e.object_id = ", ticket.id);
    sql.with(" AND e.kind = 'DECLINED' AND e.staff_id = m.id AND e.recorded_at >= ", ticket.clock_started_at);
    sql.push(") AS declined,\n    CAST(COALESCE((SELECT SUM(k.work_minutes) FROM ticket o");
    sql.push(" JOIN ticket_category k ON k.id = o.category_id WHERE o.assignee_id = m.id AND o.state IN ").push(OPEN);
    sql.push("), 0) AS bigint) AS open_minutes,");
    sql.push("\n    (SELECT MAX(o.completed_at) FROM ticket o WHERE o.worker_id = m.id) AS last_completed_at");
    sql.push("\nFROM staff_member m LEFT JOIN contractor x ON x.id = m.contractor_id");
    sql.with("\nWHERE m.left_at IS NULL AND m.org_id = ", ticket.org_id).push(" AND (m.contractor_id IS NULL");
    sql.push(" AND 0 < (SELECT COUNT(*) FROM staff_assignment s WHERE s.staff_id = m.id AND ");
    having_right(&mut sql, Right::TicketOwn);
    sql.with(" AND (s.community_id IS NULL OR s.community_id = ", ticket.community_id).push("))");
    sql.push(" OR x.active AND EXISTS (SELECT 1 FROM contractor_community s WHERE s.contractor_id = m.contractor_id");
    sql.with(" AND s.community_id = ", ticket.community_id).push("))\nORDER BY m.id").all(connection).await
}

/// Place of a waiting ticket in the order in which they are given out.
#[derive(Clone, Copy, Debug, PartialEq, FromQueryResult)]
pub struct Waiting {
    /// Emergencies go first.
    pub urgency: Urgency,
    /// Then whatever came first.
    pub id: TicketId,
}

/// Tickets that wait for automatic dispatch after `after`: those of communities that want it where somebody is on duty,
/// and that were not tried yet, were last tried before `retry`, or since whose last try somebody came on duty.
pub async fn waiting(
    connection: &impl ConnectionTrait,
    retry: DateTime<Utc>,
    after: Option<Waiting>,
    limit: u64,
) -> Result<Vec<Waiting>, Fault> {
    let mut sql = Sql::new(
        "SELECT t.urgency, t.id FROM community_ticket_setting c JOIN ticket t ON t.community_id = c.community_id
WHERE c.auto_dispatch AND t.state = 'SUBMITTED' AND t.origin <> 'IMPORTED'
AND 0 < (SELECT COUNT(*) FROM staff_assignment s JOIN staff_member m ON m.id = s.staff_id
    WHERE s.org_id = t.org_id AND (s.community_id IS NULL OR s.community_id = t.community_id)
    AND m.duty_state = 'ON_DUTY' AND m.left_at IS NULL AND m.contractor_id IS NULL AND ",
    );
    having_right(&mut sql, Right::TicketOwn);
    sql.with("\n    AND (t.auto_tried_at IS NULL OR t.auto_tried_at <= ", retry)
        .push(" OR m.duty_changed_at >= t.auto_tried_at))");
    if let Some(after) = after {
        sql.with(" AND (t.urgency, t.id) > (", after.urgency).with(", ", after.id).push(")");
    }
    // EMERGENCY sorts before ORDINARY.
    sql.push("\nORDER BY t.urgency, t.id LIMIT ").bind(i64::try_from(limit).unwrap_or(i64::MAX)).all(connection).await
}

/// Notes that automatic dispatch was tried.
pub async fn note_tried(
    connection: &impl ConnectionTrait,
    tickets: &[TicketId],
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let mut sql = Sql::new("UPDATE ticket SET");
    sql.with(" auto_tried_at = ", now).push(" WHERE state = 'SUBMITTED' AND id IN ").list(tickets.iter().copied());
    sql.run(connection).await.map(|_| ())
}

/// Lets one automatic dispatch of an organization run at a time, so that nobody is given two tickets of one slot;
/// `false` when the ticket's community does not want it any more. The lock is held until the commit.
pub async fn lock_dispatch(
    connection: &impl ConnectionTrait,
    org: OrganizationId,
    ticket: TicketId,
) -> Result<bool, Fault> {
    lock_organization(connection, org).await?;
    let mut sql = Sql::new(
        "SELECT COUNT(*) FROM ticket t JOIN community_ticket_setting c ON c.community_id = t.community_id
WHERE c.auto_dispatch AND t.id = ",
    );
    Ok(sql.bind(ticket).number(connection).await? == 1)
}
