//! Calling a contact back about its ticket.

use serde_json::json;

use super::super::super::error::TicketError;
use super::super::super::model::text;
use super::super::super::repo::{self, ContactRow};
use super::super::at;
use super::super::commands::{CallbackNote, CallingBack};
use super::super::step::{Field, StepInput, step};
use super::{ContactStep, at_contact, browse};
use crate::domains::identity::{Right, Viewer};
use crate::error::Error;
use crate::state::App;

/// Records a callback of one contact. Solved closes the ticket when nobody else of this round is to be called back; not
/// solved sends it back to work, and all its contacts are called back again in the new round.
///
/// A contact that became its ticket is the ticket's own contact person: its callback is the ticket's.
pub async fn contact_callback(
    app: &App,
    viewer: &Viewer,
    input: ContactStep,
    mut note: CallbackNote,
) -> Result<ContactRow, Error> {
    let scope = viewer.scope(Right::TicketCallback, app.clock.now())?;
    note.words = text::required(&note.words, text::WORDS_MAX).map_err(at("words"))?;
    let row = repo::find_contact(app.db.read(), &scope, input.contact_id).await?;
    let contact = row.ok_or(TicketError::NotFoundAt("contactId"))?.contact;
    // Once it is set it never changes.
    let ticket_id = contact.ticket_id.ok_or(TicketError::ContactWithoutTicket)?;
    let payload = json!({
        "contactId": input.contact_id, "contactVersion": input.expected_version,
        "method": note.method, "result": note.result, "words": note.words,
    });
    let calling = CallingBack { note, contact: Some((input.contact_id, input.expected_version)) };
    let target = StepInput { ticket_id, expected_version: None, key: input.key, field: Field::default() };
    step(app, viewer, "contactCallbackRecord", target, payload, calling).await.map_err(at_contact)?;
    browse::contact(app, viewer, input.contact_id).await
}
