//! Photos, voices and signatures on tickets.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use entities::values::UploadId;
use uuid::Uuid;

use super::enums::AttachmentRole;
use super::inputs::TicketAttachInput;
use super::types::Ticket;
use crate::domains::identity::Viewer;
use crate::domains::tickets::service::{self, AttachmentRow, NewAttachment};
use crate::domains::uploads::{Variant, link};
use crate::error::{Code, Error, Refusal};
use crate::graphql::id::wire_id;
use crate::graphql::request;
use crate::graphql::scalars::DateTime;
use crate::payloads;
use crate::state::App;

/// A complete upload that is to become an attachment.
#[derive(InputObject, Clone)]
pub struct TicketUploadInput {
    /// The UUID that the phone gave the upload.
    upload_id: ID,
    /// What it shows.
    role: AttachmentRole,
}

/// Reads uploads; none when the field is missing.
pub fn read_uploads(uploads: Option<&[TicketUploadInput]>) -> Result<Vec<NewAttachment>, Error> {
    let invalid = || Error::from(Refusal::at(Code::InvalidId, "uploads"));
    let read = |input: &TicketUploadInput| {
        let upload_id = Uuid::try_parse(input.upload_id.as_str()).map(UploadId).map_err(|_| invalid())?;
        Ok(NewAttachment { upload_id, role: input.role.into() })
    };
    uploads.unwrap_or_default().iter().map(read).collect()
}

/// A photo, film, voice or signature on a ticket (附件).
#[derive(SimpleObject)]
pub struct TicketAttachment {
    /// Opaque id.
    pub id: ID,
    /// What it shows.
    pub role: AttachmentRole,
    /// Which round of work it belongs to, from 0.
    pub round: i32,
    /// What the file is: `image/jpeg`, `image/png`, `image/heic`, `audio/mp4` or `video/mp4`. New types may appear.
    pub media_type: String,
    /// Length of the file in bytes.
    pub byte_count: i32,
    /// Width in pixels, as it is shown; null for a voice.
    pub width: Option<i32>,
    /// Height in pixels, as it is shown; null for a voice.
    pub height: Option<i32>,
    /// Length of a film or voice in seconds, rounded up.
    pub duration_seconds: Option<i32>,
    /// When it was attached.
    pub created_at: DateTime,
    /// Name of the member of staff who attached it; null when a resident did.
    pub by_staff_name: Option<String>,
    /// Whether the viewer attached it.
    pub by_viewer: bool,
    /// Where the file is, relative to the server's address. Opens without a token until `expiresAt`.
    pub url: String,
    /// A JPEG of at most 320 pixels a side; null for HEIC, film and voice.
    pub thumbnail_url: Option<String>,
    /// Until when the two addresses open; then load them again.
    pub expires_at: DateTime,
}

impl TicketAttachment {
    /// As the viewer sees it, with fresh links.
    pub fn new(app: &App, viewer: &Viewer, row: AttachmentRow) -> Self {
        let original = link(app, row.upload_id, Variant::Original);
        Self {
            id: wire_id(row.id),
            role: row.role.into(),
            round: row.round,
            media_type: row.media_type.as_str().to_owned(),
            byte_count: i32::try_from(row.stored_bytes).unwrap_or(i32::MAX),
            width: row.width,
            height: row.height,
            duration_seconds: row
                .duration_ms
                .map(|milliseconds| milliseconds / 1000 + i32::from(milliseconds % 1000 > 0)),
            created_at: row.created_at.into(),
            by_staff_name: row.staff_name,
            by_viewer: row.account_id == viewer.account_id,
            url: original.url,
            thumbnail_url: row.has_thumbnail.then(|| link(app, row.upload_id, Variant::Thumbnail).url),
            expires_at: original.expires_at.into(),
        }
    }
}

payloads! {
    /// What became of it.
    TicketAttachPayload {
        /// The ticket as it now is.
        ticket: Ticket
    }
}

/// Mutations of attachments.
#[derive(Default)]
pub struct AttachmentMutation;

#[Object]
impl AttachmentMutation {
    /// Attaches complete uploads to a ticket (上传附件). Whoever may comment on the ticket may; like every other event it
    /// raises the ticket's version.
    async fn ticket_attach(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The command.")] input: TicketAttachInput,
    ) -> Result<TicketAttachPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> =
            async { service::attach(app, viewer, input.step()?, read_uploads(Some(&input.uploads))?).await }.await;
        Ok(TicketAttachPayload::from_outcome(context, outcome)?)
    }
}
