//! Inputs of tickets.

use async_graphql::{ID, InputObject, SimpleObject};

use super::attachments::{TicketUploadInput, read_uploads};
use super::enums::{
    CallbackMethod, CallbackResult, Channel, CommentVisibility, CompletionOutcome, PauseReason, Payer, TicketKind,
    TicketState, Urgency,
};
use super::quotes::{QuoteLineInput, TicketMaterialInput};
use super::warranty::LiableParty;
use crate::domains::tickets::service::{Field, NewTicket, Place, Step, TicketFilter};
use crate::error::{Code, Error, Refusal};
use crate::graphql::id::{parse_id, parse_optional_id, wire_id};
use crate::graphql::scalars::DateTime;

/// Which tickets of a list.
#[derive(InputObject, SimpleObject, Clone, Default)]
#[graphql(name = "TicketFilter", input_name = "TicketFilterInput")]
pub struct TicketFilterInput {
    /// Only in one of these states.
    states: Option<Vec<TicketState>>,
    /// Only of this kind.
    kind: Option<TicketKind>,
    /// Only this urgent.
    urgency: Option<Urgency>,
    /// Only of this category.
    category_id: Option<ID>,
    /// Only of this community.
    community_id: Option<ID>,
    /// Only of this unit.
    unit_id: Option<ID>,
    /// Only of this assignee.
    assignee_id: Option<ID>,
    /// Only what is due before this time.
    due_before: Option<DateTime>,
    /// Only whose number or words contain this.
    text: Option<String>,
}

impl TicketFilterInput {
    /// The filter.
    pub fn read(self) -> Result<TicketFilter, Error> {
        Ok(TicketFilter {
            states: self.states.unwrap_or_default().into_iter().map(Into::into).collect(),
            kind: self.kind.map(Into::into),
            urgency: self.urgency.map(Into::into),
            category_id: parse_optional_id(self.category_id.as_ref(), "categoryId")?,
            community_id: parse_optional_id(self.community_id.as_ref(), "communityId")?,
            unit_id: parse_optional_id(self.unit_id.as_ref(), "unitId")?,
            assignee_id: parse_optional_id(self.assignee_id.as_ref(), "assigneeId")?,
            due_before: self.due_before.map(|time| time.0),
            text: self.text.filter(|text| !text.is_empty()),
        })
    }
}

impl From<TicketFilter> for TicketFilterInput {
    fn from(filter: TicketFilter) -> Self {
        let states: Vec<TicketState> = filter.states.into_iter().map(Into::into).collect();
        Self {
            states: Some(states).filter(|states| !states.is_empty()),
            kind: filter.kind.map(Into::into),
            urgency: filter.urgency.map(Into::into),
            category_id: filter.category_id.map(wire_id),
            community_id: filter.community_id.map(wire_id),
            unit_id: filter.unit_id.map(wire_id),
            assignee_id: filter.assignee_id.map(wire_id),
            due_before: filter.due_before.map(Into::into),
            text: filter.text,
        }
    }
}

/// Submits a ticket (报修).
#[derive(InputObject)]
pub struct TicketSubmitInput {
    /// The unit; needed for work inside a home.
    unit_id: Option<ID>,
    /// The building, for its public parts.
    building_id: Option<ID>,
    /// The community, for its grounds; `place` says where.
    community_id: Option<ID>,
    /// A public place in words, at most 300 characters.
    place: Option<String>,
    /// What kind of work.
    kind: TicketKind,
    /// The category.
    category_id: ID,
    /// How soon.
    #[graphql(default_with = "entities::values::Urgency::Ordinary.into()")]
    urgency: Urgency,
    /// What is wrong, 1 to 2,000 characters.
    description: String,
    /// Whom to ask for; the resident unless said.
    contact_name: Option<String>,
    /// The contact person's phone; the resident's unless said.
    contact_phone: Option<String>,
    /// How to get in, at most 300 characters.
    access_note: Option<String>,
    /// Start of the slot that suits the resident; not in the past.
    slot_start: Option<DateTime>,
    /// End of that slot, at most 24 hours later.
    slot_end: Option<DateTime>,
    /// By which way staff were told. Ignored for residents.
    channel: Option<Channel>,
    /// Who pays, as far as staff know. Ignored for residents.
    payer: Option<Payer>,
    /// Complete uploads to attach: photos, a voice; at most 20.
    uploads: Option<Vec<TicketUploadInput>>,
    /// Made by the client; the same key has its effect once.
    pub idempotency_key: String,
}

impl TicketSubmitInput {
    /// The command.
    pub fn read(self) -> Result<NewTicket, Error> {
        let place_id = match (&self.unit_id, &self.building_id, &self.community_id) {
            (Some(id), ..) => Place::Unit(parse_id(id, "unitId")?),
            (None, Some(id), _) => Place::Building(parse_id(id, "buildingId")?),
            (None, None, Some(id)) => Place::Community(parse_id(id, "communityId")?),
            (None, None, None) => return Err(Refusal::at(Code::PlaceRequired, "unitId").into()),
        };
        Ok(NewTicket {
            place_id,
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
            channel: self.channel.map(Into::into),
            payer: self.payer.map(Into::into),
            attachments: read_uploads(self.uploads.as_deref())?,
        })
    }
}

/// Declares inputs of commands on one ticket: its id, version and key, and what the command needs. Those `from the
/// field` can be given without a signal, and say when and after which other command.
macro_rules! steps {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(InputObject)]
        pub struct $name {
            /// The ticket.
            ticket_id: ID,
            /// The version that the client saw; the command is refused when the ticket has moved on.
            expected_version: Option<i32>,
            $($(#[$field_doc])* pub $field: $type,)*
            /// Made by the client; the same key has its effect once.
            idempotency_key: String,
        }

        impl $name {
            /// Ticket, version and key.
            pub fn step(&self) -> Result<Step, Error> {
                Ok(Step {
                    ticket_id: parse_id(&self.ticket_id, "ticketId")?,
                    expected_version: self.expected_version,
                    key: self.idempotency_key.clone(),
                    field: Field::default(),
                })
            }
        }
    )*};
    (from the field; $($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(InputObject)]
        pub struct $name {
            /// The ticket.
            ticket_id: ID,
            /// The version that the client saw; the command is refused when the ticket has moved on.
            expected_version: Option<i32>,
            $($(#[$field_doc])* pub $field: $type,)*
            /// When it was given, by the phone's clock, when that was before; ignored for residents.
            occurred_at: Option<DateTime>,
            /// The `idempotencyKey` of the command that this phone gave before; refused until that has arrived.
            after_command: Option<String>,
            /// Made by the client; the same key has its effect once.
            idempotency_key: String,
        }

        impl $name {
            /// Ticket, version, key and what the phone reports.
            pub fn step(&self) -> Result<Step, Error> {
                Ok(Step {
                    ticket_id: parse_id(&self.ticket_id, "ticketId")?,
                    expected_version: self.expected_version,
                    key: self.idempotency_key.clone(),
                    field: Field {
                        occurred_at: self.occurred_at.map(|time| time.0),
                        skew: None,
                        after: self.after_command.clone(),
                    },
                })
            }

            /// The client's key.
            pub fn key(&self) -> &str {
                &self.idempotency_key
            }
        }
    )*};
}

steps! {
    /// Gives a submitted ticket to a technician.
    TicketDispatchInput {
        /// The technician.
        assignee_id: ID,
    }
    /// Takes a ticket from the pool.
    TicketClaimInput {}
    /// Re-accepts a handover defect, or refuses to.
    TicketReacceptInput {
        /// Whether the owner accepts.
        accepted: bool,
        /// What is still wrong; needed for a refusal.
        words: Option<String>,
    }
    /// Says that completed work did not solve it.
    TicketReportUnsolvedInput {
        /// What is still wrong, at most 1,000 characters.
        reason: String,
    }
    /// Takes a closed ticket up again.
    TicketReopenInput {
        /// Why, at most 1,000 characters.
        reason: String,
    }
    /// Gives a ticket up.
    TicketCancelInput {
        /// Why, at most 1,000 characters; staff must say.
        reason: Option<String>,
    }
    /// Rates a round of work.
    TicketRateInput {
        /// All in all, 1 to 5.
        overall: i32,
        /// How quickly, 1 to 5.
        speed: i32,
        /// How well, 1 to 5.
        quality: i32,
        /// How kindly, 1 to 5.
        attitude: i32,
        /// In words, at most 1,000 characters.
        words: Option<String>,
    }
    /// Agrees another appointment.
    TicketRescheduleInput {
        /// Start of the appointment; not in the past.
        slot_start: DateTime,
        /// End of the appointment, at most 24 hours later.
        slot_end: DateTime,
        /// Why, at most 1,000 characters; staff must say.
        reason: Option<String>,
    }
    /// Asks for a ticket to be hurried.
    TicketUrgeInput {
        /// In words, at most 1,000 characters.
        words: Option<String>,
    }
    /// Lets another technician help.
    TicketHelperAddInput {
        /// A technician of the ticket's community, whatever the trade.
        staff_id: ID,
    }
    /// Lets somebody help no longer.
    TicketHelperRemoveInput {
        /// Who helps.
        staff_id: ID,
    }
    /// Sets who pays for a ticket.
    TicketPayerSetInput {
        /// Who pays.
        payer: Payer,
        /// Who is liable: under warranty anybody but the owner; the owner when the resident pays.
        liable_party: Option<LiableParty>,
        /// Why, at most 1,000 characters.
        reason: String,
    }
    /// Takes an open quote back.
    TicketQuoteWithdrawInput {
        /// The quote.
        quote_id: ID,
        /// Why, at most 1,000 characters.
        words: Option<String>,
    }
    /// Agrees to a quote.
    TicketQuoteApproveInput {
        /// The quote that the resident saw or heard.
        quote_id: ID,
        /// How the resident's word was had, at most 1,000 characters; staff must say.
        words: Option<String>,
    }
    /// Does not agree to a quote.
    TicketQuoteRefuseInput {
        /// The quote that the resident saw or heard.
        quote_id: ID,
        /// Why, at most 1,000 characters.
        reason: String,
    }
}

steps! {
    from the field;
    /// Takes a dispatched ticket on.
    TicketAcceptInput {}
    /// Gives a dispatched ticket back.
    TicketDeclineInput {
        /// Why, at most 1,000 characters.
        reason: String,
    }
    /// Gives a ticket to another technician.
    TicketTransferInput {
        /// The technician.
        assignee_id: ID,
        /// Why, at most 1,000 characters.
        reason: String,
    }
    /// Begins the work.
    TicketStartInput {}
    /// Lets the work wait.
    TicketPauseInput {
        /// Why.
        reason: PauseReason,
        /// The same in words, at most 1,000 characters.
        words: Option<String>,
    }
    /// Goes on with the work.
    TicketResumeInput {}
    /// Ends the work.
    TicketCompleteInput {
        /// How it ended.
        outcome: CompletionOutcome,
        /// What was done, at most 1,000 characters; the reason, when it cannot be repaired.
        words: Option<String>,
        /// Of a leak: when its water test (闭水试验) ended.
        water_test_ended_at: Option<DateTime>,
        /// Complete uploads to attach: photos before and after, the resident's signature; at most 20.
        uploads: Option<Vec<TicketUploadInput>>,
        /// Labour and material that were used, at most 50 lines; on paid work no more than the approved quote has.
        materials: Option<Vec<TicketMaterialInput>>,
    }
    /// Offers paid work for a price.
    TicketQuoteSubmitInput {
        /// What it is made of, 1 to 50 lines; the server adds them up.
        lines: Vec<QuoteLineInput>,
        /// A word to the resident, at most 1,000 characters.
        words: Option<String>,
    }
    /// Records a callback.
    TicketCallbackRecordInput {
        /// By telephone or visit.
        method: CallbackMethod,
        /// What it found.
        result: CallbackResult,
        /// What was said, at most 1,000 characters.
        words: String,
    }
    /// Re-inspects a patrol finding.
    TicketReinspectInput {
        /// Whether it is in order.
        passed: bool,
        /// What was found, at most 1,000 characters.
        words: String,
    }
    /// Attaches complete uploads to a ticket.
    TicketAttachInput {
        /// The uploads, 1 to 20; each belongs to one ticket at most, and only whoever sent it can attach it.
        uploads: Vec<TicketUploadInput>,
    }
    /// Writes on a ticket.
    TicketCommentAddInput {
        /// What, at most 1,000 characters.
        words: String,
        /// Who may read it.
        visibility: CommentVisibility,
    }
}
