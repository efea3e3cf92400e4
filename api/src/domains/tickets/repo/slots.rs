//! What is known of appointments: hours, technicians, what fills their time.

use chrono::{DateTime, Utc};
use entities::values::{CategoryId, CommunityId, OrganizationId, StaffId, TicketId, Trade};
use sea_orm::{ConnectionTrait, FromQueryResult};

use super::PlaceId;
use super::calendar::{CALENDAR_COLUMNS, CalendarRow, other_days};
use crate::db::{Fault, Sql};
use crate::domains::estate::in_scope;
use crate::domains::identity::{Right, Scope, having_right};

/// What the slots of a community and category depend on.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct SlotSetting {
    /// The organization.
    pub org_id: OrganizationId,
    /// The community.
    pub community_id: CommunityId,
    /// Its calendar.
    #[sea_orm(nested)]
    pub calendar: CalendarRow,
    /// The trade that the category needs, if the organization has the category.
    pub trade: Option<Trade>,
    /// What its work takes in minutes.
    pub work_minutes: Option<i32>,
}

/// Reads what slots depend on; `None` when the place lies outside the scope.
pub async fn slot_setting(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    place: PlaceId,
    category: CategoryId,
    now: DateTime<Utc>,
) -> Result<Option<SlotSetting>, Fault> {
    let mut sql = Sql::new("SELECT c.org_id, c.id AS community_id, k.trade, k.work_minutes, ");
    sql.push(CALENDAR_COLUMNS).push(", ");
    other_days(&mut sql, now);
    sql.push(" FROM ");
    sql.push(match place {
        PlaceId::Unit(_) => "unit p JOIN community c ON c.id = p.community_id",
        PlaceId::Building(_) => "building p JOIN community c ON c.id = p.community_id",
        PlaceId::Community(_) => "community c",
    });
    sql.with("\nLEFT JOIN ticket_category k ON k.org_id = c.org_id AND k.id = ", category).push("\nWHERE ");
    match place {
        PlaceId::Unit(id) => {
            in_scope(&mut sql, scope, "c.org_id", "c.id", Some("p.id"));
            sql.with(" AND p.id = ", id);
        }
        PlaceId::Building(id) => {
            in_scope(&mut sql, scope, "c.org_id", "c.id", None);
            sql.with(" AND p.id = ", id);
        }
        PlaceId::Community(id) => {
            in_scope(&mut sql, scope, "c.org_id", "c.id", None);
            sql.with(" AND c.id = ", id);
        }
    }
    sql.one(connection).await
}

/// One of the technicians, with one open appointment; or a ticket with an appointment that nobody has yet.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct TakenRow {
    /// Who; nobody yet when missing.
    pub staff_id: Option<StaffId>,
    /// Start of the appointment; missing for a technician's open work without one.
    pub slot_start: Option<DateTime<Utc>>,
    /// End of the appointment.
    pub slot_end: Option<DateTime<Utc>>,
    /// What the work takes in minutes; 0 in a technician's own row.
    pub work_minutes: i32,
}

/// What fills the time of a community's own technicians of a trade from `now` on, and the appointments that nobody has
/// yet, but for the ticket `without`. Each technician has a row of its own as well, so that who has no work is known.
pub async fn taken(
    connection: &impl ConnectionTrait,
    setting: &SlotSetting,
    trade: Trade,
    without: Option<TicketId>,
    now: DateTime<Utc>,
) -> Result<Vec<TakenRow>, Fault> {
    let but = |sql: &mut Sql| {
        if let Some(ticket) = without {
            sql.with(" AND o.id <> ", ticket);
        }
    };
    let mut sql = Sql::new("WITH technician AS (SELECT m.id FROM staff_member m");
    sql.push(" WHERE m.left_at IS NULL AND m.contractor_id IS NULL").with(" AND m.org_id = ", setting.org_id);
    sql.push(" AND 0 < (SELECT COUNT(*) FROM staff_assignment s WHERE s.staff_id = m.id AND ");
    having_right(&mut sql, Right::TicketOwn);
    sql.with(" AND (s.community_id IS NULL OR s.community_id = ", setting.community_id).push("))");
    if trade != Trade::General {
        sql.with(" AND EXISTS (SELECT 1 FROM staff_trade d WHERE d.staff_id = m.id AND d.trade = ", trade).push(")");
    }
    sql.push(")\nSELECT m.id AS staff_id, o.slot_start, o.slot_end, k.work_minutes FROM technician m");
    sql.push(
        "\nJOIN ticket o ON o.assignee_id = m.id AND o.state IN ('DISPATCHED', 'ACCEPTED', 'IN_PROGRESS', 'PAUSED')",
    );
    but(&mut sql);
    sql.push("\nJOIN ticket_category k ON k.id = o.category_id");
    sql.push("\nUNION ALL SELECT m.id, NULL, NULL, 0 FROM technician m");
    sql.push("\nUNION ALL SELECT NULL, o.slot_start, o.slot_end, k.work_minutes FROM ticket o");
    sql.push(" JOIN ticket_category k ON k.id = o.category_id WHERE o.state = 'SUBMITTED'");
    sql.with(" AND o.community_id = ", setting.community_id).with(" AND o.slot_end > ", now);
    sql.with(" AND k.trade = ", trade);
    but(&mut sql);
    sql.all(connection).await
}
