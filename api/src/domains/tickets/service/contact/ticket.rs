//! A contact becomes a ticket.

use chrono::{DateTime, Utc};
use entities::contact;
use entities::values::{BuildingId, CategoryId, Payer, TicketId, TicketKind, UnitId, Urgency};
use serde::Serialize;

use super::super::super::error::TicketError;
use super::super::super::repo::{self, ContactRow, Ending, PlaceId};
use super::super::submit::{self, NewTicket, Source};
use super::{ContactStep, browse, find_open, inside_ticket, lost, tell};
use crate::db::Tx;
use crate::domains::identity::{Phone, Right, Viewer};
use crate::error::Error;
use crate::infra::idempotency;
use crate::state::App;

/// The ticket that a contact becomes, as far as the contact does not say it.
#[derive(Clone, Debug, Serialize)]
pub struct TicketWish {
    /// The unit; the contact's for work that belongs to one.
    pub unit_id: Option<UnitId>,
    /// The building, for its public parts.
    pub building_id: Option<BuildingId>,
    /// A public place in words.
    pub place: Option<String>,
    /// What kind.
    pub kind: TicketKind,
    /// Which category.
    pub category_id: CategoryId,
    /// How soon.
    pub urgency: Urgency,
    /// What is wrong; the contact's words unless said.
    pub description: Option<String>,
    /// Whom to ask for; the caller unless said.
    pub contact_name: Option<String>,
    /// The contact person's phone; the caller's unless said.
    pub contact_phone: Option<String>,
    /// How to get in.
    pub access_note: Option<String>,
    /// Start of the preferred slot.
    pub slot_start: Option<DateTime<Utc>>,
    /// End of the preferred slot.
    pub slot_end: Option<DateTime<Utc>>,
    /// Who pays, as far as is known.
    pub payer: Option<Payer>,
}

impl TicketWish {
    /// The ticket, with what the contact knows.
    fn of(self, contact: &contact::Model) -> NewTicket {
        let public = self.kind == TicketKind::PublicRepair;
        let place_id = match (self.unit_id, self.building_id, contact.unit_id) {
            (Some(unit), ..) => PlaceId::Unit(unit),
            (None, Some(building), _) => PlaceId::Building(building),
            // The caller's flat is not where a lift is.
            (None, None, Some(unit)) if !public => PlaceId::Unit(unit),
            _ => PlaceId::Community(contact.community_id),
        };
        let phone = contact.caller_phone.clone().filter(|phone| Phone::parse(phone).is_some());
        NewTicket {
            place_id,
            place: self.place,
            kind: self.kind,
            category_id: self.category_id,
            urgency: self.urgency,
            description: self.description.unwrap_or_else(|| contact.words.clone()),
            contact_name: self.contact_name.or_else(|| contact.caller_name.clone()),
            contact_phone: self.contact_phone.or(phone),
            access_note: self.access_note,
            slot_start: self.slot_start,
            slot_end: self.slot_end,
            channel: Some(contact.channel),
            payer: self.payer,
            // Whoever calls has no photos; they are attached later.
            attachments: Vec::new(),
        }
    }
}

/// Who makes a ticket of which contact.
pub struct Making<'a> {
    /// The application.
    pub app: &'a App,
    /// Who makes it.
    pub viewer: &'a Viewer,
    /// The contact; its row may not be there yet.
    pub contact: &'a contact::Model,
    /// What the ticket is to be.
    pub wish: TicketWish,
}

/// Adds the ticket with its first event; the caller writes its id into the contact.
pub async fn make_ticket(tx: &Tx, making: Making<'_>) -> Result<TicketId, Error> {
    let Making { app, viewer, contact, wish } = making;
    if wish.kind == TicketKind::PatrolFinding {
        return Err(inside_ticket(TicketError::Invalid("kind").into()));
    }
    let scope = viewer.scope(Right::TicketSubmit, app.clock.now())?;
    let source = Source {
        community: Some(contact.community_id),
        first_contact: contact.first_contact_id,
        requester: contact.requester_id,
    };
    let id: TicketId = app.clock.new_id();
    let new = submit::check(viewer, wish.of(contact)).map_err(inside_ticket)?;
    submit::insert(tx, app, viewer, &scope, new, id, source).await.map_err(inside_ticket)?;
    Ok(id)
}

/// Makes a ticket of an open contact. A repeat with the same key makes no other.
pub async fn contact_to_ticket(
    app: &App,
    viewer: &Viewer,
    input: ContactStep,
    wish: TicketWish,
) -> Result<ContactRow, Error> {
    let staff = viewer.require_staff()?.staff_id;
    let scope = viewer.scope(Right::ContactRecord, app.clock.now())?;
    let body = (input.contact_id, input.expected_version, &wish);
    let account = viewer.account_id;
    let claim = idempotency::Claim::new(app, account, "contactToTicket", &input.key, &body, input.contact_id.0)?;
    let (id, expected, job_app, job_viewer) = (input.contact_id, input.expected_version, app.clone(), viewer.clone());
    app.db
        .write(move |tx| {
            let (app, viewer, scope) = (job_app.clone(), job_viewer.clone(), scope.clone());
            let (claim, wish) = (claim.clone(), wish.clone());
            Box::pin(async move {
                if idempotency::claim(tx, &claim).await?.is_some() {
                    return Ok(());
                }
                let contact = find_open(tx, &scope, id, expected).await?.contact;
                let making = Making { app: &app, viewer: &viewer, contact: &contact, wish };
                let ticket = make_ticket(tx, making).await?;
                let ending = Ending::Ticketed(ticket);
                if !repo::end_contact(tx, id, expected, &ending, staff, app.clock.now()).await? {
                    return Err(lost(tx, &scope, id, expected).await);
                }
                let org = (contact.org_id, contact.community_id);
                tell(tx, &app, org, (id, contact.version + 1), "contact.ticketed").await
            })
        })
        .await?;
    browse::contact(app, viewer, id).await
}
