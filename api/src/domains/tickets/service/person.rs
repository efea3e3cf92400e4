//! What tickets, contacts and recurring services hold of a person: for whoever is let see it, for the person, and to be
//! taken out.

use entities::values::{AccountId, ContactId, ServicePlanId, TicketId};
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::repo::{self, OwnWords};
use super::{contact, plan, ticket};
use crate::db::Tx;
use crate::domains::identity::{Forgotten, PersonalData, Viewer};
use crate::error::Error;
use crate::infra::history;
use crate::state::App;

/// The contact person of a ticket that the viewer may see.
pub async fn person_of_ticket(app: &App, viewer: &Viewer, id: TicketId) -> Result<PersonalData, Error> {
    let ticket = ticket(app, viewer, id).await?.ticket;
    Ok(PersonalData {
        org_id: ticket.org_id,
        community_id: ticket.community_id,
        ticket_id: Some(id),
        name: ticket.contact_name,
        phone: ticket.contact_phone,
    })
}

/// The caller of a contact that the viewer may see.
pub async fn person_of_contact(app: &App, viewer: &Viewer, id: ContactId) -> Result<PersonalData, Error> {
    let contact = contact(app, viewer, id).await?.contact;
    Ok(PersonalData {
        org_id: contact.org_id,
        community_id: contact.community_id,
        ticket_id: None,
        name: contact.caller_name,
        phone: contact.caller_phone,
    })
}

/// The contact person of a recurring service that the viewer may see.
pub async fn person_of_plan(app: &App, viewer: &Viewer, id: ServicePlanId) -> Result<PersonalData, Error> {
    let plan = plan(app, viewer, id).await?.plan;
    Ok(PersonalData {
        org_id: plan.org_id,
        community_id: plan.community_id,
        ticket_id: None,
        name: plan.contact_name,
        phone: plan.contact_phone,
    })
}

/// How many tickets and recurring services of a person go on.
pub async fn open_matters(tx: &Tx, account: AccountId, phone: &str) -> Result<i64, Error> {
    Ok(repo::open_matters(tx, account, phone).await?)
}

/// Takes a person out of all that names the person, and out of the payloads of its history: the records, their
/// versions and their chains stay.
pub async fn forget_person(tx: &Tx, person: &Forgotten) -> Result<(), Error> {
    let found = repo::named_of(tx, person.account_id, &person.phone).await?;
    repo::forget_person(tx, person, &found).await?;
    let tickets = found.tickets.iter().map(|id| id.0);
    let objects: Vec<Uuid> = tickets.chain(found.plans.iter().map(|id| id.0)).collect();
    // As JSON has them.
    let texts = person.needles().iter().map(serde_json::to_string).collect::<Result<Vec<_>, _>>()?;
    let texts: Vec<String> = texts.iter().map(|text| text.trim_matches('"').to_owned()).collect();
    history::erase_payload_of(tx, person.account_id, &texts, &objects).await?;
    Ok(())
}

/// What is kept of a person, for the person to read.
pub async fn own_tickets(app: &App, account: AccountId) -> Result<Value, Error> {
    let connection = app.db.read();
    let tickets: Vec<Value> = repo::own_tickets(connection, account)
        .await?
        .into_iter()
        .map(|row| {
            json!({
                "number": row.number, "state": row.state, "kind": row.kind, "description": row.description,
                "place": row.place, "contactName": row.contact_name, "contactPhone": row.contact_phone,
                "accessNote": row.access_note, "submittedAt": row.submitted_at, "closedAt": row.closed_at,
            })
        })
        .collect();
    let told = |rows: Vec<OwnWords>, about: &str, answer: &str| -> Vec<Value> {
        rows.into_iter()
            .map(|row| json!({ about: row.about, "words": row.words, answer: row.answer, "at": row.created_at }))
            .collect()
    };
    let comments = told(repo::own_comments(connection, account).await?, "ticket", "answer");
    let ratings = told(repo::own_ratings(connection, account).await?, "ticket", "overall");
    let contacts = told(repo::own_contacts(connection, account).await?, "kind", "answer");
    Ok(json!({ "tickets": tickets, "comments": comments, "ratings": ratings, "contacts": contacts }))
}
