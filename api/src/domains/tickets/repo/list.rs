//! Work lists: each app's view of its tickets, by keyset pages.

use chrono::{DateTime, Utc};
use entities::values::{CategoryId, CommunityId, StaffId, TicketId, TicketKind, TicketState, Trade, UnitId, Urgency};
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde::{Deserialize, Serialize};

use super::card::{CARD_COLUMNS, CARD_TABLES, TicketCard, from_tickets, tickets_in_scope};
use super::contact::STILL_OPEN;
use crate::db::{Fault, Sql, contains};
use crate::domains::identity::Scope;

/// Which list.
#[derive(Clone, Debug, PartialEq)]
pub enum WorkList {
    /// Every ticket of the scope, newest first.
    All,
    /// What a technician has to do, or helps with, by due time and place.
    Day(StaffId),
    /// What a technician may claim: submitted, and of one of these trades, or of none in particular.
    Pool(Vec<Trade>),
    /// What waits for a dispatcher: submitted, or with an assignee who has left.
    ToDispatch,
    /// What waits for its callback.
    CallbacksDue,
    /// What is late at this time.
    Overdue(DateTime<Utc>),
}

/// Which tickets of a list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TicketFilter {
    /// Only in one of these states.
    pub states: Vec<TicketState>,
    /// Only of this kind.
    pub kind: Option<TicketKind>,
    /// Only this urgent.
    pub urgency: Option<Urgency>,
    /// Only of this category.
    pub category_id: Option<CategoryId>,
    /// Only of this community.
    pub community_id: Option<CommunityId>,
    /// Only of this unit.
    pub unit_id: Option<UnitId>,
    /// Only of this assignee.
    pub assignee_id: Option<StaffId>,
    /// Only what is due before this time.
    pub due_before: Option<DateTime<Utc>>,
    /// Only whose number or words contain this.
    pub text: Option<String>,
}

/// Place of a row in its list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TicketCursor {
    /// When it is due; far in the future when nothing is due.
    #[serde(rename = "d", skip_serializing_if = "Option::is_none", default)]
    pub due: Option<DateTime<Utc>>,
    /// Its building, where a list is ordered by place.
    #[serde(rename = "p", skip_serializing_if = "Option::is_none", default)]
    pub place: Option<String>,
    /// Its id.
    #[serde(rename = "i")]
    pub id: TicketId,
}

impl TicketCursor {
    /// Whether its time is one that a ticket can have; PostgreSQL refuses times before its era.
    pub fn is_ours(&self) -> bool {
        self.due.is_none_or(|due| due >= DateTime::<Utc>::UNIX_EPOCH && due <= no_due())
    }
}

/// How many tickets are in one state.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct StateCount {
    /// The state.
    pub state: TicketState,
    /// How many.
    pub tickets: i64,
    /// Of which late.
    pub overdue: i64,
}

/// What a ticket without a due time is sorted as.
fn no_due() -> DateTime<Utc> {
    DateTime::from_timestamp(253_370_764_800, 0).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

impl WorkList {
    /// Appends `FROM … ticket t`. What one person has to do is found by that person, which gives few ids.
    pub(super) fn from(&self, sql: &mut Sql, scope: &Scope) {
        let Self::Day(staff) = self else { return from_tickets(sql, scope) };
        sql.with("\nFROM (SELECT d.id FROM ticket d WHERE d.assignee_id = ", *staff);
        sql.push(" AND d.state IN ('DISPATCHED', 'ACCEPTED', 'IN_PROGRESS', 'PAUSED')");
        sql.with(" UNION SELECT h.ticket_id FROM ticket_helper h WHERE h.removed_at IS NULL AND h.staff_id = ", *staff);
        sql.push(") mine JOIN ticket t ON t.id = mine.id");
    }

    /// Appends which tickets stand on it.
    pub(super) fn condition(&self, sql: &mut Sql) {
        match self {
            Self::All => {}
            Self::Day(_) => {
                sql.push(" AND t.state IN ('DISPATCHED', 'ACCEPTED', 'IN_PROGRESS', 'PAUSED')");
            }
            Self::Pool(trades) => {
                sql.push(" AND t.state = 'SUBMITTED' AND (k.trade = 'GENERAL' OR k.trade IN ");
                sql.list(trades.iter().copied()).push(")");
            }
            Self::ToDispatch => {
                sql.push(" AND (t.state = 'SUBMITTED' OR (m.left_at IS NOT NULL");
                sql.push(" AND t.state IN ('DISPATCHED', 'ACCEPTED', 'IN_PROGRESS', 'PAUSED')))");
            }
            Self::CallbacksDue => {
                sql.push(" AND t.state = 'COMPLETED' AND t.kind NOT IN ('PATROL_FINDING', 'HANDOVER_DEFECT')");
                // Who has been asked already waits for others whose contacts joined; these have a list of their own.
                sql.push(" AND NOT EXISTS (SELECT 1 FROM contact k JOIN community c ON c.id = k.community_id");
                sql.push(" WHERE k.ticket_id = t.id AND ")
                    .push(STILL_OPEN)
                    .push(" AND (t.callback_tries >= c.callback_tries");
                sql.push(" OR EXISTS (SELECT 1 FROM callback_attempt z WHERE z.ticket_id = t.id");
                sql.push(" AND z.round = t.rework_count AND z.result = 'SOLVED')))");
            }
            Self::Overdue(now) => {
                sql.push(" AND t.state NOT IN ('CLOSED', 'CANCELLED')").with(" AND t.next_due_at < ", *now);
            }
        }
    }

    fn order(&self, sql: &mut Sql, after: Option<&TicketCursor>) {
        let due_column = if *self == Self::CallbacksDue { "t.callback_due_at" } else { "t.next_due_at" };
        match self {
            Self::All => {
                if let Some(after) = after {
                    sql.with(" AND t.id < ", after.id);
                }
                sql.push(" ORDER BY t.id DESC");
            }
            Self::Day(_) => {
                if let Some(after) = after {
                    let due = after.due.unwrap_or_else(no_due);
                    sql.with(" AND (COALESCE(t.next_due_at, ", no_due()).push("), COALESCE(b.name, ''), t.id)");
                    sql.with(" > (", due).with(", ", after.place.clone().unwrap_or_default());
                    sql.with(", ", after.id).push(")");
                }
                sql.with(" ORDER BY COALESCE(t.next_due_at, ", no_due()).push("), COALESCE(b.name, ''), t.id");
            }
            Self::Pool(_) | Self::ToDispatch | Self::CallbacksDue | Self::Overdue(_) => {
                if let Some(after) = after {
                    let due = after.due.unwrap_or_else(no_due);
                    sql.push(" AND (COALESCE(").push(due_column).with(", ", no_due()).push("), t.id)");
                    sql.with(" > (", due).with(", ", after.id).push(")");
                }
                sql.push(" ORDER BY COALESCE(").push(due_column).with(", ", no_due()).push("), t.id");
            }
        }
    }

    /// The cursor of a row of this list.
    pub fn cursor(&self, card: &TicketCard) -> TicketCursor {
        let ticket = &card.ticket;
        let (due, place) = match self {
            Self::All => (None, None),
            Self::Day(_) => (Some(ticket.next_due_at.unwrap_or_else(no_due)), card.building_name.clone()),
            Self::CallbacksDue => (Some(ticket.callback_due_at.unwrap_or_else(no_due)), None),
            Self::Pool(_) | Self::ToDispatch | Self::Overdue(_) => {
                (Some(ticket.next_due_at.unwrap_or_else(no_due)), None)
            }
        };
        TicketCursor { due, place, id: ticket.id }
    }
}

fn filtered(sql: &mut Sql, scope: &Scope, filter: &TicketFilter) {
    tickets_in_scope(sql, scope);
    if !filter.states.is_empty() {
        sql.push(" AND t.state IN ").list(filter.states.iter().copied());
    }
    if let Some(kind) = filter.kind {
        sql.with(" AND t.kind = ", kind);
    }
    if let Some(urgency) = filter.urgency {
        sql.with(" AND t.urgency = ", urgency);
    }
    if let Some(category) = filter.category_id {
        sql.with(" AND t.category_id = ", category);
    }
    if let Some(community) = filter.community_id {
        sql.with(" AND t.community_id = ", community);
    }
    if let Some(unit) = filter.unit_id {
        sql.with(" AND t.unit_id = ", unit);
    }
    if let Some(assignee) = filter.assignee_id {
        sql.with(" AND t.assignee_id = ", assignee);
    }
    if let Some(due) = filter.due_before {
        sql.with(" AND t.next_due_at < ", due);
    }
    if let Some(text) = &filter.text {
        sql.push(" AND (");
        contains(sql, "t.description", text);
        sql.push(" OR ");
        contains(sql, "t.number", text);
        sql.push(")");
    }
}

/// A page of a list, by one statement.
pub async fn list_cards(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    list: &WorkList,
    filter: &TicketFilter,
    after: Option<&TicketCursor>,
    limit: u64,
) -> Result<Vec<TicketCard>, Fault> {
    let mut sql = Sql::new(CARD_COLUMNS);
    list.from(&mut sql, scope);
    sql.push(CARD_TABLES);
    filtered(&mut sql, scope, filter);
    list.condition(&mut sql);
    list.order(&mut sql, after);
    sql.push(" LIMIT ").bind(i64::try_from(limit).unwrap_or(i64::MAX)).all(connection).await
}

const COUNTED_TABLES: &str = " JOIN ticket_category k ON k.id = t.category_id
LEFT JOIN staff_member m ON m.id = t.assignee_id WHERE ";

/// How many tickets a list has.
pub async fn count_cards(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    list: &WorkList,
    filter: &TicketFilter,
) -> Result<i64, Fault> {
    let mut sql = Sql::new("SELECT COUNT(*)");
    list.from(&mut sql, scope);
    sql.push(COUNTED_TABLES);
    filtered(&mut sql, scope, filter);
    list.condition(&mut sql);
    sql.number(connection).await
}

/// How many tickets are in each state, and how many of them are late.
pub async fn count_by_state(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    filter: &TicketFilter,
    now: DateTime<Utc>,
) -> Result<Vec<StateCount>, Fault> {
    let mut sql = Sql::new("SELECT t.state, COUNT(*) AS tickets,");
    sql.push(" CAST(SUM(CASE WHEN t.state NOT IN ('CLOSED', 'CANCELLED')").with(" AND t.next_due_at < ", now);
    sql.push(" THEN 1 ELSE 0 END) AS bigint) AS overdue");
    from_tickets(&mut sql, scope);
    sql.push(COUNTED_TABLES);
    filtered(&mut sql, scope, filter);
    sql.push(" GROUP BY t.state").all(connection).await
}

/// The trades of a staff member.
pub async fn trades_of(connection: &impl ConnectionTrait, staff: StaffId) -> Result<Vec<Trade>, Fault> {
    #[derive(FromQueryResult)]
    struct Row {
        trade: Trade,
    }
    let rows: Vec<Row> =
        Sql::new("SELECT trade FROM staff_trade WHERE").with(" staff_id = ", staff).all(connection).await?;
    Ok(rows.into_iter().map(|row| row.trade).collect())
}
