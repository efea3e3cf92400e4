//! A ticket as screens show it: one flat row with unit, building, category and assignee, read by one statement.

use chrono::{DateTime, NaiveDate, Utc};
use entities::ticket;
use entities::values::{Area, CallbackClass, DutyState, TicketId, Trade, UnitUsage};
use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::db::{Fault, Sql};
use crate::domains::estate::in_scope;
use crate::domains::identity::Scope;

/// A ticket with everything that a row of a list shows.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct TicketCard {
    /// The ticket.
    #[sea_orm(nested)]
    pub ticket: ticket::Model,
    /// The community's name.
    pub community_name: String,
    /// The community's time zone.
    pub time_zone: String,
    /// The community's currency.
    pub currency: String,
    /// Tries of a callback before a ticket may close with nobody reached.
    pub rule_callback_tries: i32,
    /// Days within which a closed ticket can be reopened.
    pub rule_reopen_days: i32,
    /// The building's name.
    pub building_name: Option<String>,
    /// When the building was completed.
    pub building_completed_on: Option<NaiveDate>,
    /// The unit's number.
    pub unit_number: Option<String>,
    /// The unit's floor.
    pub unit_floor: Option<i32>,
    /// The unit's area.
    pub unit_area: Option<Area>,
    /// The unit's usage.
    pub unit_usage: Option<UnitUsage>,
    /// When the unit was handed over.
    pub unit_delivered_on: Option<NaiveDate>,
    /// Name of the member of staff who took the request in.
    pub first_contact_name: Option<String>,
    /// Whether the resident has rated this round.
    pub rated: bool,
    /// The category's code.
    pub category_code: String,
    /// The category's Chinese name.
    pub category_name_zh: String,
    /// The category's English name.
    pub category_name_en: String,
    /// The trade that it needs.
    pub category_trade: Trade,
    /// Which rule dates its callback.
    pub category_callback_class: CallbackClass,
    /// Whether the category is in use.
    pub category_active: bool,
    /// What its work takes in minutes.
    pub category_work_minutes: i32,
    /// The assignee's name.
    pub assignee_name: Option<String>,
    /// The assignee's phone.
    pub assignee_phone: Option<String>,
    /// Whether the assignee is at work.
    pub assignee_duty_state: Option<DutyState>,
    /// Since when.
    pub assignee_duty_changed_at: Option<DateTime<Utc>>,
    /// When the assignee left.
    pub assignee_left_at: Option<DateTime<Utc>>,
}

pub(super) const CARD_COLUMNS: &str = "SELECT t.*, c.name AS community_name, c.time_zone, c.currency,
    c.callback_tries AS rule_callback_tries, c.reopen_days AS rule_reopen_days,
    b.name AS building_name, b.completed_on AS building_completed_on,
    u.number AS unit_number, u.floor AS unit_floor, u.area AS unit_area, u.usage AS unit_usage,
    u.delivered_on AS unit_delivered_on,
    f.name AS first_contact_name,
    EXISTS (SELECT 1 FROM ticket_rating g WHERE g.ticket_id = t.id AND g.round = t.rework_count) AS rated,
    k.code AS category_code, k.name_zh AS category_name_zh, k.name_en AS category_name_en,
    k.trade AS category_trade, k.callback_class AS category_callback_class, k.active AS category_active,
    k.work_minutes AS category_work_minutes,
    m.name AS assignee_name, a.phone AS assignee_phone, m.duty_state AS assignee_duty_state,
    m.duty_changed_at AS assignee_duty_changed_at, m.left_at AS assignee_left_at";

pub(super) const CARD_TABLES: &str = "
JOIN community c ON c.id = t.community_id
JOIN ticket_category k ON k.id = t.category_id
LEFT JOIN building b ON b.id = t.building_id
LEFT JOIN unit u ON u.id = t.unit_id
LEFT JOIN staff_member m ON m.id = t.assignee_id
LEFT JOIN account a ON a.id = m.account_id
LEFT JOIN staff_member f ON f.id = t.first_contact_id
WHERE ";

/// Appends `FROM … ticket t`, which for a resident holds the visible tickets only.
///
/// A resident sees what concerns the own household since moving in, and the public repairs that the resident asked for.
/// Their ids stand first, so that PostgreSQL starts from those few: it orders no more than eight joined tables freely.
pub(super) fn from_tickets(sql: &mut Sql, scope: &Scope) {
    let Scope::Units(account, now) = scope else {
        sql.push("\nFROM ticket t");
        return;
    };
    sql.push("\nFROM (SELECT h.id FROM residency r JOIN ticket h ON h.unit_id = r.unit_id");
    sql.push(" AND h.submitted_at >= r.started_at WHERE r.review_state = 'APPROVED'");
    sql.with(" AND r.account_id = ", *account).with(" AND r.started_at <= ", *now);
    sql.with(" AND (r.ended_at IS NULL OR r.ended_at > ", *now).push(")");
    sql.with(" UNION SELECT o.id FROM ticket o WHERE o.unit_id IS NULL AND o.requester_id = ", *account);
    // Who has moved out of the community has no business there any more.
    sql.push(" AND o.community_id IN (SELECT ru.community_id FROM residency r JOIN unit ru ON ru.id = r.unit_id");
    sql.with(" WHERE r.review_state = 'APPROVED' AND r.account_id = ", *account);
    sql.with(" AND r.started_at <= ", *now).with(" AND (r.ended_at IS NULL OR r.ended_at > ", *now).push(")))");
    sql.push(" visible JOIN ticket t ON t.id = visible.id");
}

/// Appends the condition that a ticket lies in the scope, as far as [`from_tickets`] has not seen to it.
pub(super) fn tickets_in_scope(sql: &mut Sql, scope: &Scope) {
    match scope {
        Scope::Units(..) => {
            sql.push("1 = 1");
        }
        // What was given to somebody else lies outside the view at once.
        Scope::Assigned(org, staff) => {
            sql.with("t.org_id = ", *org).with(" AND t.assignee_id = ", *staff);
        }
        staff => in_scope(sql, staff, "t.org_id", "t.community_id", None),
    }
}

/// One ticket, if it lies in the scope.
pub async fn find_card(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    id: TicketId,
) -> Result<Option<TicketCard>, Fault> {
    let mut sql = Sql::new(CARD_COLUMNS);
    from_tickets(&mut sql, scope);
    sql.push(CARD_TABLES).with("t.id = ", id).push(" AND ");
    tickets_in_scope(&mut sql, scope);
    sql.one(connection).await
}
