//! What tickets, contacts and recurring services hold of a person: reading it, and taking it out.

use chrono::{DateTime, Utc};
use entities::values::{AccountId, ContactId, ServicePlanId, TicketId};
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

use crate::db::{Fault, Sql};
use crate::domains::identity::Forgotten;

/// Everything that names a person.
#[derive(Clone, Debug, Default)]
pub struct Naming {
    /// Tickets that the person asked for, or is the contact of.
    pub tickets: Vec<TicketId>,
    /// What the person said to the company.
    pub contacts: Vec<ContactId>,
    /// Recurring services that the person agreed, or is the contact of.
    pub plans: Vec<ServicePlanId>,
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
}

async fn ids(
    connection: &impl ConnectionTrait,
    select: &str,
    (account, owner): (AccountId, &str),
    (phone, column): (&str, &str),
) -> Result<Vec<Uuid>, Fault> {
    let mut sql = Sql::new(select);
    sql.push(" WHERE (").push(owner).with(" = ", account).push(" OR ").push(column).with(" = ", phone).push(")");
    let rows: Vec<Row> = sql.push(" ORDER BY id").all(connection).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Everything that names a person, by the account or by the phone.
pub async fn named_of(connection: &impl ConnectionTrait, account: AccountId, phone: &str) -> Result<Naming, Fault> {
    let of = |owner| (account, owner);
    let tickets = ids(connection, "SELECT id FROM ticket", of("requester_id"), (phone, "contact_phone")).await?;
    let contacts = ids(connection, "SELECT id FROM contact", of("requester_id"), (phone, "caller_phone")).await?;
    let plans =
        ids(connection, "SELECT id FROM service_plan", of("maker_account_id"), (phone, "contact_phone")).await?;
    Ok(Naming {
        tickets: tickets.into_iter().map(TicketId).collect(),
        contacts: contacts.into_iter().map(ContactId).collect(),
        plans: plans.into_iter().map(ServicePlanId).collect(),
    })
}

/// How many tickets and recurring services of a person go on.
pub async fn open_matters(connection: &impl ConnectionTrait, account: AccountId, phone: &str) -> Result<i64, Fault> {
    let mut sql = Sql::new("SELECT (SELECT COUNT(*) FROM ticket WHERE state NOT IN ('CLOSED', 'CANCELLED')");
    sql.with(" AND (requester_id = ", account).with(" OR contact_phone = ", phone);
    sql.push(")) + (SELECT COUNT(*) FROM service_plan WHERE state <> 'ENDED'");
    sql.with(" AND (maker_account_id = ", account).with(" OR contact_phone = ", phone).push("))");
    sql.number(connection).await
}

/// Statements of one kind reach so many rows at a time.
const CHUNK: usize = 500;

/// Sets columns to nothing, and takes what names the person out of free words, of rows whose `key` is one of these.
async fn scrub(
    connection: &impl ConnectionTrait,
    table: &str,
    key: &str,
    rows: &[Uuid],
    (cleared, words): (&[&str], &[&str]),
    needles: &[String],
) -> Result<(), Fault> {
    for rows in rows.chunks(CHUNK) {
        let mut sql = Sql::new(format!("UPDATE {table} SET "));
        let mut comma = "";
        for column in cleared {
            sql.push(comma).push(column).push(" = NULL");
            comma = ", ";
        }
        for column in words {
            sql.push(comma).push(column).push(" = ").push(&"REPLACE(".repeat(needles.len())).push(column);
            for needle in needles {
                sql.with(", ", needle.as_str()).push(", '***')");
            }
            comma = ", ";
        }
        sql.push(" WHERE ").push(key).push(" IN ").list(rows.iter().copied()).run(connection).await?;
    }
    Ok(())
}

/// Takes a person out of all that names the person. The records stay.
pub async fn forget_person(connection: &impl ConnectionTrait, person: &Forgotten, found: &Naming) -> Result<(), Fault> {
    let needles = person.needles();
    let tickets: Vec<Uuid> = found.tickets.iter().map(|id| id.0).collect();
    let contacts: Vec<Uuid> = found.contacts.iter().map(|id| id.0).collect();
    let plans: Vec<Uuid> = found.plans.iter().map(|id| id.0).collect();
    let own = [person.account_id.0];
    let contact_person: &[&str] = &["contact_name", "contact_phone", "access_note"];
    let none: &[&str] = &[];
    for (table, key, rows, cleared, words) in [
        ("ticket", "id", &tickets[..], contact_person, &["description", "place", "outcome_words"][..]),
        ("ticket_comment", "ticket_id", &tickets, none, &["words"]),
        ("ticket_comment", "account_id", &own, none, &["words"]),
        ("ticket_rating", "ticket_id", &tickets, none, &["words"]),
        ("ticket_rating", "account_id", &own, none, &["words"]),
        ("callback_attempt", "ticket_id", &tickets, none, &["words"]),
        ("ticket_notice", "ticket_id", &tickets, none, &["words"]),
        ("quote", "ticket_id", &tickets, none, &["words", "decided_words"]),
        ("late_command", "ticket_id", &tickets, none, &["payload"]),
        ("contact", "id", &contacts, &["caller_name", "caller_phone"], &["words", "answer"]),
        ("contact_callback", "contact_id", &contacts, none, &["words"]),
        ("service_plan", "id", &plans, contact_person, &["words", "price_words"]),
    ] {
        scrub(connection, table, key, rows, (cleared, words), &needles).await?;
    }
    Ok(())
}

/// A ticket as its person reads it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct OwnTicket {
    /// Its number.
    pub number: String,
    /// Where it stands.
    pub state: String,
    /// What kind.
    pub kind: String,
    /// What is wrong.
    pub description: String,
    /// The public place.
    pub place: Option<String>,
    /// Whom to ask for.
    pub contact_name: Option<String>,
    /// That person's phone.
    pub contact_phone: Option<String>,
    /// How to get in.
    pub access_note: Option<String>,
    /// When it was submitted.
    pub submitted_at: DateTime<Utc>,
    /// When it was closed.
    pub closed_at: Option<DateTime<Utc>>,
}

/// Words of a person: a comment, a rating's, or what was said to the company.
#[derive(Clone, Debug, FromQueryResult)]
pub struct OwnWords {
    /// The ticket's number, or the kind of contact.
    pub about: String,
    /// The words.
    pub words: Option<String>,
    /// What was answered; or the overall rating.
    pub answer: Option<String>,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// What a person asked for.
pub async fn own_tickets(connection: &impl ConnectionTrait, account: AccountId) -> Result<Vec<OwnTicket>, Fault> {
    let mut sql = Sql::new(
        "SELECT number, state, kind, description, place, contact_name, contact_phone, access_note, submitted_at, closed_at
FROM ticket WHERE requester_id = ",
    );
    sql.bind(account).push(" ORDER BY id").all(connection).await
}

/// What a person wrote on tickets.
pub async fn own_comments(connection: &impl ConnectionTrait, account: AccountId) -> Result<Vec<OwnWords>, Fault> {
    let mut sql = Sql::new("SELECT t.number AS about, c.words, CAST(NULL AS text) AS answer, c.created_at");
    sql.push(" FROM ticket_comment c JOIN ticket t ON t.id = c.ticket_id WHERE c.staff_id IS NULL");
    sql.with(" AND c.account_id = ", account).push(" ORDER BY c.id").all(connection).await
}

/// How a person judged tickets.
pub async fn own_ratings(connection: &impl ConnectionTrait, account: AccountId) -> Result<Vec<OwnWords>, Fault> {
    let mut sql = Sql::new("SELECT t.number AS about, r.words, CAST(r.overall AS text) AS answer, r.created_at");
    sql.push(" FROM ticket_rating r JOIN ticket t ON t.id = r.ticket_id").with(" WHERE r.account_id = ", account);
    sql.push(" ORDER BY r.id").all(connection).await
}

/// What a person said to the company.
pub async fn own_contacts(connection: &impl ConnectionTrait, account: AccountId) -> Result<Vec<OwnWords>, Fault> {
    let mut sql = Sql::new("SELECT kind AS about, words, answer, created_at FROM contact WHERE");
    sql.with(" requester_id = ", account).push(" ORDER BY id").all(connection).await
}
