//! Households: who is found by phone, room or name, who lives in a unit, and what happened there.

use chrono::{DateTime, Utc};
use entities::residency;
use entities::values::{CommunityId, OrganizationId, ResidencyRole, TicketId, UnitId};
use sea_orm::{ConnectionTrait, FromQueryResult};

use super::card::{CARD_COLUMNS, CARD_TABLES, TicketCard, tickets_in_scope};
use crate::db::{Fault, Sql};
use crate::domains::estate::{UnitRow, in_scope};
use crate::domains::identity::Scope;

/// What to look for, each with its own rank: the lowest comes first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Whoever has this phone.
    Phone(String),
    /// Rooms with one of these numbers, in a building with one of these names.
    Room(Vec<String>, Vec<String>),
    /// Whoever has a phone that ends so; at least four digits.
    PhoneTail(String),
    /// Rooms with one of these numbers, in whatever building.
    Number(Vec<String>),
    /// Whoever has a name that begins so; at least two characters.
    Name(String),
}

/// A unit that was found, and by whom.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct UnitMatch {
    /// The place of what found it among the things wanted; one more for a name that only begins so.
    pub rank_no: i32,
    /// The unit.
    #[sea_orm(nested)]
    pub unit: UnitRow,
    /// Name of the person who was found.
    pub person_name: Option<String>,
    /// That person's phone.
    pub person_phone: Option<String>,
    /// What ties that person to the unit.
    pub person_role: Option<ResidencyRole>,
}

/// Most matches of one kind that are ranked against the others.
const BRANCH: i64 = 60;

/// Units of an organization that match any of the things wanted, best first; a unit may come more than once.
///
/// One statement with a branch for each thing wanted. Phones go by `residency_org_phone`, their ends by
/// `residency_org_phone_tail`, names by their first two characters in `residency_org_name`, rooms by the names of
/// buildings (`building_org_name`, `unit_number_unique`) or by number (`unit_org_number`).
pub async fn search_units(
    connection: &impl ConnectionTrait,
    (org, scope): (OrganizationId, &Scope),
    wanted: &[Wanted],
    community: Option<CommunityId>,
    now: DateTime<Utc>,
) -> Result<Vec<UnitMatch>, Fault> {
    let mut sql = Sql::new(
        "SELECT x.rank_no, u.id, u.community_id, c.name AS community_name, u.building_id, b.name AS building_name,
    u.number, u.floor, u.area, u.usage, u.delivered_on, r.name AS person_name, r.phone AS person_phone,
    r.role AS person_role\nFROM (",
    );
    for (rank, one) in (0_i32..).step_by(2).zip(wanted) {
        if rank > 0 {
            sql.push("\nUNION ALL ");
        }
        branch(&mut sql, rank, one, (org, now));
        sql.push(" AND ");
        in_scope(&mut sql, scope, "u.org_id", "u.community_id", None);
        if let Some(community) = community {
            sql.with(" AND u.community_id = ", community);
        }
        // In the order of the index that found it, so that many matches are not sorted.
        let by_person = matches!(one, Wanted::Phone(_) | Wanted::PhoneTail(_) | Wanted::Name(_));
        sql.push(if by_person { " ORDER BY r.unit_id" } else { " ORDER BY u.id" });
        sql.with(" LIMIT ", BRANCH).push(") found");
    }
    sql.push(") x JOIN unit u ON u.id = x.unit_id JOIN building b ON b.id = u.building_id");
    sql.push(" JOIN community c ON c.id = u.community_id LEFT JOIN residency r ON r.id = x.residency_id");
    sql.push("\nORDER BY x.rank_no, c.name, b.name, u.number, u.id, r.role, r.id").all(connection).await
}

/// One branch, up to its scope: `SELECT … FROM (SELECT … WHERE …`.
fn branch(sql: &mut Sql, rank: i32, wanted: &Wanted, (org, now): (OrganizationId, DateTime<Utc>)) {
    sql.push("SELECT found.rank_no, found.unit_id, found.residency_id FROM (SELECT ");
    match wanted {
        Wanted::Phone(_) | Wanted::PhoneTail(_) | Wanted::Name(_) => {
            match wanted {
                // A whole name before one that only begins so.
                Wanted::Name(name) => {
                    sql.with("CASE WHEN r.name = ", name.clone());
                    sql.push(&format!(" THEN {rank} ELSE {} END", rank + 1));
                }
                _ => drop(sql.push(&rank.to_string())),
            }
            sql.push(" AS rank_no, u.id AS unit_id, r.id AS residency_id");
            sql.push(" FROM residency r JOIN unit u ON u.id = r.unit_id").with(" WHERE r.org_id = ", org);
            match wanted {
                Wanted::Phone(phone) => sql.with(" AND r.phone = ", phone.clone()),
                Wanted::PhoneTail(tail) => {
                    // The index holds the last four; the rest is compared.
                    let four: String = last(tail, 4);
                    sql.with(" AND r.phone IS NOT NULL AND substr(r.phone, length(r.phone) - 3) = ", four);
                    let before = i32::try_from(tail.len()).unwrap_or(i32::MAX) - 1;
                    if before == 3 {
                        return current(sql, now);
                    }
                    sql.push(&format!(" AND substr(r.phone, length(r.phone) - {before}) = ")).bind(tail.clone())
                }
                Wanted::Name(name) => {
                    let two: String = name.chars().take(2).collect();
                    sql.with(" AND substr(r.name, 1, 2) = ", two);
                    let length = name.chars().count();
                    sql.push(&format!(" AND substr(r.name, 1, {length}) = ")).bind(name.clone())
                }
                _ => sql,
            };
            current(sql, now);
        }
        Wanted::Room(buildings, numbers) => {
            sql.push(&rank.to_string()).push(" AS rank_no, u.id AS unit_id, CAST(NULL AS uuid) AS residency_id");
            sql.push(" FROM building n JOIN unit u ON u.building_id = n.id").with(" WHERE n.org_id = ", org);
            sql.push(" AND n.name IN ").list(buildings.iter().cloned());
            sql.push(" AND u.number IN ").list(numbers.iter().cloned());
        }
        Wanted::Number(numbers) => {
            sql.push(&rank.to_string()).push(" AS rank_no, u.id AS unit_id, CAST(NULL AS uuid) AS residency_id");
            sql.push(" FROM unit u").with(" WHERE u.org_id = ", org);
            sql.push(" AND u.number IN ").list(numbers.iter().cloned());
        }
    }
}

/// Only who lives there now, as the register confirms.
fn current(sql: &mut Sql, now: DateTime<Utc>) {
    sql.push(" AND r.review_state = 'APPROVED'").with(" AND r.started_at <= ", now);
    sql.with(" AND (r.ended_at IS NULL OR r.ended_at > ", now).push(")");
}

fn last(text: &str, count: usize) -> String {
    text.chars().skip(text.chars().count().saturating_sub(count)).collect()
}

/// Everybody in the register of several units, also former ones: who lives there now first.
pub async fn people_of(
    connection: &impl ConnectionTrait,
    units: &[UnitId],
    now: DateTime<Utc>,
) -> Result<Vec<residency::Model>, Fault> {
    let mut sql = Sql::new("SELECT r.* FROM residency r WHERE r.unit_id IN ");
    sql.list(units.iter().copied()).with(" ORDER BY CASE WHEN r.ended_at IS NULL OR r.ended_at > ", now);
    sql.push(" THEN 0 ELSE 1 END, CASE r.role WHEN 'OWNER' THEN 0 WHEN 'PROXY' THEN 1 WHEN 'FAMILY' THEN 2 ELSE 3 END");
    sql.push(", r.started_at, r.id").all(connection).await
}

/// The tickets of several units that are not over, newest first.
pub async fn open_tickets_of(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    units: &[UnitId],
) -> Result<Vec<TicketCard>, Fault> {
    let mut sql = Sql::new(CARD_COLUMNS);
    sql.push("\nFROM ticket t").push(CARD_TABLES).push("t.unit_id IN ").list(units.iter().copied());
    sql.push(" AND t.state NOT IN ('CLOSED', 'CANCELLED') AND ");
    tickets_in_scope(&mut sql, scope);
    sql.push(" ORDER BY t.id DESC").all(connection).await
}

/// The last tickets of each of several units that are over, after the same place in each, newest first.
pub async fn past_tickets_of(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    units: &[UnitId],
    after: Option<TicketId>,
    limit: u64,
) -> Result<Vec<TicketCard>, Fault> {
    let mut sql = Sql::new(CARD_COLUMNS);
    sql.push("\nFROM (SELECT q.id, ROW_NUMBER() OVER (PARTITION BY q.unit_id ORDER BY q.id DESC) AS place");
    sql.push(" FROM ticket q WHERE q.unit_id IN ").list(units.iter().copied());
    sql.push(" AND q.state IN ('CLOSED', 'CANCELLED')");
    if let Some(after) = after {
        sql.with(" AND q.id < ", after);
    }
    sql.push(") p JOIN ticket t ON t.id = p.id").push(CARD_TABLES);
    sql.with("p.place <= ", i64::try_from(limit).unwrap_or(i64::MAX)).push(" AND ");
    tickets_in_scope(&mut sql, scope);
    sql.push(" ORDER BY t.id DESC").all(connection).await
}

/// Tickets by id; those outside the scope are left out.
pub async fn cards_by_id(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    ids: &[TicketId],
) -> Result<Vec<TicketCard>, Fault> {
    let mut sql = Sql::new(CARD_COLUMNS);
    super::card::from_tickets(&mut sql, scope);
    sql.push(CARD_TABLES).push("t.id IN ").list(ids.iter().copied()).push(" AND ");
    tickets_in_scope(&mut sql, scope);
    sql.all(connection).await
}
