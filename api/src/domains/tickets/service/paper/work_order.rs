//! A work order: the ticket as the one who prints it may see it.

use entities::disclosure;
use entities::values::{DisclosureKind, StaffId, TicketId};

use super::super::super::error::TicketError;
use super::super::super::model::labels::{self, Label};
use super::super::super::repo;
use super::super::browse::sees_contact;
use super::{notice, written, zone};
use crate::domains::identity::{Right, Viewer, mask_name, mask_phone, viewer_of_staff};
use crate::error::Error;
use crate::infra::disclosure as disclosures;
use crate::infra::signed::{Purpose, Shown, SignedLink};
use crate::state::App;

/// What a work order says; times as people write them where the community is.
#[derive(Clone, Debug)]
pub struct WorkOrder {
    /// The ticket.
    pub ticket_id: TicketId,
    /// Its number.
    pub number: String,
    /// The community.
    pub community: String,
    /// Building, unit and place.
    pub address: String,
    /// What kind.
    pub kind: Label,
    /// The category in Chinese and English.
    pub category: (String, String),
    /// How soon.
    pub urgency: Label,
    /// Who pays.
    pub payer: Label,
    /// What is wrong.
    pub description: String,
    /// Whom to ask for; masked where the one who prints has no need of it.
    pub contact_name: Option<String>,
    /// The contact's phone; masked where the one who prints has no need of it.
    pub contact_phone: Option<String>,
    /// The appointment.
    pub slot: Option<String>,
    /// How to get in.
    pub access_note: Option<String>,
    /// Who does it.
    pub assignee: Option<String>,
    /// When it was submitted.
    pub submitted_at: String,
    /// When it must be done.
    pub due_at: Option<String>,
    /// Token of the ticket's notice in the lobby, while it has one.
    pub notice_token: Option<String>,
    /// Who prints it.
    pub printed_by: String,
    /// When.
    pub printed_at: String,
}

/// An address of the work order of a ticket that the viewer was shown; none for residents.
pub fn print_link(app: &App, viewer: &Viewer, ticket: TicketId) -> Option<SignedLink> {
    let staff = viewer.staff()?;
    Some(app.links.link(Purpose::WorkOrder, ticket.0, staff.staff_id.0, app.clock.now(), app.config.link_minutes))
}

/// Opens the work order behind an address, under the rights that the one for whom it was made has at this moment; that it
/// was opened is recorded first.
pub async fn work_order(app: &App, shown: &Shown) -> Result<WorkOrder, Error> {
    let now = app.clock.now();
    app.links.check(Purpose::WorkOrder, shown, now)?;
    let (ticket_id, staff_id) = (TicketId(shown.object), StaffId(shown.by));
    let viewer = viewer_of_staff(app, staff_id).await?.ok_or(TicketError::NotFound)?;
    let scope = viewer.scope(Right::TicketRead, now).map_err(|_| TicketError::NotFound)?;
    let card = repo::find_card(app.db.read(), &scope, ticket_id).await?.ok_or(TicketError::NotFound)?;
    let phones = sees_contact(&viewer, &card.ticket);
    let live = repo::notices_of(app.db.read(), &[ticket_id]).await?.pop();
    let live = live.filter(|_| notice::notice_ends_at(&card.ticket).is_none_or(|end| end > now));
    let told = disclosure::Model {
        id: app.clock.new_id(),
        org_id: card.ticket.org_id,
        staff_id,
        account_id: viewer.account_id,
        kind: DisclosureKind::WorkOrder,
        ticket_id: Some(ticket_id),
        export_id: None,
        list: None,
        filter: None,
        row_count: None,
        sha256: None,
        phones: phones && card.ticket.contact_phone.is_some(),
        occurred_at: now,
    };
    app.db
        .write(move |tx| {
            let told = told.clone();
            Box::pin(async move { Ok(disclosures::record(tx, told).await?) })
        })
        .await?;
    let zone = zone(&card)?;
    let address = [card.building_name, card.unit_number, card.ticket.place];
    let slot = card.ticket.slot_start.zip(card.ticket.slot_end);
    Ok(WorkOrder {
        ticket_id,
        number: card.ticket.number,
        community: card.community_name,
        address: address.into_iter().flatten().collect::<Vec<_>>().join(" "),
        kind: labels::kind(card.ticket.kind),
        category: (card.category_name_zh, card.category_name_en),
        urgency: labels::urgency(card.ticket.urgency),
        payer: labels::payer(card.ticket.payer),
        description: card.ticket.description,
        contact_name: card.ticket.contact_name.map(|name| if phones { name } else { mask_name(&name) }),
        contact_phone: card.ticket.contact_phone.map(|phone| if phones { phone } else { mask_phone(&phone) }),
        slot: slot.map(|(start, end)| format!("{} – {}", written(start, zone), written(end, zone))),
        access_note: card.ticket.access_note,
        assignee: card.assignee_name,
        submitted_at: written(card.ticket.submitted_at, zone),
        due_at: card.ticket.complete_due_at.map(|due| written(due, zone)),
        notice_token: live.map(|row| notice::notice_token(app, &row)),
        printed_by: viewer.name,
        printed_at: written(now, zone),
    })
}
