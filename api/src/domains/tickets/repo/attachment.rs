//! Attachments: their rows, and what a page of tickets shows of them by one statement.

use chrono::{DateTime, Utc};
use entities::ticket_attachment;
use entities::values::{AccountId, AttachmentId, AttachmentRole, MediaType, TicketId, UploadId};
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel};

use crate::db::{Fault, Sql};

/// An attachment with what is known of its file.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct AttachmentRow {
    /// The attachment.
    pub id: AttachmentId,
    /// Its ticket.
    pub ticket_id: TicketId,
    /// Its file.
    pub upload_id: UploadId,
    /// What it shows.
    pub role: AttachmentRole,
    /// Which round of work it belongs to.
    pub round: i32,
    /// Who attached it.
    pub account_id: AccountId,
    /// The name of the member of staff who did, if one did.
    pub staff_name: Option<String>,
    /// When.
    pub created_at: DateTime<Utc>,
    /// What the file is.
    pub media_type: MediaType,
    /// Length of the file.
    pub stored_bytes: i64,
    /// Pixels, as it is shown.
    pub width: Option<i32>,
    /// See there.
    pub height: Option<i32>,
    /// Of a film or voice.
    pub duration_ms: Option<i32>,
    /// Whether there is a small picture of it.
    pub has_thumbnail: bool,
}

/// Adds attachments.
pub async fn insert_attachments(
    connection: &impl ConnectionTrait,
    rows: Vec<ticket_attachment::Model>,
) -> Result<(), Fault> {
    let rows = rows.into_iter().map(IntoActiveModel::into_active_model);
    ticket_attachment::Entity::insert_many::<ticket_attachment::ActiveModel, _>(rows)
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

/// Attachments of several tickets, oldest first.
pub async fn attachments_of(
    connection: &impl ConnectionTrait,
    tickets: &[TicketId],
) -> Result<Vec<AttachmentRow>, Fault> {
    let mut sql = Sql::new(
        "SELECT x.id, x.ticket_id, x.upload_id, x.role, x.round, x.account_id, x.created_at, m.name AS staff_name,
    u.media_type, u.stored_bytes, u.width, u.height, u.duration_ms, u.thumbnail_name IS NOT NULL AS has_thumbnail
FROM ticket_attachment x
JOIN upload u ON u.id = x.upload_id
LEFT JOIN staff_member m ON m.id = x.staff_id
WHERE x.ticket_id IN ",
    );
    sql.list(tickets.iter().copied()).push(" ORDER BY x.id").all(connection).await
}
