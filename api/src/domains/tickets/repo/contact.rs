//! Contacts: their rows, as screens show them, in lists and pages; and what changes them.

use chrono::{DateTime, Utc};
use entities::contact;
use entities::values::{
    Area, BuildingId, CallbackResult, Channel, CommunityId, ContactId, ContactKind, ContactState, OrganizationId,
    StaffId, TicketId, TicketState, UnitId, UnitUsage,
};
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel};
use serde::{Deserialize, Serialize};

use crate::db::{Fault, Sql, contains};
use crate::domains::estate::in_scope;
use crate::domains::identity::Scope;

/// A contact with everything that a row of a list shows.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct ContactRow {
    /// The contact.
    #[sea_orm(nested)]
    pub contact: contact::Model,
    /// The community's name.
    pub community_name: String,
    /// The community's time zone.
    pub time_zone: String,
    /// The unit's building.
    pub building_id: Option<BuildingId>,
    /// The building's name.
    pub building_name: Option<String>,
    /// The unit's number.
    pub unit_number: Option<String>,
    /// The unit's floor.
    pub unit_floor: Option<i32>,
    /// The unit's area.
    pub unit_area: Option<Area>,
    /// The unit's usage.
    pub unit_usage: Option<UnitUsage>,
    /// When the unit was handed over.
    pub unit_delivered_on: Option<chrono::NaiveDate>,
    /// Name of who took it in.
    pub first_contact_name: Option<String>,
    /// Name of who answered it.
    pub answered_by_name: Option<String>,
    /// Number of its ticket.
    pub ticket_number: Option<String>,
    /// State of its ticket.
    pub ticket_state: Option<TicketState>,
    /// Until when the callbacks of its ticket must be tried.
    pub callback_due_at: Option<DateTime<Utc>>,
    /// Whether it is to be called back now.
    pub callback_due: bool,
}

/// Which contacts of a list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ContactFilter {
    /// Only of this community.
    pub community_id: Option<CommunityId>,
    /// Only of this unit.
    pub unit_id: Option<UnitId>,
    /// Only of this kind.
    pub kind: Option<ContactKind>,
    /// Only by this channel.
    pub channel: Option<Channel>,
    /// Only in this state.
    pub state: Option<ContactState>,
    /// Only those taken in by this member of staff.
    pub first_contact_id: Option<StaffId>,
    /// Only those made at this time or later.
    pub from: Option<DateTime<Utc>>,
    /// Only those made before this time.
    pub to: Option<DateTime<Utc>>,
    /// Only whose words or caller's name contain this.
    pub text: Option<String>,
}

/// Which list of contacts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContactList {
    /// All of the scope, newest first.
    All,
    /// Those that joined a completed ticket and are to be called back now, by the callback's date.
    CallbacksDue,
}

/// Place of a contact in its list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ContactCursor {
    /// When its callback is due, in the list of callbacks.
    #[serde(rename = "d", skip_serializing_if = "Option::is_none", default)]
    pub due: Option<DateTime<Utc>>,
    /// Its id.
    #[serde(rename = "i")]
    pub id: ContactId,
}

impl ContactCursor {
    /// Whether its time is one that a callback can have; PostgreSQL refuses times before its era.
    pub fn is_ours(&self) -> bool {
        let last = DateTime::from_timestamp(253_370_764_800, 0).unwrap_or(DateTime::<Utc>::MAX_UTC);
        self.due.is_none_or(|due| due >= DateTime::<Utc>::UNIX_EPOCH && due <= last)
    }
}

impl ContactList {
    /// The cursor of a row of this list.
    pub fn cursor(self, row: &ContactRow) -> ContactCursor {
        let due = row.callback_due_at.filter(|_| self == Self::CallbacksDue);
        ContactCursor { due, id: row.contact.id }
    }
}

/// Whether the joined contact `k` is still to be called back about its ticket `t` of the community `c`.
pub(super) const STILL_OPEN: &str = "(k.joined_at IS NOT NULL AND k.callback_wanted
    AND NOT (k.callback_round = t.rework_count
        AND (COALESCE(k.callback_result, '') = 'SOLVED' OR k.callback_tries >= c.callback_tries)))";

/// Whether the contact `k` became its ticket `t`, whose own callback is still to be made.
const OWN_OPEN: &str = "(k.joined_at IS NULL AND t.kind NOT IN ('PATROL_FINDING', 'HANDOVER_DEFECT')
    AND t.callback_tries < c.callback_tries AND NOT EXISTS (SELECT 1 FROM callback_attempt a
        WHERE a.ticket_id = t.id AND a.round = t.rework_count AND a.result = 'SOLVED'))";

const TABLES: &str = "
FROM contact k JOIN community c ON c.id = k.community_id
LEFT JOIN ticket t ON t.id = k.ticket_id
";

fn rows() -> Sql {
    let mut sql = Sql::new(
        "SELECT k.*, c.name AS community_name, c.time_zone, u.building_id, b.name AS building_name,
    u.number AS unit_number, u.floor AS unit_floor, u.area AS unit_area, u.usage AS unit_usage,
    u.delivered_on AS unit_delivered_on, f.name AS first_contact_name, w.name AS answered_by_name,
    t.number AS ticket_number, t.state AS ticket_state, t.callback_due_at,
    CASE WHEN t.state = 'COMPLETED' AND (",
    );
    sql.push(STILL_OPEN).push(" OR ").push(OWN_OPEN).push(") THEN TRUE ELSE FALSE END AS callback_due").push(TABLES);
    sql.push("LEFT JOIN unit u ON u.id = k.unit_id LEFT JOIN building b ON b.id = u.building_id\n");
    sql.push("LEFT JOIN staff_member f ON f.id = k.first_contact_id\n");
    sql.push("LEFT JOIN staff_member w ON w.id = k.answered_by\nWHERE ");
    sql
}

/// Appends the condition that a contact lies in the scope: a resident's own, while living in its unit.
fn contacts_in_scope(sql: &mut Sql, scope: &Scope) {
    in_scope(sql, scope, "k.org_id", "k.community_id", Some("k.unit_id"));
    if let Scope::Units(account, _) = scope {
        sql.with(" AND k.requester_id = ", *account);
    }
}

fn filtered(sql: &mut Sql, scope: &Scope, list: ContactList, filter: &ContactFilter) {
    contacts_in_scope(sql, scope);
    if list == ContactList::CallbacksDue {
        sql.push(" AND t.state = 'COMPLETED' AND ").push(STILL_OPEN);
    }
    if let Some(community) = filter.community_id {
        sql.with(" AND k.community_id = ", community);
    }
    if let Some(unit) = filter.unit_id {
        sql.with(" AND k.unit_id = ", unit);
    }
    if let Some(kind) = filter.kind {
        sql.with(" AND k.kind = ", kind);
    }
    if let Some(channel) = filter.channel {
        sql.with(" AND k.channel = ", channel);
    }
    if let Some(state) = filter.state {
        sql.with(" AND k.state = ", state);
    }
    if let Some(staff) = filter.first_contact_id {
        sql.with(" AND k.first_contact_id = ", staff);
    }
    if let Some(from) = filter.from {
        sql.with(" AND k.created_at >= ", from);
    }
    if let Some(to) = filter.to {
        sql.with(" AND k.created_at < ", to);
    }
    if let Some(text) = &filter.text {
        sql.push(" AND (");
        contains(sql, "k.words", text);
        sql.push(" OR ");
        contains(sql, "COALESCE(k.caller_name, '')", text);
        sql.push(")");
    }
}

/// A page of a list, by one statement.
pub async fn list_contacts(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    list: ContactList,
    filter: &ContactFilter,
    after: Option<&ContactCursor>,
    limit: u64,
) -> Result<Vec<ContactRow>, Fault> {
    let mut sql = rows();
    filtered(&mut sql, scope, list, filter);
    match (list, after) {
        (ContactList::All, Some(after)) => drop(sql.with(" AND k.id < ", after.id)),
        (ContactList::CallbacksDue, Some(ContactCursor { due: Some(due), id })) => {
            sql.with(" AND (t.callback_due_at, k.id) > (", *due).with(", ", *id).push(")");
        }
        _ => {}
    }
    sql.push(match list {
        ContactList::All => " ORDER BY k.id DESC",
        ContactList::CallbacksDue => " ORDER BY t.callback_due_at, k.id",
    });
    sql.push(" LIMIT ").bind(i64::try_from(limit).unwrap_or(i64::MAX)).all(connection).await
}

/// How many contacts a list has.
pub async fn count_contacts(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    list: ContactList,
    filter: &ContactFilter,
) -> Result<i64, Fault> {
    let mut sql = Sql::new("SELECT COUNT(*)");
    sql.push(TABLES).push("WHERE ");
    filtered(&mut sql, scope, list, filter);
    sql.number(connection).await
}

/// One contact, if it lies in the scope.
pub async fn find_contact(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    id: ContactId,
) -> Result<Option<ContactRow>, Fault> {
    let mut sql = rows();
    sql.with("k.id = ", id).push(" AND ");
    contacts_in_scope(&mut sql, scope);
    sql.one(connection).await
}

/// The contacts of several tickets, oldest first.
pub async fn contacts_of_tickets(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    tickets: &[TicketId],
) -> Result<Vec<ContactRow>, Fault> {
    let mut sql = rows();
    sql.push("k.ticket_id IN ").list(tickets.iter().copied()).push(" AND ");
    contacts_in_scope(&mut sql, scope);
    sql.push(" ORDER BY k.id").all(connection).await
}

/// The newest contacts of each of several units, after the same place in each.
pub async fn contacts_of_units(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    units: &[UnitId],
    after: Option<ContactId>,
    limit: u64,
) -> Result<Vec<ContactRow>, Fault> {
    let mut sql = rows();
    sql.push("k.id IN (SELECT p.id FROM (SELECT q.id, ROW_NUMBER() OVER (PARTITION BY q.unit_id ORDER BY q.id DESC)");
    sql.push(" AS place FROM contact q WHERE q.unit_id IN ").list(units.iter().copied());
    if let Some(after) = after {
        sql.with(" AND q.id < ", after);
    }
    sql.with(") p WHERE p.place <= ", i64::try_from(limit).unwrap_or(i64::MAX)).push(") AND ");
    contacts_in_scope(&mut sql, scope);
    sql.push(" ORDER BY k.id DESC").all(connection).await
}

/// Where a contact belongs.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct ContactPlace {
    /// The organization.
    pub org_id: OrganizationId,
    /// The community.
    pub community_id: CommunityId,
    /// The community's time zone.
    pub time_zone: String,
}

/// The place of a contact about a community; `None` when it lies outside the scope.
pub async fn contact_place(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    community: CommunityId,
) -> Result<Option<ContactPlace>, Fault> {
    let mut sql = Sql::new("SELECT c.org_id, c.id AS community_id, c.time_zone FROM community c WHERE ");
    in_scope(&mut sql, scope, "c.org_id", "c.id", None);
    sql.with(" AND c.id = ", community).one(connection).await
}

/// The place of a contact about a unit; `None` when it lies outside the scope.
pub async fn contact_place_of_unit(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    unit: UnitId,
) -> Result<Option<ContactPlace>, Fault> {
    let mut sql = Sql::new("SELECT c.org_id, c.id AS community_id, c.time_zone FROM unit u");
    sql.push(" JOIN community c ON c.id = u.community_id WHERE ");
    in_scope(&mut sql, scope, "c.org_id", "c.id", Some("u.id"));
    sql.with(" AND u.id = ", unit).one(connection).await
}

/// Adds a contact.
pub async fn insert_contact(connection: &impl ConnectionTrait, row: contact::Model) -> Result<(), Fault> {
    contact::Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    Ok(())
}

/// What becomes of an open contact.
#[derive(Clone, Debug)]
pub enum Ending {
    /// It is answered.
    Answered(String),
    /// A ticket was made of it.
    Ticketed(TicketId),
    /// It joins a ticket.
    Joined(TicketId),
}

/// Ends a contact if it is open, and at `version` where one is given; `false` when another change came first.
///
/// Whoever first sees to a contact that a resident made answers for it.
pub async fn end_contact(
    connection: &impl ConnectionTrait,
    id: ContactId,
    version: Option<i32>,
    ending: &Ending,
    staff: StaffId,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE contact SET version = version + 1,");
    sql.with(" updated_at = ", now);
    sql.with(", first_contact_id = COALESCE(first_contact_id, ", staff).push(")");
    match ending {
        Ending::Answered(words) => {
            sql.with(", state = ", ContactState::Answered).with(", answer = ", words.clone());
            sql.with(", answered_at = ", now).with(", answered_by = ", staff);
        }
        Ending::Ticketed(ticket) => {
            sql.with(", state = ", ContactState::Ticketed).with(", ticket_id = ", *ticket);
        }
        Ending::Joined(ticket) => {
            sql.with(", state = ", ContactState::Ticketed).with(", ticket_id = ", *ticket);
            sql.with(", joined_at = ", now);
        }
    }
    sql.with(" WHERE id = ", id).with(" AND state = ", ContactState::Open);
    if let Some(version) = version {
        sql.with(" AND version = ", version);
    }
    Ok(sql.run(connection).await? == 1)
}

/// Writes down how far the callbacks of a joined contact are.
pub async fn set_called(
    connection: &impl ConnectionTrait,
    id: ContactId,
    (round, tries, result): (i32, i32, Option<CallbackResult>),
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let mut sql = Sql::new("UPDATE contact SET version = version + 1,");
    sql.with(" callback_round = ", round).with(", callback_tries = ", tries).with(", callback_result = ", result);
    sql.with(", updated_at = ", now).with(" WHERE id = ", id).run(connection).await.map(|_| ())
}
