//! Looking at contacts.

use chrono::{DateTime, Utc};
use entities::values::{ContactId, TicketId, UnitId};

use super::super::super::error::TicketError;
use super::super::super::repo::{self, ContactCall, ContactCursor, ContactFilter, ContactList, ContactRow};
use crate::domains::identity::{Right, Scope, Viewer};
use crate::error::Error;
use crate::state::App;

/// Where a viewer reads contacts: staff those of their communities, residents their own.
fn reading(viewer: &Viewer, now: DateTime<Utc>) -> Result<Scope, Error> {
    let right = if viewer.staff().is_some() { Right::HouseholdRead } else { Right::ContactRecord };
    viewer.scope(right, now)
}

/// The scope in which the viewer has a list.
pub fn scope(viewer: &Viewer, list: ContactList, now: DateTime<Utc>) -> Result<Scope, Error> {
    match list {
        ContactList::All => reading(viewer, now),
        ContactList::CallbacksDue => viewer.scope(Right::TicketCallback, now),
    }
}

/// A page of a list.
pub async fn contacts(
    app: &App,
    viewer: &Viewer,
    list: ContactList,
    filter: &ContactFilter,
    after: Option<&ContactCursor>,
    limit: u64,
) -> Result<Vec<ContactRow>, Error> {
    let scope = scope(viewer, list, app.clock.now())?;
    Ok(repo::list_contacts(app.db.read(), &scope, list, filter, after, limit).await?)
}

/// How many contacts a list has.
pub async fn total_contacts(
    app: &App,
    viewer: &Viewer,
    list: ContactList,
    filter: &ContactFilter,
) -> Result<i64, Error> {
    let scope = scope(viewer, list, app.clock.now())?;
    Ok(repo::count_contacts(app.db.read(), &scope, list, filter).await?)
}

/// One contact that the viewer may see.
pub async fn contact(app: &App, viewer: &Viewer, id: ContactId) -> Result<ContactRow, Error> {
    let scope = reading(viewer, app.clock.now())?;
    let found = repo::find_contact(app.db.read(), &scope, id).await?;
    Ok(found.ok_or(TicketError::NotFoundAt("contactId"))?)
}

/// The contacts of tickets that the viewer was shown, as far as the viewer may see them.
pub async fn contacts_of_tickets(app: &App, viewer: &Viewer, tickets: &[TicketId]) -> Result<Vec<ContactRow>, Error> {
    match reading(viewer, app.clock.now()) {
        Ok(scope) => Ok(repo::contacts_of_tickets(app.db.read(), &scope, tickets).await?),
        // A technician sees the ticket, and of the people only its contact person.
        Err(Error::Forbidden) => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// The newest contacts of each of several units.
pub async fn contacts_of_units(
    app: &App,
    viewer: &Viewer,
    units: &[UnitId],
    after: Option<ContactId>,
    limit: u64,
) -> Result<Vec<ContactRow>, Error> {
    let scope = viewer.scope(Right::HouseholdRead, app.clock.now())?;
    Ok(repo::contacts_of_units(app.db.read(), &scope, units, after, limit).await?)
}

/// The tries to call contacts back that the viewer was shown.
pub async fn calls_of(app: &App, contacts: &[ContactId]) -> Result<Vec<ContactCall>, Error> {
    Ok(repo::calls_of(app.db.read(), contacts).await?)
}
