//! Inputs of contacts.

use async_graphql::{ID, InputObject, SimpleObject};

use super::enums::{ContactKind, ContactState};
use crate::domains::tickets::graphql::enums::{CallbackMethod, CallbackResult, Channel, Payer, TicketKind, Urgency};
use crate::domains::tickets::service::{ContactFilter, ContactStep, NewContact, TicketWish};
use crate::error::Error;
use crate::graphql::id::{parse_id, parse_optional_id, wire_id};
use crate::graphql::scalars::DateTime;

/// Which contacts of a list.
#[derive(InputObject, SimpleObject, Clone, Default)]
#[graphql(name = "ContactFilter", input_name = "ContactFilterInput")]
pub struct ContactFilterInput {
    /// Only of this community.
    community_id: Option<ID>,
    /// Only of this unit.
    unit_id: Option<ID>,
    /// Only of this kind.
    kind: Option<ContactKind>,
    /// Only by this channel.
    channel: Option<Channel>,
    /// Only in this state.
    state: Option<ContactState>,
    /// Only those made at this time or later.
    from: Option<DateTime>,
    /// Only those made before this time.
    to: Option<DateTime>,
    /// Only whose words or caller's name contain this.
    text: Option<String>,
    /// Only those taken in by this member of staff (首问负责人).
    first_contact_id: Option<ID>,
}

impl ContactFilterInput {
    /// The filter.
    pub fn read(self) -> Result<ContactFilter, Error> {
        Ok(ContactFilter {
            community_id: parse_optional_id(self.community_id.as_ref(), "communityId")?,
            unit_id: parse_optional_id(self.unit_id.as_ref(), "unitId")?,
            kind: self.kind.map(Into::into),
            channel: self.channel.map(Into::into),
            state: self.state.map(Into::into),
            first_contact_id: parse_optional_id(self.first_contact_id.as_ref(), "firstContactId")?,
            from: self.from.map(|time| time.0),
            to: self.to.map(|time| time.0),
            text: self.text.filter(|text| !text.is_empty()),
        })
    }
}

impl From<ContactFilter> for ContactFilterInput {
    fn from(filter: ContactFilter) -> Self {
        Self {
            community_id: filter.community_id.map(wire_id),
            unit_id: filter.unit_id.map(wire_id),
            kind: filter.kind.map(Into::into),
            channel: filter.channel.map(Into::into),
            state: filter.state.map(Into::into),
            from: filter.from.map(Into::into),
            to: filter.to.map(Into::into),
            text: filter.text,
            first_contact_id: filter.first_contact_id.map(wire_id),
        }
    }
}

/// The ticket that a contact becomes. What is not said comes from the contact: words, caller, phone, channel, place.
#[derive(InputObject)]
pub struct ContactTicketInput {
    /// The unit; the contact's, for work that belongs to one.
    unit_id: Option<ID>,
    /// The building, for its public parts; the community's grounds unless said, with `place`.
    building_id: Option<ID>,
    /// A public place in words, at most 300 characters.
    place: Option<String>,
    /// What kind of work; no patrol finding.
    kind: TicketKind,
    /// The category.
    category_id: ID,
    /// How soon.
    #[graphql(default_with = "entities::values::Urgency::Ordinary.into()")]
    urgency: Urgency,
    /// What is wrong, 1 to 2,000 characters; the contact's words unless said.
    description: Option<String>,
    /// Whom to ask for; the caller unless said.
    contact_name: Option<String>,
    /// The contact person's phone; the caller's unless said.
    contact_phone: Option<String>,
    /// How to get in, at most 300 characters.
    access_note: Option<String>,
    /// Start of the slot that suits the resident; not in the past.
    slot_start: Option<DateTime>,
    /// End of that slot, at most 24 hours later.
    slot_end: Option<DateTime>,
    /// Who pays, as far as is known.
    payer: Option<Payer>,
}

impl ContactTicketInput {
    /// The wish.
    pub fn read(self) -> Result<TicketWish, Error> {
        Ok(TicketWish {
            unit_id: parse_optional_id(self.unit_id.as_ref(), "unitId")?,
            building_id: parse_optional_id(self.building_id.as_ref(), "buildingId")?,
            place: self.place,
            kind: self.kind.into(),
            category_id: parse_id(&self.category_id, "categoryId")?,
            urgency: self.urgency.into(),
            description: self.description,
            contact_name: self.contact_name,
            contact_phone: self.contact_phone,
            access_note: self.access_note,
            slot_start: self.slot_start.map(|time| time.0),
            slot_end: self.slot_end.map(|time| time.0),
            payer: self.payer.map(Into::into),
        })
    }
}

/// Records a contact (来电来访). A contact ends in one way: answered, as a ticket, or joined to one.
#[derive(InputObject)]
pub struct ContactRecordInput {
    /// The unit it is about, or where the caller lives. Residents name one of their own.
    unit_id: Option<ID>,
    /// The community, when there is no unit.
    community_id: Option<ID>,
    /// What kind. Residents: enquiry, suggestion, complaint or praise; what is broken they submit as a ticket.
    kind: ContactKind,
    /// By which way; the telephone unless said. Ignored for residents.
    channel: Option<Channel>,
    /// What was said, 1 to 2,000 characters.
    words: String,
    /// Who said it. Ignored for residents.
    caller_name: Option<String>,
    /// The caller's phone. Ignored for residents.
    caller_phone: Option<String>,
    /// Whether the caller wants to be called back about a ticket that the contact joins; needs a phone or a unit.
    #[graphql(default = true)]
    callback_wanted: bool,
    /// What was answered at once, at most 1,000 characters. Staff only.
    answer: Option<String>,
    /// The ticket to make of it at once. Staff only.
    ticket: Option<ContactTicketInput>,
    /// The public repair that it joins at once. Staff only.
    ticket_id: Option<ID>,
    /// Made by the client; the same key has its effect once.
    pub idempotency_key: String,
}

impl ContactRecordInput {
    /// The command.
    pub fn read(self) -> Result<NewContact, Error> {
        Ok(NewContact {
            unit_id: parse_optional_id(self.unit_id.as_ref(), "unitId")?,
            community_id: parse_optional_id(self.community_id.as_ref(), "communityId")?,
            kind: self.kind.into(),
            channel: self.channel.map(Into::into),
            words: self.words,
            caller_name: self.caller_name,
            caller_phone: self.caller_phone,
            callback_wanted: self.callback_wanted,
            answer: self.answer,
            ticket: self.ticket.map(ContactTicketInput::read).transpose()?,
            ticket_id: parse_optional_id(self.ticket_id.as_ref(), "ticketId")?,
        })
    }
}

/// Declares inputs of commands on one contact: its id, version and key, and what the command needs.
macro_rules! contact_steps {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(InputObject)]
        pub struct $name {
            /// The contact.
            contact_id: ID,
            /// The version that the client saw; the command is refused when the contact has changed since.
            expected_version: Option<i32>,
            $($(#[$field_doc])* pub $field: $type,)*
            /// Made by the client; the same key has its effect once.
            idempotency_key: String,
        }

        impl $name {
            /// Contact, version and key.
            pub fn step(&self) -> Result<ContactStep, Error> {
                Ok(ContactStep {
                    contact_id: parse_id(&self.contact_id, "contactId")?,
                    expected_version: self.expected_version,
                    key: self.idempotency_key.clone(),
                })
            }
        }
    )*};
}

contact_steps! {
    /// Makes a ticket of an open contact.
    ContactToTicketInput {
        /// The ticket.
        ticket: ContactTicketInput,
    }
    /// Joins an open contact to a ticket.
    ContactJoinInput {
        /// A public repair that is not over.
        ticket_id: ID,
    }
    /// Answers an open contact.
    ContactAnswerInput {
        /// What was answered, 1 to 1,000 characters.
        words: String,
    }
    /// Records a callback of a contact.
    ContactCallbackRecordInput {
        /// By telephone or visit.
        method: CallbackMethod,
        /// What it found.
        result: CallbackResult,
        /// What was said, at most 1,000 characters.
        words: String,
    }
}
