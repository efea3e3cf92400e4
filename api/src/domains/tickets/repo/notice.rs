//! Public links for the lobby.

use chrono::{DateTime, Utc};
use entities::ticket_notice::{Entity, Model};
use entities::values::{OrganizationId, StaffId, TicketId};
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel};

use crate::db::{Fault, Sql};

/// A live link with the name of who made it.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct NoticeRow {
    /// The link.
    #[sea_orm(nested)]
    pub notice: Model,
    /// Who made it.
    pub created_by_name: String,
}

/// Adds a link.
pub async fn insert_notice(connection: &impl ConnectionTrait, row: Model) -> Result<(), Fault> {
    Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    Ok(())
}

/// The live links of tickets that the viewer was shown; one each at most.
pub async fn notices_of(connection: &impl ConnectionTrait, tickets: &[TicketId]) -> Result<Vec<NoticeRow>, Fault> {
    let mut sql = Sql::new("SELECT n.*, m.name AS created_by_name FROM ticket_notice n");
    sql.push(" JOIN staff_member m ON m.id = n.created_by WHERE n.revoked_at IS NULL AND n.ticket_id IN ");
    sql.list(tickets.iter().copied()).all(connection).await
}

/// The live link of a token.
pub async fn notice_of_token(connection: &impl ConnectionTrait, token_hash: Vec<u8>) -> Result<Option<Model>, Fault> {
    let mut sql = Sql::new("SELECT * FROM ticket_notice WHERE revoked_at IS NULL");
    sql.with(" AND token_hash = ", token_hash).one(connection).await
}

/// Ends the live link of a ticket; `false` when it has none.
pub async fn revoke_notice(
    connection: &impl ConnectionTrait,
    (org, ticket): (OrganizationId, TicketId),
    by: StaffId,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE ticket_notice SET");
    sql.with(" revoked_by = ", by).with(", revoked_at = ", now);
    sql.with(" WHERE org_id = ", org).with(" AND ticket_id = ", ticket).push(" AND revoked_at IS NULL");
    Ok(sql.run(connection).await? == 1)
}
