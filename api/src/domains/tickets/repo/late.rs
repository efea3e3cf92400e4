//! Commands of phones that came too late.

use chrono::{DateTime, Utc};
use entities::late_command;
use entities::values::{AccountId, LateCommandId, OrganizationId, StaffId, TicketId};
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel};

use crate::db::{Fault, Sql};
use crate::domains::estate::in_scope;
use crate::domains::identity::Scope;

/// A late command with the names that a list shows.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct LateRow {
    /// The command.
    #[sea_orm(nested)]
    pub command: late_command::Model,
    /// Who gave it.
    pub staff_name: String,
    /// The ticket's number, if the ticket is known.
    pub ticket_number: Option<String>,
}

/// Adds a late command.
pub async fn insert_late(connection: &impl ConnectionTrait, row: late_command::Model) -> Result<(), Fault> {
    late_command::Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    Ok(())
}

/// Why a command was refused for good.
pub async fn late_code(
    connection: &impl ConnectionTrait,
    account: AccountId,
    mutation: &str,
    key: &str,
) -> Result<Option<String>, Fault> {
    #[derive(FromQueryResult)]
    struct Row {
        code: String,
    }
    let mut sql = Sql::new("SELECT code FROM late_command WHERE");
    sql.with(" account_id = ", account).with(" AND mutation = ", mutation).with(" AND key = ", key);
    let row: Option<Row> = sql.one(connection).await?;
    Ok(row.map(|row| row.code))
}

/// Whether a ticket belongs to an organization.
pub async fn has_ticket(
    connection: &impl ConnectionTrait,
    org: OrganizationId,
    ticket: TicketId,
) -> Result<bool, Fault> {
    let mut sql = Sql::new("SELECT COUNT(*) FROM ticket WHERE");
    Ok(sql.with(" org_id = ", org).with(" AND id = ", ticket).number(connection).await? == 1)
}

fn late(select: &str, scope: &Scope, open: bool, ticket: Option<TicketId>) -> Sql {
    let mut sql = Sql::new(select);
    sql.push(" FROM late_command l JOIN staff_member m ON m.id = l.staff_id LEFT JOIN ticket t ON t.id = l.ticket_id");
    sql.push(" WHERE ");
    in_scope(&mut sql, scope, "l.org_id", "t.community_id", None);
    if open {
        sql.push(" AND l.resolved_at IS NULL");
    }
    if let Some(ticket) = ticket {
        sql.with(" AND l.ticket_id = ", ticket);
    }
    sql
}

const LATE_COLUMNS: &str = "SELECT l.*, m.name AS staff_name, t.number AS ticket_number";

/// Late commands in the order in which they came, after `after`; `open` leaves out those that were seen to.
pub async fn list_late(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    open: bool,
    ticket: Option<TicketId>,
    after: Option<LateCommandId>,
    limit: u64,
) -> Result<Vec<LateRow>, Fault> {
    let mut sql = late(LATE_COLUMNS, scope, open, ticket);
    if let Some(after) = after {
        sql.with(" AND l.id > ", after);
    }
    sql.push(" ORDER BY l.id LIMIT ").bind(i64::try_from(limit).unwrap_or(i64::MAX)).all(connection).await
}

/// How many late commands that list has.
pub async fn count_late(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    open: bool,
    ticket: Option<TicketId>,
) -> Result<i64, Fault> {
    late("SELECT COUNT(*)", scope, open, ticket).number(connection).await
}

/// One late command, if it lies in the scope.
pub async fn find_late(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    id: LateCommandId,
) -> Result<Option<LateRow>, Fault> {
    let mut sql = late(LATE_COLUMNS, scope, false, None);
    sql.with(" AND l.id = ", id).one(connection).await
}

/// Notes that somebody saw to a late command; `false` when somebody had.
pub async fn resolve_late(
    connection: &impl ConnectionTrait,
    id: LateCommandId,
    by: StaffId,
    words: &str,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE late_command SET");
    sql.with(" resolved_at = ", now).with(", resolved_by = ", by).with(", resolution = ", words);
    sql.with(" WHERE id = ", id).push(" AND resolved_at IS NULL");
    Ok(sql.run(connection).await? == 1)
}
