//! Taking a contact in, and answering it.

use chrono::Datelike as _;
use chrono_tz::Tz;
use entities::contact;
use entities::values::{Channel, CommunityId, ContactId, ContactKind, ContactState, TicketId, UnitId};
use serde::Serialize;

use super::super::super::error::TicketError;
use super::super::super::model::contact::{AtOnce, from_residents};
use super::super::super::model::text;
use super::super::super::repo::{self, ContactPlace, ContactRow, Ending};
use super::super::at;
use super::join::{self, Joining};
use super::ticket::{Making, TicketWish, make_ticket};
use super::{ContactStep, browse, find_open, lost, tell};
use crate::db::Tx;
use crate::domains::identity::{Phone, Right, Scope, Viewer};
use crate::error::Error;
use crate::infra::idempotency;
use crate::state::App;

/// A contact to be recorded.
#[derive(Clone, Debug, Serialize)]
pub struct NewContact {
    /// The unit it is about, or where the caller lives.
    pub unit_id: Option<UnitId>,
    /// The community; the unit's unless said.
    pub community_id: Option<CommunityId>,
    /// What kind.
    pub kind: ContactKind,
    /// By which way; the telephone unless said, the app for residents.
    pub channel: Option<Channel>,
    /// What was said, 1 to 2,000 characters.
    pub words: String,
    /// Who said it.
    pub caller_name: Option<String>,
    /// The caller's phone.
    pub caller_phone: Option<String>,
    /// Whether the caller wants to be called back about a ticket that the contact joins.
    pub callback_wanted: bool,
    /// What was answered at once.
    pub answer: Option<String>,
    /// The ticket to make of it at once.
    pub ticket: Option<TicketWish>,
    /// The ticket that it joins at once.
    pub ticket_id: Option<TicketId>,
}

/// Records a contact; answers it, makes a ticket of it or joins it to one in the same transaction, where that is asked.
/// A repeat with the same key returns the contact that the first one made.
pub async fn record_contact(app: &App, viewer: &Viewer, new: NewContact, key: &str) -> Result<ContactRow, Error> {
    let now = app.clock.now();
    let scope = viewer.scope(Right::ContactRecord, now)?;
    let id: ContactId = app.clock.new_id();
    let claim = idempotency::Claim::new(app, viewer.account_id, "contactRecord", key, &new, id.0)?;
    let new = check(viewer, new)?;
    let id = join::again_when_overtaken(|| {
        let (app, viewer, scope) = (app.clone(), viewer.clone(), scope.clone());
        let (new, claim) = (new.clone(), claim.clone());
        async move {
            let db = app.db.clone();
            db.write(move |tx| {
                let (app, viewer, scope) = (app.clone(), viewer.clone(), scope.clone());
                let (new, claim) = (new.clone(), claim.clone());
                Box::pin(async move {
                    if let Some(result) = idempotency::claim(tx, &claim).await? {
                        return Ok(ContactId(result));
                    }
                    insert(tx, &app, &viewer, &scope, new, id).await?;
                    Ok(id)
                })
            })
            .await
        }
    })
    .await?;
    browse::contact(app, viewer, id).await
}

/// Checks what needs neither database nor clock; trims the texts.
fn check(viewer: &Viewer, mut new: NewContact) -> Result<NewContact, Error> {
    new.words = text::required(&new.words, text::DESCRIPTION_MAX).map_err(at("words"))?;
    new.caller_name = text::optional(new.caller_name.as_deref(), text::NAME_MAX).map_err(at("callerName"))?;
    new.answer = text::optional(new.answer.as_deref(), text::WORDS_MAX).map_err(at("answer"))?;
    new.caller_phone = match new.caller_phone.as_deref().map(str::trim).filter(|phone| !phone.is_empty()) {
        Some(phone) => {
            let phone = Phone::parse(phone).ok_or(TicketError::Invalid("callerPhone"))?;
            Some(phone.as_str().to_owned())
        }
        None => None,
    };
    let at_once =
        AtOnce { answered: new.answer.is_some(), ticket: new.ticket.is_some(), joins: new.ticket_id.is_some() };
    if viewer.staff().is_none() {
        // What is broken a resident submits as a ticket; answering and joining is the company's.
        if at_once != AtOnce::default() {
            return Err(Error::Forbidden);
        }
        if !from_residents(new.kind) {
            return Err(TicketError::Invalid("kind").into());
        }
        if new.unit_id.is_none() {
            return Err(TicketError::Required("unitId").into());
        }
        new.channel = Some(Channel::App);
        new.caller_name = Some(viewer.name.clone()).filter(|name| !name.is_empty());
        new.caller_phone = Some(viewer.phone.clone());
    }
    if let Some(field) = at_once.surplus() {
        return Err(TicketError::Invalid(field).into());
    }
    Ok(new)
}

/// Where the contact belongs; unit and community must agree.
async fn place(tx: &Tx, scope: &Scope, new: &NewContact) -> Result<ContactPlace, Error> {
    let of_community = async |community| {
        let found = repo::contact_place(tx, scope, community).await?;
        found.ok_or_else(|| Error::from(TicketError::NotFoundAt("communityId")))
    };
    let Some(unit) = new.unit_id else {
        return of_community(new.community_id.ok_or(TicketError::PlaceRequired)?).await;
    };
    let community = new.community_id;
    let found = repo::contact_place_of_unit(tx, scope, unit).await?.ok_or(TicketError::NotFoundAt("unitId"))?;
    if let Some(named) = community.filter(|named| *named != found.community_id) {
        // Whoever may not see it hears that there is none.
        of_community(named).await?;
        return Err(TicketError::OtherCommunity("communityId").into());
    }
    Ok(found)
}

async fn insert(
    tx: &Tx,
    app: &App,
    viewer: &Viewer,
    scope: &Scope,
    mut new: NewContact,
    id: ContactId,
) -> Result<(), Error> {
    let now = app.clock.now();
    let place = place(tx, scope, &new).await?;
    let zone: Tz = place.time_zone.parse().map_err(|_| Error::internal("unknown time zone"))?;
    let local = now.with_timezone(&zone);
    let staff_id = viewer.staff().map(|staff| staff.staff_id);
    let (wish, joins, answer) = (new.ticket.take(), new.ticket_id.take(), new.answer.take());
    let mut row = contact::Model {
        id,
        org_id: place.org_id,
        community_id: place.community_id,
        unit_id: new.unit_id,
        kind: new.kind,
        channel: new.channel.unwrap_or(Channel::Phone),
        state: if answer.is_some() { ContactState::Answered } else { ContactState::Open },
        version: 1,
        words: new.words,
        // Whoever leaves neither phone nor unit cannot be asked.
        callback_wanted: new.callback_wanted && (new.caller_phone.is_some() || new.unit_id.is_some()),
        caller_name: new.caller_name,
        caller_phone: new.caller_phone,
        requester_id: staff_id.is_none().then_some(viewer.account_id),
        first_contact_id: staff_id,
        ticket_id: None,
        joined_at: None,
        answered_at: answer.is_some().then_some(now),
        answered_by: staff_id.filter(|_| answer.is_some()),
        answer,
        callback_round: 0,
        callback_tries: 0,
        callback_result: None,
        created_at: now,
        created_month: local.year() * 100 + i32::try_from(local.month()).unwrap_or(0),
        updated_at: now,
    };
    if let Some(wish) = wish {
        let ticket_id = make_ticket(tx, Making { app, viewer, contact: &row, wish }).await?;
        row.state = ContactState::Ticketed;
        row.ticket_id = Some(ticket_id);
    }
    let org = (row.org_id, row.community_id);
    repo::insert_contact(tx, row).await?;
    tell(tx, app, org, (id, 1), "contact.recorded").await?;
    if let Some(ticket_id) = joins {
        let joining = Joining { contact_id: id, expected_version: None };
        join::join(tx, app, viewer, ticket_id, joining).await?;
    }
    Ok(())
}

/// Answers an open contact in words, which ends it. A repeat with the same key changes nothing more.
pub async fn answer_contact(app: &App, viewer: &Viewer, input: ContactStep, words: &str) -> Result<ContactRow, Error> {
    let staff = viewer.require_staff()?.staff_id;
    let scope = viewer.scope(Right::ContactRecord, app.clock.now())?;
    let body = (input.contact_id, input.expected_version, words);
    let account = viewer.account_id;
    let claim = idempotency::Claim::new(app, account, "contactAnswer", &input.key, &body, input.contact_id.0)?;
    let words = text::required(words, text::WORDS_MAX).map_err(at("words"))?;
    let (id, expected, job_app) = (input.contact_id, input.expected_version, app.clone());
    app.db
        .write(move |tx| {
            let (app, scope, claim, words) = (job_app.clone(), scope.clone(), claim.clone(), words.clone());
            Box::pin(async move {
                if idempotency::claim(tx, &claim).await?.is_some() {
                    return Ok(());
                }
                let contact = find_open(tx, &scope, id, expected).await?.contact;
                let ending = Ending::Answered(words);
                if !repo::end_contact(tx, id, expected, &ending, staff, app.clock.now()).await? {
                    return Err(lost(tx, &scope, id, expected).await);
                }
                let org = (contact.org_id, contact.community_id);
                tell(tx, &app, org, (id, contact.version + 1), "contact.answered").await
            })
        })
        .await?;
    browse::contact(app, viewer, id).await
}
