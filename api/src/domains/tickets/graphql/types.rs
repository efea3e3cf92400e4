//! A ticket as the schema shows it.

use async_graphql::{ComplexObject, Context, ID, Result, SimpleObject};
use entities::values::TicketId;
use serde_json::Value;

use super::attachments::TicketAttachment;
use super::contact::{By, Contact, ContactsOfTicket};
use super::enums::{
    Action, Channel, CompletionOutcome, PauseReason, Payer, TicketKind, TicketOrigin, TicketState, Urgency,
};
use super::escalations::Escalation;
use super::history::Reader;
use super::loaders::{
    AttachmentsOf, CallbacksOf, CommentsOf, EscalationsOf, EventsOf, EventsOfTicket, HelpersOf, RatingsOf, TiesOf,
    TradesOf,
};
use super::paper::{NoticeOf, TicketNotice};
use super::parts::{Deadline, TimeSlot};
use super::people::{Assignee, CallbackAttempt, TicketComment, TicketEvent, TicketRating};
use super::quotes::{self, TicketMaterial, TicketQuote};
use super::setup::Category;
use super::warranty::TicketBasis;
use crate::domains::estate::UnitRow;
use crate::domains::estate::graphql::{Building, Community, Unit};
use crate::domains::identity::{Right, Viewer, mask_name, mask_phone};
use crate::domains::tickets::model::deadlines;
use crate::domains::tickets::service::{self, Facts, HelperRow, Named, TicketCard};
use crate::error::Error;
use crate::graphql::id::wire_id;
use crate::graphql::link::SignedLink;
use crate::graphql::money::Money;
use crate::graphql::request;
use crate::graphql::scalars::{Date, DateTime};

/// A piece of work that somebody asked for (工单).
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct Ticket {
    /// Opaque id.
    pub id: ID,
    /// A number for people, such as "261123-7K3F9Q".
    pub number: String,
    /// How it came into being.
    pub origin: TicketOrigin,
    /// By which way it reached the company.
    pub channel: Channel,
    /// What kind of work.
    pub kind: TicketKind,
    /// How soon.
    pub urgency: Urgency,
    /// Who pays.
    pub payer: Payer,
    /// Where it stands.
    pub state: TicketState,
    /// Rises by one with each step; send it back as `expectedVersion`.
    pub version: i32,
    /// What is wrong, in the words of whoever asked.
    pub description: String,
    /// A public place in words.
    pub place: Option<String>,
    /// How to get in.
    pub access_note: Option<String>,
    /// How often it came back after completion (返修).
    pub rework_count: i32,
    /// Tries of this round's callback that reached nobody.
    pub callback_tries: i32,
    /// Why it waits.
    pub pause_reason: Option<PauseReason>,
    /// How the work ended.
    pub outcome: Option<CompletionOutcome>,
    /// The same in words.
    pub outcome_words: Option<String>,
    /// When it was submitted.
    pub submitted_at: DateTime,
    /// When this round was taken on.
    pub responded_at: Option<DateTime>,
    /// When somebody arrived in this round.
    pub arrived_at: Option<DateTime>,
    /// When this round's work ended.
    pub completed_at: Option<DateTime>,
    /// When it was closed.
    pub closed_at: Option<DateTime>,
    /// When it was given up.
    pub cancelled_at: Option<DateTime>,
    /// The deadline that counts now.
    pub next_due_at: Option<DateTime>,
    /// Number in the system that it was imported from.
    pub external_ref: Option<String>,
    /// How often somebody asked for it to be hurried (催单次数).
    pub urge_count: i32,
    /// When last.
    pub last_urged_at: Option<DateTime>,
    #[graphql(flatten)]
    basis: TicketBasis,
    #[graphql(skip)]
    card: TicketCard,
}

impl From<TicketCard> for Ticket {
    fn from(card: TicketCard) -> Self {
        let ticket = card.ticket.clone();
        Self {
            id: wire_id(ticket.id),
            number: ticket.number,
            origin: ticket.origin.into(),
            channel: ticket.channel.into(),
            kind: ticket.kind.into(),
            urgency: ticket.urgency.into(),
            payer: ticket.payer.into(),
            state: ticket.state.into(),
            version: ticket.version,
            description: ticket.description,
            place: ticket.place,
            access_note: ticket.access_note,
            rework_count: ticket.rework_count,
            callback_tries: ticket.callback_tries,
            pause_reason: ticket.pause_reason.map(Into::into),
            outcome: ticket.outcome.map(Into::into),
            outcome_words: ticket.outcome_words,
            submitted_at: ticket.submitted_at.into(),
            responded_at: ticket.responded_at.map(Into::into),
            arrived_at: ticket.arrived_at.map(Into::into),
            completed_at: ticket.completed_at.map(Into::into),
            closed_at: ticket.closed_at.map(Into::into),
            cancelled_at: ticket.cancelled_at.map(Into::into),
            next_due_at: ticket.next_due_at.map(Into::into),
            external_ref: ticket.external_ref,
            urge_count: ticket.urge_count,
            last_urged_at: ticket.last_urged_at.map(Into::into),
            basis: (&card).into(),
            card,
        }
    }
}

impl Ticket {
    fn id_of(&self) -> TicketId {
        self.card.ticket.id
    }

    /// Who helps or has helped; asked for only when anybody ever did.
    async fn helper_rows(&self, context: &Context<'_>) -> Result<Vec<HelperRow>> {
        if !self.card.ticket.helped {
            return Ok(Vec::new());
        }
        Ok(request(context).loader().load_one(HelpersOf(self.id_of())).await?.unwrap_or_default())
    }

    fn sees_contact(&self, viewer: &Viewer) -> bool {
        service::sees_contact(viewer, &self.card.ticket)
    }
}

#[ComplexObject]
impl Ticket {
    /// The community; null for a contractor's people, who see its name alone.
    async fn community(&self, context: &Context<'_>) -> Result<Option<Community>> {
        Community::load(context, self.card.ticket.community_id).await
    }

    /// The community's name, without loading the rest.
    async fn community_name(&self) -> &str {
        &self.card.community_name
    }

    /// The building (楼栋).
    async fn building(&self) -> Option<Building> {
        let id = self.card.ticket.building_id?;
        Some(Building {
            id: wire_id(id),
            name: self.card.building_name.clone()?,
            completed_on: self.card.building_completed_on.map(Date),
        })
    }

    /// The unit (房屋).
    async fn unit(&self) -> Option<Unit> {
        let card = &self.card;
        let row = UnitRow {
            id: card.ticket.unit_id?,
            community_id: card.ticket.community_id,
            community_name: card.community_name.clone(),
            building_id: card.ticket.building_id?,
            building_name: card.building_name.clone()?,
            number: card.unit_number.clone()?,
            floor: card.unit_floor,
            area: card.unit_area,
            usage: card.unit_usage?,
            delivered_on: card.unit_delivered_on,
        };
        Some(row.into())
    }

    /// The category (报修类别).
    async fn category(&self) -> Category {
        let card = &self.card;
        Category {
            id: wire_id(card.ticket.category_id),
            code: card.category_code.clone(),
            name_zh: card.category_name_zh.clone(),
            name_en: card.category_name_en.clone(),
            trade: card.category_trade.into(),
            callback_class: card.category_callback_class.into(),
            active: card.category_active,
            work_minutes: card.category_work_minutes,
        }
    }

    /// Who has it now.
    async fn assignee(&self, context: &Context<'_>) -> Result<Option<Assignee>> {
        let viewer = request(context).viewer()?;
        let Some(id) = self.card.ticket.assignee_id else { return Ok(None) };
        let phone = self.card.assignee_phone.as_deref();
        let own = viewer.staff().is_some_and(|staff| staff.staff_id == id);
        let phone = phone.map(|it| if own || self.sees_contact(viewer) { it.to_owned() } else { mask_phone(it) });
        Ok(Some(Assignee { id: wire_id(id), name: self.card.assignee_name.clone().unwrap_or_default(), phone }))
    }

    /// Who helps the assignee (协助人).
    async fn helpers(&self, context: &Context<'_>) -> Result<Vec<Assignee>> {
        let viewer = request(context).viewer()?;
        let rows = self.helper_rows(context).await?.into_iter().filter(|row| row.removed_at.is_none());
        let sees = viewer.staff().is_some_and(|staff| staff.may(Right::ContactRead, self.card.ticket.community_id));
        let phone = |phone: String| if sees { phone } else { mask_phone(&phone) };
        Ok(rows
            .map(|row| Assignee { id: wire_id(row.staff_id), name: row.name, phone: Some(phone(row.phone)) })
            .collect())
    }

    /// Whom to ask for; masked for whoever has no need of it.
    async fn contact_name(&self, context: &Context<'_>) -> Result<Option<String>> {
        let sees = self.sees_contact(request(context).viewer()?);
        Ok(self.card.ticket.contact_name.as_deref().map(|name| if sees { name.to_owned() } else { mask_name(name) }))
    }

    /// The contact person's phone; masked for whoever has no need of it.
    async fn contact_phone(&self, context: &Context<'_>) -> Result<Option<String>> {
        let viewer = request(context).viewer()?;
        let phone = self.card.ticket.contact_phone.as_deref();
        Ok(phone.map(|phone| if self.sees_contact(viewer) { phone.to_owned() } else { mask_phone(phone) }))
    }

    /// The slot that the resident prefers.
    async fn slot(&self) -> Option<TimeSlot> {
        let (start, end) = self.card.ticket.slot_start.zip(self.card.ticket.slot_end)?;
        Some(TimeSlot { start: start.into(), end: end.into() })
    }

    /// Name of the member of staff who took the request in and answers for it (首问负责人).
    async fn first_contact_name(&self) -> Option<&str> {
        self.card.first_contact_name.as_deref()
    }

    /// This round's deadlines, and whether they were kept.
    async fn deadlines(&self, context: &Context<'_>) -> Vec<Deadline> {
        let now = request(context).app.clock.now();
        deadlines::deadlines(&service::work_of(&self.card), now).into_iter().map(Into::into).collect()
    }

    /// What the viewer can do with the ticket now; each action has a mutation of its own.
    async fn available_actions(&self, context: &Context<'_>) -> Result<Vec<Action>> {
        let request = request(context);
        let viewer = request.viewer()?;
        let ties = match (viewer.staff(), self.card.ticket.unit_id) {
            (None, Some(unit)) => {
                let key = TiesOf { account: viewer.account_id, unit };
                request.loader().load_one(key).await?.unwrap_or_default()
            }
            _ => Vec::new(),
        };
        let ticket = &self.card.ticket;
        let trades = match viewer.staff() {
            Some(staff)
                if ticket.state == entities::values::TicketState::Submitted
                    && staff.may(Right::TicketWork, ticket.community_id) =>
            {
                request.loader().load_one(TradesOf(staff.staff_id)).await?.unwrap_or_default()
            }
            _ => Vec::new(),
        };
        // Helpers decide who may confirm, and who can be taken off: matters of staff.
        let helpers = if viewer.staff().is_some() { self.helper_rows(context).await? } else { Vec::new() };
        let facts = Facts { viewer, ties, trades, helpers, now: request.app.clock.now() };
        Ok(service::available_actions(&self.card, &facts).into_iter().map(Into::into).collect())
    }

    /// Who was told that a clock runs out, oldest first; empty for residents.
    async fn escalations(&self, context: &Context<'_>) -> Result<Vec<Escalation>> {
        let request = request(context);
        if request.viewer()?.staff().is_none() {
            return Ok(Vec::new());
        }
        let rows = request.loader().load_one(EscalationsOf(self.id_of())).await?.unwrap_or_default();
        Ok(rows.into_iter().map(Into::into).collect())
    }

    /// What happened to the ticket, oldest first.
    async fn events(&self, context: &Context<'_>) -> Result<Vec<TicketEvent>> {
        let request = request(context);
        let viewer = request.viewer()?;
        let asked = context.look_ahead();
        let told = asked.field("summary").exists() || asked.field("changes").exists();
        let key = EventsOf { ticket: self.id_of(), told };
        let EventsOfTicket { rows, names } = request.loader().load_one(key).await?.unwrap_or_default();
        let reader = Reader {
            locale: request.locale,
            zone: self.card.time_zone.parse().map_err(|_| Error::internal("unknown time zone"))?,
            names: &names,
            account: viewer.account_id,
            sees_phone: self.sees_contact(viewer),
            colleague: service::sees_internal(viewer),
        };
        let mut stories = if told { reader.tell(&rows) } else { Vec::new() }.into_iter();
        let mut events = Vec::with_capacity(rows.len());
        for Named { row, staff_name } in rows {
            let (summary, changes) = stories.next().unwrap_or_default();
            let payload: Option<Value> = row.payload.as_deref().and_then(|text| serde_json::from_str(text).ok());
            events.push(TicketEvent {
                id: wire_id(row.id),
                seq: row.seq,
                words: payload.and_then(|payload| words_of(&payload)),
                staff_name,
                summary,
                changes,
                automatic: row.account_id.is_none() && row.staff_id.is_none(),
                by_viewer: row.account_id == Some(viewer.account_id),
                kind: row.kind,
                from_state: row.from_state,
                to_state: row.to_state,
                occurred_at: row.occurred_at.into(),
                recorded_at: row.recorded_at.into(),
            });
        }
        Ok(events)
    }

    /// What was written on the ticket, oldest first; residents and contractors do not see internal comments.
    async fn comments(&self, context: &Context<'_>) -> Result<Vec<TicketComment>> {
        let request = request(context);
        let viewer = request.viewer()?;
        let key = CommentsOf { ticket: self.id_of(), internal: service::sees_internal(viewer) };
        let mut comments = Vec::new();
        for Named { row, staff_name } in request.loader().load_one(key).await?.unwrap_or_default() {
            comments.push(TicketComment {
                id: wire_id(row.id),
                words: row.words,
                visibility: row.visibility.into(),
                staff_name,
                by_viewer: row.account_id == viewer.account_id,
                created_at: row.created_at.into(),
            });
        }
        Ok(comments)
    }

    /// Photos, voices and signatures, oldest first; the viewer is given links that open for a while.
    async fn attachments(&self, context: &Context<'_>) -> Result<Vec<TicketAttachment>> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let rows = request(context).loader().load_one(AttachmentsOf(self.id_of())).await?.unwrap_or_default();
        Ok(rows.into_iter().map(|row| TicketAttachment::new(app, viewer, row)).collect())
    }

    /// Tries of callbacks, oldest first.
    async fn callbacks(&self, context: &Context<'_>) -> Result<Vec<CallbackAttempt>> {
        let mut attempts = Vec::new();
        for Named { row, staff_name } in
            request(context).loader().load_one(CallbacksOf(self.id_of())).await?.unwrap_or_default()
        {
            attempts.push(CallbackAttempt {
                id: wire_id(row.id),
                round: row.round,
                method: row.method.into(),
                result: row.result.into(),
                words: row.words,
                staff_name,
                tried_at: row.tried_at.into(),
                local_day: Date(row.local_day),
            });
        }
        Ok(attempts)
    }

    /// What people came with about it (来电来访), oldest first, as far as the viewer may see it.
    async fn contacts(&self, context: &Context<'_>) -> Result<Vec<Contact>> {
        let request = request(context);
        let key = By::new(ContactsOfTicket(self.id_of()), request.viewer()?);
        let rows = request.loader().load_one(key).await?.unwrap_or_default();
        Ok(rows.into_iter().map(Into::into).collect())
    }

    /// An address that shows the ticket as a work order (工单) for printing on A5; null for residents. Each opening is
    /// recorded.
    async fn print_link(&self, context: &Context<'_>) -> Result<Option<SignedLink>> {
        let request = request(context);
        Ok(service::print_link(&request.app, request.viewer()?, self.id_of()).map(Into::into))
    }

    /// The ticket's public link for the lobby, while there is one; null for whoever may not post it.
    async fn notice(&self, context: &Context<'_>) -> Result<Option<TicketNotice>> {
        let request = request(context);
        let (app, ticket) = (&request.app, &self.card.ticket);
        if !service::sees_notices(request.viewer()?, ticket.community_id) {
            return Ok(None);
        }
        let row = request.loader().load_one(NoticeOf(ticket.id)).await?;
        let ends_at = service::notice_ends_at(ticket);
        let live = row.filter(|_| ends_at.is_none_or(|end| end > app.clock.now()));
        Ok(live.map(|row| TicketNotice::new(app, row, ends_at)))
    }

    /// Quotes (报价), oldest first; at most one of them waits or was approved.
    async fn quotes(&self, context: &Context<'_>) -> Result<Vec<TicketQuote>> {
        quotes::quotes(context, &self.card).await
    }

    /// What the resident is to pay: the approved quote, or the visit fee of a refused one; null when none was made.
    async fn amount_due(&self, context: &Context<'_>) -> Result<Option<Money>> {
        quotes::amount_due(context, &self.card).await
    }

    /// Labour and material that were used (用料).
    async fn materials(&self, context: &Context<'_>) -> Result<Vec<TicketMaterial>> {
        quotes::materials(context, &self.card).await
    }

    /// The resident's judgements, one for each round at most.
    async fn ratings(&self, context: &Context<'_>) -> Result<Vec<TicketRating>> {
        let rows = request(context).loader().load_one(RatingsOf(self.id_of())).await?.unwrap_or_default();
        Ok(rows.into_iter().map(Into::into).collect())
    }
}

/// The words that came with an event, whichever command they belonged to.
pub(super) fn words_of(payload: &Value) -> Option<String> {
    ["words", "reason", "description"].iter().find_map(|key| payload.get(key)?.as_str()).map(str::to_owned)
}

/// A ticket by id, for `node`.
pub async fn find_ticket(context: &Context<'_>, id: TicketId) -> Result<Ticket, Error> {
    let request = request(context);
    Ok(service::ticket(&request.app, request.viewer()?, id).await?.into())
}
