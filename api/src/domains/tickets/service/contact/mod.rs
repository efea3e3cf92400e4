//! The use cases of contacts (来电来访): taking them in, answering them, making tickets of them, calling back.

mod browse;
mod callback;
mod counts;
mod join;
mod record;
mod ticket;

pub(super) use browse::scope;
pub use browse::{calls_of, contact, contacts, contacts_of_tickets, contacts_of_units, total_contacts};
pub use callback::contact_callback;
pub use counts::contact_counts;
pub use join::join_contact;
pub use record::{NewContact, answer_contact, record_contact};
pub use ticket::{TicketWish, contact_to_ticket};

use entities::contact;
use entities::values::{CommunityId, ContactId, OrganizationId};
use serde_json::json;

use super::super::error::TicketError;
use super::super::model::contact::{Over, open};
use super::super::repo::{self, ContactRow};
use crate::db::Tx;
use crate::domains::identity::Scope;
use crate::error::Error;
use crate::infra::history::ObjectKind;
use crate::infra::outbox;
use crate::state::App;

/// What every command on an existing contact needs.
#[derive(Clone, Debug)]
pub struct ContactStep {
    /// Which contact.
    pub contact_id: ContactId,
    /// The version that the client saw; refused when the contact has changed since.
    pub expected_version: Option<i32>,
    /// The client's key.
    pub key: String,
}

/// The refusal of a contact that is over, or of a version that is no longer there.
fn check_open(contact: &contact::Model, expected: Option<i32>) -> Result<(), Error> {
    open(contact.state).map_err(|over| match over {
        Over::Answered => TicketError::ContactAnswered,
        Over::Ticketed => TicketError::ContactTicketed,
    })?;
    if expected.is_some_and(|expected| expected != contact.version) {
        return Err(TicketError::Stale.into());
    }
    Ok(())
}

/// A contact that is still open.
async fn find_open(tx: &Tx, scope: &Scope, id: ContactId, expected: Option<i32>) -> Result<ContactRow, Error> {
    let row = repo::find_contact(tx, scope, id).await?.ok_or(TicketError::NotFoundAt("contactId"))?;
    check_open(&row.contact, expected)?;
    Ok(row)
}

/// Why a conditional update of a contact found nothing to change: what came first says it.
async fn lost(tx: &Tx, scope: &Scope, id: ContactId, expected: Option<i32>) -> Error {
    match find_open(tx, scope, id, expected).await {
        Ok(_) => TicketError::Stale.into(),
        Err(error) => error,
    }
}

/// Tells of a change of a contact.
async fn tell(
    tx: &Tx,
    app: &App,
    (org_id, community): (OrganizationId, CommunityId),
    (id, version): (ContactId, i32),
    topic: &'static str,
) -> Result<(), Error> {
    let message = outbox::Message {
        org_id,
        topic,
        object_kind: ObjectKind::Contact,
        object_id: id.0,
        object_version: version,
        staff_id: None,
        staff_before_id: None,
        payload: json!({ "communityId": community }),
    };
    Ok(outbox::write(tx, &app.clock, message).await?)
}

/// The same error at another place of the input.
fn moved(error: Error, place: impl FnOnce(&mut Vec<&'static str>)) -> Error {
    match error {
        Error::Refused(mut refusal) => {
            place(&mut refusal.field);
            Error::Refused(refusal)
        }
        other => other,
    }
}

/// Points into `input.ticket` instead of `input`.
fn inside_ticket(error: Error) -> Error {
    moved(error, |field| {
        if !field.is_empty() {
            field.insert(1, "ticket");
        }
    })
}

/// A refusal of the ticket is one of the contact where only the contact was named.
fn at_contact(error: Error) -> Error {
    moved(error, |field| {
        for part in field {
            if *part == "ticketId" {
                *part = "contactId";
            }
        }
    })
}
