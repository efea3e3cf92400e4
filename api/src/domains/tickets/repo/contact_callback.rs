//! Callbacks of contacts, and what decides whether one of them closes its ticket.

use chrono::{DateTime, NaiveDate, Utc};
use entities::contact_callback;
use entities::values::{CallbackAttemptId, CallbackMethod, CallbackResult, ContactId, TicketId};
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel};

use super::contact::STILL_OPEN;
use crate::db::{Fault, Sql};

/// What is known of a round's callbacks before another one is recorded.
#[derive(Clone, Copy, Debug, PartialEq, FromQueryResult)]
pub struct CallbackFacts {
    /// The last day on which the person who is asked now was not reached.
    pub last_unreachable: Option<NaiveDate>,
    /// How often the ticket's own contact person said that it is solved.
    pub confirmed: i64,
    /// Joined contacts that are still to be called back, without the one who is asked now.
    pub open_contacts: i64,
}

/// Reads the facts of `round` of a ticket; `contact` is the joined contact that is asked, or nobody for the ticket's own
/// contact person.
pub async fn callback_facts(
    connection: &impl ConnectionTrait,
    ticket: TicketId,
    round: i32,
    contact: Option<ContactId>,
) -> Result<CallbackFacts, Fault> {
    let mut sql = Sql::new("SELECT (SELECT MAX(x.local_day) FROM ");
    match contact {
        Some(contact) => sql.with("contact_callback x WHERE x.contact_id = ", contact),
        None => sql.with("callback_attempt x WHERE x.ticket_id = ", ticket),
    };
    sql.with(" AND x.round = ", round).with(" AND x.result = ", CallbackResult::Unreachable);
    sql.push(") AS last_unreachable, (SELECT COUNT(*) FROM callback_attempt y");
    sql.with(" WHERE y.ticket_id = ", ticket).with(" AND y.round = ", round);
    sql.with(" AND y.result = ", CallbackResult::Solved);
    sql.push(") AS confirmed, (SELECT COUNT(*) FROM contact k JOIN ticket t ON t.id = k.ticket_id");
    sql.push(" JOIN community c ON c.id = t.community_id").with(" WHERE k.ticket_id = ", ticket);
    sql.push(" AND ").push(STILL_OPEN);
    if let Some(contact) = contact {
        sql.with(" AND k.id <> ", contact);
    }
    let facts = sql.push(") AS open_contacts").one(connection).await?;
    Ok(facts.unwrap_or(CallbackFacts { last_unreachable: None, confirmed: 0, open_contacts: 0 }))
}

/// Adds a try.
pub async fn insert_contact_callback(
    connection: &impl ConnectionTrait,
    row: contact_callback::Model,
) -> Result<(), Fault> {
    contact_callback::Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    Ok(())
}

/// A try to call a contact back, with the name of who tried.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct ContactCall {
    /// Its id.
    pub id: CallbackAttemptId,
    /// The contact.
    pub contact_id: ContactId,
    /// Which round of work it asked about.
    pub round: i32,
    /// By telephone or visit.
    pub method: CallbackMethod,
    /// What it found.
    pub result: CallbackResult,
    /// What was said.
    pub words: String,
    /// When.
    pub tried_at: DateTime<Utc>,
    /// The day, where the community is.
    pub local_day: NaiveDate,
    /// Who tried.
    pub staff_name: Option<String>,
}

/// The tries of several contacts, oldest first; of a contact that became its ticket, the ticket's own.
pub async fn calls_of(connection: &impl ConnectionTrait, contacts: &[ContactId]) -> Result<Vec<ContactCall>, Fault> {
    const COLUMNS: &str = "x.id, k.id AS contact_id, x.round, x.method, x.result, x.words, x.tried_at, x.local_day,
    m.name AS staff_name";
    let mut sql = Sql::new("SELECT ");
    sql.push(COLUMNS).push(" FROM contact k JOIN contact_callback x ON x.contact_id = k.id");
    sql.push(" JOIN staff_member m ON m.id = x.staff_id WHERE k.id IN ").list(contacts.iter().copied());
    sql.push(" UNION ALL SELECT ").push(COLUMNS);
    sql.push(" FROM contact k JOIN callback_attempt x ON x.ticket_id = k.ticket_id");
    sql.push(" JOIN staff_member m ON m.id = x.staff_id WHERE k.joined_at IS NULL AND k.id IN ");
    sql.list(contacts.iter().copied()).push(" ORDER BY 1").all(connection).await
}
