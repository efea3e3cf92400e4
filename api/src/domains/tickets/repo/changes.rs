//! What changed for one member of staff since a place in the order of changes.

use entities::values::{OrganizationId, StaffId, TicketId};
use sea_orm::{ConnectionTrait, FromQueryResult};

use super::card::{CARD_COLUMNS, CARD_TABLES, TicketCard, tickets_in_scope};
use super::list::WorkList;
use crate::db::{Fault, Sql};
use crate::domains::identity::Scope;

/// A ticket with the place of its latest change.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct ChangedRow {
    /// The ticket.
    pub object_id: TicketId,
    /// The place.
    pub seq: i64,
}

/// Tickets that concern a member of staff and changed after `since`, each once, in the order of their latest change.
///
/// A ticket concerns whoever has it, had it before the change, or has ever helped with it.
pub async fn changed_for(
    connection: &impl ConnectionTrait,
    org: OrganizationId,
    staff: StaffId,
    since: i64,
    limit: u64,
) -> Result<Vec<ChangedRow>, Fault> {
    let mut sql = Sql::new("SELECT o.object_id, MAX(o.change_seq) AS seq FROM (");
    for (index, column) in ["staff_id", "staff_before_id"].into_iter().enumerate() {
        if index > 0 {
            sql.push(" UNION ALL ");
        }
        sql.push("SELECT object_id, object_kind, org_id, change_seq FROM outbox WHERE ").push(column);
        sql.with(" = ", staff).with(" AND change_seq > ", since);
    }
    sql.push(" UNION ALL SELECT x.object_id, x.object_kind, x.org_id, x.change_seq FROM ticket_helper h");
    sql.push(" JOIN outbox x ON x.object_id = h.ticket_id");
    sql.with(" WHERE h.staff_id = ", staff).with(" AND x.change_seq > ", since);
    sql.with(") o WHERE o.object_kind = 'TICKET' AND o.org_id = ", org);
    sql.push(" GROUP BY o.object_id ORDER BY seq LIMIT ").bind(i64::try_from(limit).unwrap_or(i64::MAX));
    sql.all(connection).await
}

/// Those of some tickets that stand on a work list.
pub async fn cards_on_list(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    list: &WorkList,
    ids: &[TicketId],
) -> Result<Vec<TicketCard>, Fault> {
    let mut sql = on_list(scope, list);
    sql.push(" AND t.id IN ").list(ids.iter().copied()).all(connection).await
}

/// A page of a work list by id, after `after`.
pub async fn list_by_id(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    list: &WorkList,
    after: Option<TicketId>,
    limit: u64,
) -> Result<Vec<TicketCard>, Fault> {
    let mut sql = on_list(scope, list);
    if let Some(after) = after {
        sql.with(" AND t.id > ", after);
    }
    sql.push(" ORDER BY t.id LIMIT ").bind(i64::try_from(limit).unwrap_or(i64::MAX)).all(connection).await
}

fn on_list(scope: &Scope, list: &WorkList) -> Sql {
    let mut sql = Sql::new(CARD_COLUMNS);
    list.from(&mut sql, scope);
    sql.push(CARD_TABLES);
    tickets_in_scope(&mut sql, scope);
    list.condition(&mut sql);
    sql
}
