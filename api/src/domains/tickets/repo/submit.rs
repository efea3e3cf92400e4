//! Submission: what a new ticket needs to know of its place, read by one statement, and its row.

use chrono::{DateTime, NaiveDate, Utc};
use entities::ticket;
use entities::values::{
    BuildingId, CallbackClass, CategoryId, ClockBasis, CommunityId, OrganizationId, UnitId, Urgency,
};
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel};

use super::calendar::{CALENDAR_COLUMNS, CalendarRow, other_days};
use crate::db::{Fault, Sql};
use crate::domains::estate::in_scope;
use crate::domains::identity::Scope;

/// Where a ticket is: in a unit, at a building, or somewhere in a community.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaceId {
    /// A unit.
    Unit(UnitId),
    /// A building's public parts.
    Building(BuildingId),
    /// A community's grounds.
    Community(CommunityId),
}

/// The closest policy's deadlines; everything is missing where an organization has none.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct PolicyRow {
    /// Minutes until somebody takes the ticket on.
    pub respond_minutes: Option<i32>,
    /// Minutes until somebody is there.
    pub arrive_minutes: Option<i32>,
    /// Minutes until the work has ended.
    pub complete_minutes: Option<i32>,
    /// Minutes until the first callback; set whenever a policy was found.
    pub callback_minutes: Option<i32>,
    /// In which time the first deadline counts.
    pub respond_basis: Option<ClockBasis>,
    /// In which time the second counts.
    pub arrive_basis: Option<ClockBasis>,
    /// In which time the third counts.
    pub complete_basis: Option<ClockBasis>,
    /// In which time the last counts.
    pub callback_basis: Option<ClockBasis>,
}

/// What a new ticket needs to know.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct Setting {
    /// The organization.
    pub org_id: OrganizationId,
    /// The community.
    pub community_id: CommunityId,
    /// The building.
    pub building_id: Option<BuildingId>,
    /// The unit.
    pub unit_id: Option<UnitId>,
    /// The community's calendar.
    #[sea_orm(nested)]
    pub calendar: CalendarRow,
    /// The category, if the organization has it.
    pub category_id: Option<CategoryId>,
    /// The category's code.
    pub category_code: Option<String>,
    /// Whether the category is in use.
    pub category_active: Option<bool>,
    /// Which rule dates its callback.
    pub callback_class: Option<CallbackClass>,
    /// When the unit was handed over.
    pub delivered_on: Option<NaiveDate>,
    /// When the building was completed.
    pub completed_on: Option<NaiveDate>,
    /// First day of the heating season, where the community has set it.
    pub heating_from: Option<i32>,
    /// Its last day.
    pub heating_to: Option<i32>,
    /// The closest policy.
    #[sea_orm(nested)]
    pub policy: PolicyRow,
}

/// Joins the closest policy: of the community and category, of the community, of the category, of the organization.
fn closest_policy(sql: &mut Sql, urgency: Urgency) {
    sql.push("\nLEFT JOIN service_policy p ON p.org_id = c.org_id").with(" AND p.urgency = ", urgency);
    sql.push(" AND (p.community_id IS NULL OR p.community_id = c.id)");
    sql.push(" AND (p.category_id IS NULL OR p.category_id = k.id)");
}

const POLICY_COLUMNS: &str = "p.respond_minutes, p.arrive_minutes, p.complete_minutes, p.callback_minutes,
    p.respond_basis, p.arrive_basis, p.complete_basis, p.callback_basis";

const CLOSEST_FIRST: &str = " ORDER BY CASE WHEN p.community_id IS NULL THEN 0 ELSE 2 END
    + CASE WHEN p.category_id IS NULL THEN 0 ELSE 1 END DESC LIMIT 1";

/// Reads place, category and policy at once; `None` when the place lies outside the scope.
pub async fn setting(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    place: PlaceId,
    category: CategoryId,
    urgency: Urgency,
    now: DateTime<Utc>,
) -> Result<Option<Setting>, Fault> {
    let (columns, tables) = match place {
        PlaceId::Unit(_) => (
            "u.building_id, u.id AS unit_id, u.delivered_on, b.completed_on",
            "unit u JOIN community c ON c.id = u.community_id JOIN building b ON b.id = u.building_id",
        ),
        PlaceId::Building(_) => (
            "b.id AS building_id, NULL AS unit_id, NULL AS delivered_on, b.completed_on",
            "building b JOIN community c ON c.id = b.community_id",
        ),
        PlaceId::Community(_) => {
            ("NULL AS building_id, NULL AS unit_id, NULL AS delivered_on, NULL AS completed_on", "community c")
        }
    };
    let mut sql = Sql::new(
        "SELECT c.org_id, c.id AS community_id, k.id AS category_id, k.active AS category_active,
    k.code AS category_code, k.callback_class, s.heating_from, s.heating_to, ",
    );
    sql.push(POLICY_COLUMNS).push(", ").push(CALENDAR_COLUMNS).push(", ");
    other_days(&mut sql, now);
    sql.push(", ").push(columns).push("\nFROM ").push(tables);
    sql.push("\nLEFT JOIN ticket_category k ON k.org_id = c.org_id").with(" AND k.id = ", category);
    sql.push("\nLEFT JOIN community_ticket_setting s ON s.community_id = c.id");
    closest_policy(&mut sql, urgency);
    sql.push("\nWHERE ");
    match place {
        PlaceId::Unit(id) => {
            in_scope(&mut sql, scope, "c.org_id", "c.id", Some("u.id"));
            sql.with(" AND u.id = ", id);
        }
        PlaceId::Building(id) => {
            in_scope(&mut sql, scope, "c.org_id", "c.id", None);
            sql.with(" AND b.id = ", id);
        }
        PlaceId::Community(id) => {
            in_scope(&mut sql, scope, "c.org_id", "c.id", None);
            sql.with(" AND c.id = ", id);
        }
    }
    sql.push(CLOSEST_FIRST).one(connection).await
}

/// Deadlines and calendar of a ticket that exists.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct ClockRow {
    /// The community's calendar.
    #[sea_orm(nested)]
    pub calendar: CalendarRow,
    /// The closest policy.
    #[sea_orm(nested)]
    pub policy: PolicyRow,
}

/// The policy that counts now for a ticket of this community, category and urgency, and the days from `from` on.
pub async fn current_clocks(
    connection: &impl ConnectionTrait,
    community: CommunityId,
    category: CategoryId,
    urgency: Urgency,
    from: DateTime<Utc>,
) -> Result<Option<ClockRow>, Fault> {
    let mut sql = Sql::new("SELECT ");
    sql.push(POLICY_COLUMNS).push(", ").push(CALENDAR_COLUMNS).push(", ");
    other_days(&mut sql, from);
    sql.push("\nFROM community c JOIN ticket_category k ON k.org_id = c.org_id");
    closest_policy(&mut sql, urgency);
    sql.with("\nWHERE c.id = ", community).with(" AND k.id = ", category);
    sql.push(CLOSEST_FIRST).one(connection).await
}

/// Adds a ticket.
pub async fn insert_ticket(connection: &impl ConnectionTrait, row: ticket::Model) -> Result<(), Fault> {
    ticket::Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    Ok(())
}
