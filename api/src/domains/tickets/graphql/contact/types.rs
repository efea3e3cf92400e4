//! A contact as the schema shows it.

use async_graphql::{ComplexObject, Context, ID, Result, SimpleObject};
use entities::values::ContactId;

use super::enums::{ContactKind, ContactState};
use super::loaders::{By, CallsOf, TicketOf};
use crate::connection;
use crate::domains::estate::UnitRow;
use crate::domains::estate::graphql::{Community, Unit};
use crate::domains::identity::{Right, mask_name, mask_phone};
use crate::domains::tickets::graphql::enums::{Channel, TicketState};
use crate::domains::tickets::graphql::people::CallbackAttempt;
use crate::domains::tickets::graphql::types::Ticket;
use crate::domains::tickets::service::{self, ContactFilter, ContactList, ContactRow};
use crate::error::Error;
use crate::graphql::id::wire_id;
use crate::graphql::request;
use crate::graphql::scalars::{Date, DateTime};

/// One thing that somebody said to the company, by any channel (来电来访).
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct Contact {
    /// Opaque id.
    pub id: ID,
    /// What kind.
    pub kind: ContactKind,
    /// By which way it came.
    pub channel: Channel,
    /// Where it stands.
    pub state: ContactState,
    /// Rises with each change; send it back as `expectedVersion`.
    pub version: i32,
    /// What was said.
    pub words: String,
    /// Whether the caller wants to be called back about a ticket that the contact joined.
    pub callback_wanted: bool,
    /// Whether it joined a ticket that was there before, and did not become it (合并来电).
    pub joined: bool,
    /// Whether it is to be called back now (待回访).
    pub callback_due: bool,
    /// Until when the callbacks of its ticket must be tried, once the work has ended.
    pub callback_due_at: Option<DateTime>,
    /// What was answered.
    pub answer: Option<String>,
    /// When it was answered.
    pub answered_at: Option<DateTime>,
    /// Name of who answered it.
    pub answered_by_name: Option<String>,
    /// Name of the member of staff who took it in and answers for it (首问负责人).
    pub first_contact_name: Option<String>,
    /// The community's name.
    pub community_name: String,
    /// Number of its ticket.
    pub ticket_number: Option<String>,
    /// Where its ticket stands.
    pub ticket_state: Option<TicketState>,
    /// When it was made.
    pub created_at: DateTime,
    #[graphql(skip)]
    row: Box<ContactRow>,
}

impl From<ContactRow> for Contact {
    fn from(row: ContactRow) -> Self {
        let contact = row.contact.clone();
        Self {
            id: wire_id(contact.id),
            kind: contact.kind.into(),
            channel: contact.channel.into(),
            state: contact.state.into(),
            version: contact.version,
            words: contact.words,
            callback_wanted: contact.callback_wanted,
            joined: contact.joined_at.is_some(),
            callback_due: row.callback_due,
            callback_due_at: row.callback_due_at.map(Into::into),
            answer: contact.answer,
            answered_at: contact.answered_at.map(Into::into),
            answered_by_name: row.answered_by_name.clone(),
            first_contact_name: row.first_contact_name.clone(),
            community_name: row.community_name.clone(),
            ticket_number: row.ticket_number.clone(),
            ticket_state: row.ticket_state.map(Into::into),
            created_at: contact.created_at.into(),
            row: Box::new(row),
        }
    }
}

#[ComplexObject]
impl Contact {
    /// Who said it; masked for whoever has no need of it.
    async fn caller_name(&self, context: &Context<'_>) -> Result<Option<String>> {
        let viewer = request(context).viewer()?;
        let sees = viewer.staff().is_none_or(|staff| staff.may(Right::ContactRead, self.row.contact.community_id));
        let name = self.row.contact.caller_name.as_deref();
        Ok(name.map(|name| if sees { name.to_owned() } else { mask_name(name) }))
    }

    /// The caller's phone; masked for whoever has no need of it.
    async fn caller_phone(&self, context: &Context<'_>) -> Result<Option<String>> {
        let viewer = request(context).viewer()?;
        let community = self.row.contact.community_id;
        // A resident sees what the resident said.
        let sees = viewer.staff().is_none_or(|staff| staff.may(Right::ContactRead, community));
        let phone = self.row.contact.caller_phone.as_deref();
        Ok(phone.map(|phone| if sees { phone.to_owned() } else { mask_phone(phone) }))
    }

    /// The community.
    async fn community(&self, context: &Context<'_>) -> Result<Option<Community>> {
        Community::load(context, self.row.contact.community_id).await
    }

    /// The unit that it is about, or where the caller lives.
    async fn unit(&self) -> Option<Unit> {
        let row = &self.row;
        let unit = UnitRow {
            id: row.contact.unit_id?,
            community_id: row.contact.community_id,
            community_name: row.community_name.clone(),
            building_id: row.building_id?,
            building_name: row.building_name.clone()?,
            number: row.unit_number.clone()?,
            floor: row.unit_floor,
            area: row.unit_area,
            usage: row.unit_usage?,
            delivered_on: row.unit_delivered_on,
        };
        Some(unit.into())
    }

    /// The ticket that it became or joined, if the viewer may see it.
    async fn ticket(&self, context: &Context<'_>) -> Result<Option<Ticket>> {
        let request = request(context);
        let Some(id) = self.row.contact.ticket_id else { return Ok(None) };
        let card = request.loader().load_one(By::new(TicketOf(id), request.viewer()?)).await?;
        Ok(card.map(Into::into))
    }

    /// Tries to call it back, oldest first; of a contact that became its ticket, the ticket's. Empty for residents.
    async fn callbacks(&self, context: &Context<'_>) -> Result<Vec<CallbackAttempt>> {
        let request = request(context);
        if request.viewer()?.staff().is_none() {
            return Ok(Vec::new());
        }
        let calls = request.loader().load_one(CallsOf(self.row.contact.id)).await?.unwrap_or_default();
        let attempt = |call: service::ContactCall| CallbackAttempt {
            id: wire_id(call.id),
            round: call.round,
            method: call.method.into(),
            result: call.result.into(),
            words: call.words,
            staff_name: call.staff_name,
            tried_at: call.tried_at.into(),
            local_day: Date(call.local_day),
        };
        Ok(calls.into_iter().map(attempt).collect())
    }
}

/// How to count a list of contacts.
pub struct ContactTotal {
    /// Which list.
    pub list: ContactList,
    /// Which of its contacts.
    pub filter: ContactFilter,
}

impl ContactTotal {
    async fn count(&self, context: &Context<'_>) -> Result<i64> {
        let request = request(context);
        Ok(service::total_contacts(&request.app, request.viewer()?, self.list, &self.filter).await?)
    }
}

connection! {
    /// A list of contacts.
    ContactConnection, ContactEdge, Contact, count: ContactTotal
}

/// A contact by id, for `node`.
pub async fn find_contact(context: &Context<'_>, id: ContactId) -> Result<Contact, Error> {
    let request = request(context);
    Ok(service::contact(&request.app, request.viewer()?, id).await?.into())
}
