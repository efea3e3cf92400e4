//! Submitting a ticket.

use chrono::{DateTime, Datelike as _, Utc};
use chrono_tz::Tz;
use entities::ticket;
use entities::values::{
    AccountId, CategoryId, Channel, CommunityId, Payer, ServicePlanId, StaffId, TicketId, TicketKind, TicketOrigin,
    TicketState, Urgency,
};
use serde::Serialize;
use serde_json::json;

use super::super::error::TicketError;
use super::super::model::warranty::settle;
use super::super::model::{Work, text};
use super::super::repo::{self, PlaceId, Setting, TicketCard};
use super::attach::{self, NewAttachment, Target};
use super::{at, browse, clocks, slots, warranty};
use crate::db::Tx;
use crate::domains::identity::{Phone, Right, Scope, Viewer, Who};
use crate::error::Error;
use crate::infra::history::{self, Actor, Head, NewEvent, ObjectKind};
use crate::infra::{crypto, idempotency, outbox};
use crate::state::App;

/// Digits and letters of a ticket number, without those that look alike.
const NUMBER_LETTERS: &[u8] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// A ticket to be submitted.
#[derive(Clone, Debug, Serialize)]
pub struct NewTicket {
    /// Where.
    #[serde(with = "place_json")]
    pub place_id: PlaceId,
    /// A public place in words.
    pub place: Option<String>,
    /// What kind.
    pub kind: TicketKind,
    /// Which category.
    pub category_id: CategoryId,
    /// How soon.
    pub urgency: Urgency,
    /// What is wrong, 1 to 2,000 characters.
    pub description: String,
    /// Whom to ask for.
    pub contact_name: Option<String>,
    /// The contact person's phone.
    pub contact_phone: Option<String>,
    /// How to get in.
    pub access_note: Option<String>,
    /// Start of the preferred slot.
    pub slot_start: Option<DateTime<Utc>>,
    /// End of the preferred slot.
    pub slot_end: Option<DateTime<Utc>>,
    /// By which way staff were told; the app's own for residents.
    pub channel: Option<Channel>,
    /// Who pays, as far as staff know.
    pub payer: Option<Payer>,
    /// Photos or a voice.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<NewAttachment>,
}

mod place_json {
    use super::PlaceId;
    use serde::{Serialize as _, Serializer};

    pub fn serialize<S: Serializer>(place: &PlaceId, serializer: S) -> Result<S::Ok, S::Error> {
        match place {
            PlaceId::Unit(id) => ("unit", id.0).serialize(serializer),
            PlaceId::Building(id) => ("building", id.0).serialize(serializer),
            PlaceId::Community(id) => ("community", id.0).serialize(serializer),
        }
    }
}

/// Submits a ticket. A repeat with the same key returns the ticket that the first submission made.
pub async fn submit(app: &App, viewer: &Viewer, new: NewTicket, key: &str) -> Result<TicketCard, Error> {
    let now = app.clock.now();
    let scope = viewer.scope(Right::TicketSubmit, now)?;
    let id: TicketId = app.clock.new_id();
    let claim = idempotency::Claim::new(app, viewer.account_id, "ticketSubmit", key, &new, id.0)?;
    let new = check(viewer, new)?;
    let (job_app, job_viewer) = (app.clone(), viewer.clone());
    let id = app
        .db
        .write(move |tx| {
            let (app, viewer, scope) = (job_app.clone(), job_viewer.clone(), scope.clone());
            let (new, claim) = (new.clone(), claim.clone());
            Box::pin(async move {
                if let Some(result) = idempotency::claim(tx, &claim).await? {
                    return Ok(TicketId(result));
                }
                insert(tx, &app, &viewer, &scope, new, id, Source::default()).await?;
                Ok(id)
            })
        })
        .await?;
    browse::ticket(app, viewer, id).await
}

/// Checks what needs neither database nor clock; trims the texts.
pub fn check(viewer: &Viewer, mut new: NewTicket) -> Result<NewTicket, Error> {
    attach::check(viewer, &new.attachments)?;
    new.description = text::required(&new.description, text::DESCRIPTION_MAX).map_err(at("description"))?;
    new.place = text::optional(new.place.as_deref(), text::NOTE_MAX).map_err(at("place"))?;
    new.access_note = text::optional(new.access_note.as_deref(), text::NOTE_MAX).map_err(at("accessNote"))?;
    new.contact_name = text::optional(new.contact_name.as_deref(), text::NAME_MAX).map_err(at("contactName"))?;
    new.contact_phone = match new.contact_phone.as_deref().map(str::trim).filter(|phone| !phone.is_empty()) {
        Some(phone) => {
            let phone = Phone::parse(phone).ok_or(TicketError::Invalid("contactPhone"))?;
            Some(phone.as_str().to_owned())
        }
        None => None,
    };
    match (new.slot_start, new.slot_end) {
        (None, None) => {}
        (Some(start), Some(end)) => slots::check_span((start, end))?,
        _ => return Err(TicketError::SlotInvalid.into()),
    }
    let in_unit = matches!(new.place_id, PlaceId::Unit(_));
    let needs_unit = matches!(new.kind, TicketKind::HomeRepair | TicketKind::PaidService | TicketKind::HandoverDefect);
    let vague = matches!(new.place_id, PlaceId::Community(_)) && new.place.is_none();
    if (needs_unit && !in_unit) || vague {
        return Err(TicketError::PlaceRequired.into());
    }
    if viewer.who == Who::Resident {
        if new.kind == TicketKind::PatrolFinding {
            return Err(TicketError::Invalid("kind").into());
        }
        new.channel = None;
        new.payer = None;
        if new.contact_name.is_none() && !viewer.name.is_empty() {
            new.contact_name = Some(viewer.name.clone());
        }
        new.contact_phone = new.contact_phone.or_else(|| Some(viewer.phone.clone()));
    }
    Ok(new)
}

/// The contact that a ticket is made of, as far as the ticket inherits from it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Source {
    /// Where the contact belongs; the ticket must lie there too.
    pub community: Option<CommunityId>,
    /// Who took the contact in and answers for it; whoever submits the ticket when nobody did.
    pub first_contact: Option<StaffId>,
    /// The resident who made the contact.
    pub requester: Option<AccountId>,
}

/// In whose name a ticket is submitted.
#[derive(Clone, Copy, Debug)]
pub enum By<'v> {
    /// Somebody who is signed in.
    Person(&'v Viewer),
    /// A recurring service, for whoever agreed it.
    Plan {
        /// Which.
        plan: ServicePlanId,
        /// The member of staff who agreed it.
        staff: Option<StaffId>,
        /// The resident who did.
        account: Option<AccountId>,
    },
}

impl By<'_> {
    fn staff(&self) -> Option<StaffId> {
        match self {
            Self::Person(viewer) => viewer.staff().map(|staff| staff.staff_id),
            Self::Plan { staff, .. } => *staff,
        }
    }

    fn requester(&self) -> Option<AccountId> {
        match self {
            Self::Person(viewer) => viewer.staff().is_none().then_some(viewer.account_id),
            Self::Plan { account, .. } => *account,
        }
    }

    /// Whom the event names; nobody, when the ticket came by itself.
    fn actor(&self) -> Actor {
        match self {
            Self::Person(viewer) => Actor { account_id: Some(viewer.account_id), staff_id: self.staff() },
            Self::Plan { .. } => Actor::default(),
        }
    }
}

/// Adds a checked ticket with its first event, inside a transaction that has claimed its key already.
pub async fn insert(
    tx: &Tx,
    app: &App,
    viewer: &Viewer,
    scope: &Scope,
    new: NewTicket,
    id: TicketId,
    source: Source,
) -> Result<(), Error> {
    insert_by(tx, app, By::Person(viewer), scope, new, id, source).await
}

/// The same in whoever's name.
pub async fn insert_by(
    tx: &Tx,
    app: &App,
    by: By<'_>,
    scope: &Scope,
    new: NewTicket,
    id: TicketId,
    source: Source,
) -> Result<(), Error> {
    let now = app.clock.now();
    // Here and not before the key is known: a repeat may well come after the slot.
    if new.slot_start.is_some_and(|start| start < now) {
        return Err(TicketError::SlotInPast.into());
    }
    let place_field = match new.place_id {
        PlaceId::Unit(_) => "unitId",
        PlaceId::Building(_) => "buildingId",
        PlaceId::Community(_) => "communityId",
    };
    let setting = repo::setting(tx, scope, new.place_id, new.category_id, new.urgency, now).await?;
    let setting = setting.ok_or(TicketError::NotFoundAt(place_field))?;
    if source.community.is_some_and(|community| community != setting.community_id) {
        return Err(TicketError::OtherCommunity(place_field).into());
    }
    let class = setting.callback_class.ok_or(TicketError::NotFoundAt("categoryId"))?;
    if setting.category_active != Some(true) {
        return Err(TicketError::CategoryInactive.into());
    }
    if let By::Person(Viewer { who: Who::Resident, .. }) = by
        && let Some(slot) = new.slot_start.zip(new.slot_end)
    {
        let wanted = slots::Wanted { slot, without: None };
        slots::check(tx, setting.community_id, new.category_id, wanted, now).await?;
    }
    let policy = clocks::policy(&setting.policy, class, new.urgency);
    let calendar = clocks::calendar(&setting.calendar)?;
    let slot = new.slot_start.zip(new.slot_end);
    let local = now.with_timezone(&calendar.zone);
    let mut work = Work::submitted(new.kind, new.urgency, class, slot, &policy, &calendar, now);
    let coverage = warranty::of_new_ticket(tx, &setting, new.kind, local.date_naive()).await?;
    let settled = settle(new.kind, new.payer, coverage);
    (work.payer, work.liable) = (settled.payer, settled.liable);
    let mut payload = json!({
        "description": new.description,
        "kind": new.kind,
        "urgency": new.urgency,
        "contactName": new.contact_name,
        "contactPhone": new.contact_phone,
        "place": new.place,
        "payer": settled.payer,
        "liableParty": settled.liable,
        "warrantyUntil": settled.until,
    });
    if let By::Plan { plan, .. } = by {
        payload["servicePlanId"] = json!(plan);
    }
    let attachments = new.attachments.clone();
    if let By::Person(viewer) = by
        && let Some(attached) = attach::claim(tx, app, viewer, setting.org_id, &attachments).await?
    {
        payload["attachments"] = attached;
    }
    let event = NewEvent {
        org_id: setting.org_id,
        object_kind: ObjectKind::Ticket,
        object_id: id.0,
        kind: "SUBMITTED",
        from_state: None,
        to_state: Some(TicketState::Submitted.as_str()),
        actor: by.actor(),
        payload,
        occurred_at: now,
    };
    let (event, head) = history::link(&app.clock, &Head::genesis(), event)?;
    let mut row = row(&by, new, &setting, &work, id, &head, local)?;
    row.warranty_until = settled.until;
    row.first_contact_id = source.first_contact.or(row.first_contact_id);
    row.requester_id = row.requester_id.or(source.requester);
    let message = outbox::Message {
        org_id: setting.org_id,
        topic: "ticket.submitted",
        object_kind: ObjectKind::Ticket,
        object_id: id.0,
        object_version: head.seq,
        staff_id: None,
        staff_before_id: None,
        payload: json!({ "communityId": setting.community_id }),
    };
    repo::insert_ticket(tx, row).await?;
    history::insert(tx, event).await?;
    let target = Target { org_id: setting.org_id, ticket_id: id, round: 0, now };
    if let By::Person(viewer) = by {
        attach::insert(tx, app, viewer, target, &attachments).await?;
    }
    outbox::write(tx, &app.clock, message).await?;
    Ok(())
}

fn row(
    by: &By<'_>,
    new: NewTicket,
    setting: &Setting,
    work: &Work,
    id: TicketId,
    head: &Head,
    local: DateTime<Tz>,
) -> Result<ticket::Model, Error> {
    let now = local.to_utc();
    let staff = by.staff();
    Ok(ticket::Model {
        id,
        org_id: setting.org_id,
        community_id: setting.community_id,
        building_id: setting.building_id,
        unit_id: setting.unit_id,
        category_id: new.category_id,
        number: number(local.format("%y%m%d").to_string())?,
        external_ref: None,
        origin: if staff.is_some() { TicketOrigin::Staff } else { TicketOrigin::Resident },
        channel: if staff.is_some() { new.channel.unwrap_or(Channel::Staff) } else { Channel::App },
        kind: new.kind,
        urgency: new.urgency,
        payer: work.payer,
        state: work.state,
        version: head.seq,
        history_hash: head.hash.clone(),
        description: new.description,
        place: new.place,
        contact_name: new.contact_name,
        contact_phone: new.contact_phone,
        access_note: new.access_note,
        slot_start: work.slot_start,
        slot_end: work.slot_end,
        requester_id: by.requester(),
        first_contact_id: staff,
        assignee_id: None,
        worker_id: None,
        rework_count: 0,
        callback_tries: 0,
        pause_reason: None,
        outcome: None,
        outcome_words: None,
        water_test_ended_at: None,
        submitted_at: now,
        submitted_month: local.year() * 100 + i32::try_from(local.month()).unwrap_or(0),
        clock_started_at: work.clock_started_at,
        responded_at: None,
        arrived_at: None,
        paused_at: None,
        completed_at: None,
        first_callback_at: None,
        closed_at: None,
        cancelled_at: None,
        respond_due_at: work.respond_due_at,
        arrive_due_at: work.arrive_due_at,
        complete_due_at: work.complete_due_at,
        callback_due_at: None,
        next_due_at: work.next_due_at(),
        missed_completion: false,
        complete_basis: work.complete_basis,
        respond_half_at: work.respond_half_at,
        arrive_half_at: work.arrive_half_at,
        complete_half_at: work.complete_half_at,
        callback_half_at: None,
        escalated: work.escalated,
        next_escalation_at: work.next_escalation_at(),
        updated_at: now,
        urge_count: 0,
        last_urged_at: None,
        urge_again_at: None,
        helped: false,
        auto_tried_at: None,
        liable_party: work.liable,
        warranty_until: None,
        quote_state: None,
    })
}

/// A number that can be read out on the telephone: the day, and six letters out of 32⁶ = 10⁹.
fn number(day: String) -> Result<String, Error> {
    let mut number = format!("{day}-");
    for byte in crypto::random::<6>()? {
        number.push(char::from(NUMBER_LETTERS[usize::from(byte) % NUMBER_LETTERS.len()]));
    }
    Ok(number)
}
