//! Attachments: complete uploads become part of a ticket, in the transaction of the step that they come with.

use chrono::{DateTime, Utc};
use entities::ticket_attachment;
use entities::values::{AttachmentRole, OrganizationId, TicketId, UploadId};
use serde::Serialize;
use serde_json::{Value, json};

use super::super::error::TicketError;
use super::super::model::Command;
use super::super::model::attachment::{ATTACHMENTS_MAX, fits, is_for_staff};
use super::super::repo::{self, TicketCard};
use super::commands::Step;
use super::step::{Beside, Seen, step};
use crate::db::Tx;
use crate::domains::identity::Viewer;
use crate::domains::uploads;
use crate::error::Error;
use crate::state::App;

/// The input field that names uploads.
const FIELD: &str = "uploads";

/// An upload that is to become an attachment.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewAttachment {
    /// The upload.
    pub upload_id: UploadId,
    /// What it shows.
    pub role: AttachmentRole,
}

/// Checks what needs no database.
pub fn check(viewer: &Viewer, attachments: &[NewAttachment]) -> Result<(), Error> {
    if attachments.len() > ATTACHMENTS_MAX {
        return Err(TicketError::TooMany(FIELD, ATTACHMENTS_MAX).into());
    }
    let twice = |index: usize, one: &NewAttachment| attachments[..index].iter().any(|it| it.upload_id == one.upload_id);
    if attachments.iter().enumerate().any(|(index, one)| twice(index, one)) {
        return Err(TicketError::Invalid(FIELD).into());
    }
    if viewer.staff().is_none() && attachments.iter().any(|one| is_for_staff(one.role)) {
        return Err(Error::Forbidden);
    }
    Ok(())
}

/// Claims the uploads; what the event says of them, with the digest of each file, so that none can be replaced unseen.
pub async fn claim(
    tx: &Tx,
    app: &App,
    viewer: &Viewer,
    org: OrganizationId,
    attachments: &[NewAttachment],
) -> Result<Option<Value>, Error> {
    if attachments.is_empty() {
        return Ok(None);
    }
    let ids: Vec<UploadId> = attachments.iter().map(|one| one.upload_id).collect();
    let claimed = uploads::claim(tx, app, viewer.account_id, org, &ids, FIELD).await?;
    if attachments.iter().zip(&claimed).any(|(one, found)| !fits(one.role, found.media_type)) {
        return Err(TicketError::RoleMismatch(FIELD).into());
    }
    let told = attachments.iter().zip(&claimed);
    let told = told.map(|(one, found)| json!({ "uploadId": found.id, "role": one.role, "sha256": found.sha256 }));
    Ok(Some(told.collect()))
}

/// Where claimed uploads go.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// The ticket's tenant.
    pub org_id: OrganizationId,
    /// The ticket.
    pub ticket_id: TicketId,
    /// Its round of work.
    pub round: i32,
    /// Now.
    pub now: DateTime<Utc>,
}

/// Adds the rows of claimed uploads.
pub async fn insert(
    tx: &Tx,
    app: &App,
    viewer: &Viewer,
    target: Target,
    attachments: &[NewAttachment],
) -> Result<(), Error> {
    let row = |one: &NewAttachment| ticket_attachment::Model {
        id: app.clock.new_id(),
        org_id: target.org_id,
        ticket_id: target.ticket_id,
        upload_id: one.upload_id,
        role: one.role,
        round: target.round,
        account_id: viewer.account_id,
        staff_id: viewer.staff().map(|staff| staff.staff_id),
        created_at: target.now,
    };
    if attachments.is_empty() {
        return Ok(());
    }
    Ok(repo::insert_attachments(tx, attachments.iter().map(row).collect()).await?)
}

struct Attaching(Vec<NewAttachment>);

impl Beside for Attaching {
    async fn prepare(&self, _: &Tx, _: &Seen) -> Result<Command, Error> {
        Ok(Command::Attach)
    }

    fn attachments(&self) -> &[NewAttachment] {
        &self.0
    }
}

/// Attaches uploads to a ticket. Unlike a comment it is evidence, and so an event, which moves the version.
pub async fn attach(
    app: &App,
    viewer: &Viewer,
    input: Step,
    attachments: Vec<NewAttachment>,
) -> Result<TicketCard, Error> {
    if attachments.is_empty() {
        return Err(TicketError::Required(FIELD).into());
    }
    check(viewer, &attachments)?;
    let payload = json!({ "attachments": attachments });
    step(app, viewer, "ticketAttach", input, payload, Attaching(attachments)).await
}
