//! Recurring services: plans and what became of their dates.

use chrono::{DateTime, NaiveDate, Utc};
use entities::values::{
    AccountId, Area, BuildingId, CallbackClass, CategoryId, CommunityId, Money, OrganizationId, ResidencyId,
    ServicePlanId, ServicePlanState, TicketId, Trade, UnitId, UnitUsage,
};
use entities::{service_occurrence, service_plan};
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel};

use crate::db::{Fault, Sql};
use crate::domains::estate::in_scope;
use crate::domains::identity::Scope;

/// A plan with everything that a row of a list shows, and what the job needs to know.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct PlanRow {
    /// The plan.
    #[sea_orm(nested)]
    pub plan: service_plan::Model,
    /// The community's name.
    pub community_name: String,
    /// The community's time zone.
    pub time_zone: String,
    /// The community's currency.
    pub currency: String,
    /// How many days ahead the community has tickets made, where it has set that.
    pub service_lead_days: Option<i32>,
    /// The unit's building.
    pub unit_building_id: BuildingId,
    /// Its name.
    pub building_name: String,
    /// The unit's number.
    pub unit_number: String,
    /// The unit's floor.
    pub unit_floor: Option<i32>,
    /// The unit's area.
    pub unit_area: Option<Area>,
    /// The unit's usage.
    pub unit_usage: UnitUsage,
    /// When the unit was handed over.
    pub unit_delivered_on: Option<NaiveDate>,
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
    /// Whether the plan's resident lives there, or it has none.
    pub resident_here: bool,
}

/// Which plans a list shows.
#[derive(Clone, Debug, Default)]
pub struct PlanFilter {
    /// Only of this unit.
    pub unit_id: Option<UnitId>,
    /// Only of this community.
    pub community_id: Option<CommunityId>,
    /// Only in one of these states.
    pub states: Vec<ServicePlanState>,
}

const COLUMNS: &str = "p.*, c.name AS community_name, c.time_zone, c.currency, s.service_lead_days,
    u.building_id AS unit_building_id, b.name AS building_name, u.number AS unit_number, u.floor AS unit_floor,
    u.area AS unit_area, u.usage AS unit_usage, u.delivered_on AS unit_delivered_on, k.code AS category_code,
    k.name_zh AS category_name_zh, k.name_en AS category_name_en, k.trade AS category_trade,
    k.callback_class AS category_callback_class, k.active AS category_active,
    k.work_minutes AS category_work_minutes, ";

const TABLES: &str = "\nFROM service_plan p JOIN unit u ON u.id = p.unit_id JOIN building b ON b.id = u.building_id
JOIN community c ON c.id = p.community_id JOIN ticket_category k ON k.id = p.category_id
LEFT JOIN community_ticket_setting s ON s.community_id = p.community_id";

/// Columns and tables; whether the resident lives there depends on `now`.
fn selected(now: DateTime<Utc>) -> Sql {
    selected_with("", now)
}

/// The same with columns before them.
fn selected_with(before: &str, now: DateTime<Utc>) -> Sql {
    let mut sql = Sql::new("SELECT ");
    sql.push(before).push(COLUMNS);
    sql.push("(p.residency_id IS NULL OR EXISTS (SELECT 1 FROM residency r JOIN residency x ON x.unit_id = r.unit_id");
    sql.push(" AND (x.id = r.id OR x.account_id = r.account_id) WHERE r.id = p.residency_id");
    sql.with(" AND x.review_state = 'APPROVED' AND x.started_at <= ", now);
    sql.with(" AND (x.ended_at IS NULL OR x.ended_at > ", now).push("))) AS resident_here").push(TABLES);
    sql
}

/// A resident reaches the plans of the own units that were agreed since moving in.
fn plans_in_scope(sql: &mut Sql, scope: &Scope) {
    let Scope::Units(account, now) = scope else {
        return in_scope(sql, scope, "p.org_id", "p.community_id", None);
    };
    sql.push("EXISTS (SELECT 1 FROM residency v WHERE v.unit_id = p.unit_id AND v.review_state = 'APPROVED'");
    sql.with(" AND v.account_id = ", *account).with(" AND v.started_at <= ", *now);
    sql.with(" AND (v.ended_at IS NULL OR v.ended_at > ", *now).push(") AND v.started_at <= p.created_at)");
}

fn filtered(sql: &mut Sql, scope: &Scope, filter: &PlanFilter) {
    sql.push("\nWHERE ");
    plans_in_scope(sql, scope);
    if let Some(unit) = filter.unit_id {
        sql.with(" AND p.unit_id = ", unit);
    }
    if let Some(community) = filter.community_id {
        sql.with(" AND p.community_id = ", community);
    }
    if !filter.states.is_empty() {
        sql.push(" AND p.state IN ").list(filter.states.iter().copied());
    }
}

/// Plans, newest first, after `after`.
pub async fn list_plans(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    filter: &PlanFilter,
    after: Option<ServicePlanId>,
    limit: u64,
    now: DateTime<Utc>,
) -> Result<Vec<PlanRow>, Fault> {
    let mut sql = selected(now);
    filtered(&mut sql, scope, filter);
    if let Some(after) = after {
        sql.with(" AND p.id < ", after);
    }
    sql.push(" ORDER BY p.id DESC LIMIT ").bind(i64::try_from(limit).unwrap_or(i64::MAX)).all(connection).await
}

/// How many plans that list has.
pub async fn count_plans(connection: &impl ConnectionTrait, scope: &Scope, filter: &PlanFilter) -> Result<i64, Fault> {
    let mut sql = Sql::new("SELECT COUNT(*) FROM service_plan p");
    filtered(&mut sql, scope, filter);
    sql.number(connection).await
}

/// One plan, if it lies in the scope.
pub async fn find_plan(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    id: ServicePlanId,
    now: DateTime<Utc>,
) -> Result<Option<PlanRow>, Fault> {
    let mut sql = selected(now);
    filtered(&mut sql, scope, &PlanFilter::default());
    sql.with(" AND p.id = ", id).one(connection).await
}

/// The plans of which some tickets are dates, for tickets that were already scoped.
pub async fn plans_of_tickets(
    connection: &impl ConnectionTrait,
    tickets: &[TicketId],
    now: DateTime<Utc>,
) -> Result<Vec<(TicketId, PlanRow)>, Fault> {
    #[derive(FromQueryResult)]
    struct Found {
        of_ticket_id: TicketId,
        #[sea_orm(nested)]
        plan: PlanRow,
    }
    let mut sql = selected_with("o.ticket_id AS of_ticket_id, ", now);
    sql.push(" JOIN service_occurrence o ON o.plan_id = p.id\nWHERE o.ticket_id IN ").list(tickets.iter().copied());
    let found: Vec<Found> = sql.all(connection).await?;
    Ok(found.into_iter().map(|found| (found.of_ticket_id, found.plan)).collect())
}

/// Lets one transaction at a time work on a plan: the row's lock is held until the commit.
pub async fn lock_plan(connection: &impl ConnectionTrait, id: ServicePlanId) -> Result<(), Fault> {
    Sql::new("UPDATE service_plan SET version = version WHERE").with(" id = ", id).run(connection).await.map(|_| ())
}

/// Adds a plan.
pub async fn insert_plan(connection: &impl ConnectionTrait, row: service_plan::Model) -> Result<(), Fault> {
    service_plan::Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    Ok(())
}

/// Writes where a plan stands, if it still is at `version`; `false` when another change came first.
pub async fn update_plan(
    connection: &impl ConnectionTrait,
    row: &service_plan::Model,
    version: i32,
) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE service_plan SET");
    sql.with(" state = ", row.state).with(", suspend_reason = ", row.suspend_reason);
    sql.with(", next_on = ", row.next_on).with(", version = ", row.version);
    sql.with(" WHERE id = ", row.id).with(" AND version = ", version);
    Ok(sql.run(connection).await? == 1)
}

/// Records what became of a date; a second time violates the primary key.
pub async fn insert_occurrence(connection: &impl ConnectionTrait, row: service_occurrence::Model) -> Result<(), Fault> {
    service_occurrence::Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    Ok(())
}

/// The recorded dates of some plans from `from` on, in order.
pub async fn occurrences_from(
    connection: &impl ConnectionTrait,
    plans: &[ServicePlanId],
    from: NaiveDate,
) -> Result<Vec<service_occurrence::Model>, Fault> {
    let mut sql = Sql::new("SELECT o.* FROM service_occurrence o WHERE o.plan_id IN ");
    sql.list(plans.iter().copied()).with(" AND o.on_date >= ", from);
    sql.push(" ORDER BY o.plan_id, o.on_date").all(connection).await
}

/// The latest recorded dates of each of some plans before a date, newest first.
pub async fn occurrences_before(
    connection: &impl ConnectionTrait,
    plans: &[ServicePlanId],
    before: Option<NaiveDate>,
    limit: u64,
) -> Result<Vec<service_occurrence::Model>, Fault> {
    let mut sql = Sql::new("SELECT x.plan_id, x.on_date, x.org_id, x.state, x.ticket_id, x.recorded_at FROM (");
    sql.push("SELECT o.*, ROW_NUMBER() OVER (PARTITION BY o.plan_id ORDER BY o.on_date DESC) AS place");
    sql.push(" FROM service_occurrence o WHERE o.plan_id IN ").list(plans.iter().copied());
    if let Some(before) = before {
        sql.with(" AND o.on_date < ", before);
    }
    sql.with(") x WHERE x.place <= ", i64::try_from(limit).unwrap_or(i64::MAX));
    sql.push(" ORDER BY x.plan_id, x.on_date DESC").all(connection).await
}

/// Active plans whose next date may be due, after `after`: `days` has the latest date that is due for each number of days
/// ahead, from 0 on, and `usual` is the number where a community has set none.
pub async fn due_plans(
    connection: &impl ConnectionTrait,
    days: &[NaiveDate],
    usual: i32,
    after: Option<ServicePlanId>,
    limit: u64,
) -> Result<Vec<ServicePlanId>, Fault> {
    #[derive(FromQueryResult)]
    struct Due {
        id: ServicePlanId,
    }
    let Some(last) = days.last() else { return Ok(Vec::new()) };
    let mut sql = Sql::new("SELECT p.id FROM service_plan p");
    sql.push(" LEFT JOIN community_ticket_setting s ON s.community_id = p.community_id");
    sql.with(" WHERE p.state = 'ACTIVE' AND p.next_on <= ", *last);
    sql.with(" AND p.next_on <= CASE COALESCE(s.service_lead_days, ", usual).push(")");
    for (lead, day) in days.iter().enumerate() {
        sql.with(&format!(" WHEN {lead} THEN "), *day);
    }
    sql.push(" END");
    if let Some(after) = after {
        sql.with(" AND p.id > ", after);
    }
    let found: Vec<Due> =
        sql.push(" ORDER BY p.id LIMIT ").bind(i64::try_from(limit).unwrap_or(i64::MAX)).all(connection).await?;
    Ok(found.into_iter().map(|due| due.id).collect())
}

/// Where a plan is to be.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct PlanPlace {
    /// The organization.
    pub org_id: OrganizationId,
    /// The community.
    pub community_id: CommunityId,
    /// Its time zone.
    pub time_zone: String,
    /// Its currency.
    pub currency: String,
    /// Whether the category is in use; missing when the organization has no such category.
    pub category_active: Option<bool>,
}

/// The place of a plan and its category; `None` when the unit lies outside the scope.
pub async fn plan_place(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    unit: UnitId,
    category: CategoryId,
) -> Result<Option<PlanPlace>, Fault> {
    let mut sql = Sql::new(
        "SELECT u.org_id, u.community_id, c.time_zone, c.currency, k.active AS category_active
FROM unit u JOIN community c ON c.id = u.community_id LEFT JOIN ticket_category k ON k.org_id = u.org_id",
    );
    sql.with(" AND k.id = ", category).push("\nWHERE ");
    in_scope(&mut sql, scope, "u.org_id", "u.community_id", Some("u.id"));
    sql.with(" AND u.id = ", unit).one(connection).await
}

/// What was agreed of a recurring service for each of its dates.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct AgreedFee {
    /// How much.
    pub fee_fen: Money,
    /// For what.
    pub words: String,
}

/// What a ticket costs by the recurring service that made it; `None` when no fee was agreed, or nothing recurs.
pub async fn agreed_fee(connection: &impl ConnectionTrait, ticket: TicketId) -> Result<Option<AgreedFee>, Fault> {
    let mut sql =
        Sql::new("SELECT p.fee_fen, p.words FROM service_occurrence o JOIN service_plan p ON p.id = o.plan_id");
    sql.with(" WHERE p.fee_fen IS NOT NULL AND o.ticket_id = ", ticket).one(connection).await
}

/// The entry of the register that a plan is bound to: the one named, or else the account's first one in the unit. Only an
/// approved one that lasts.
pub async fn plan_residency(
    connection: &impl ConnectionTrait,
    unit: UnitId,
    named: Option<ResidencyId>,
    account: Option<AccountId>,
    now: DateTime<Utc>,
) -> Result<Option<ResidencyId>, Fault> {
    #[derive(FromQueryResult)]
    struct Entry {
        id: ResidencyId,
    }
    let mut sql = Sql::new("SELECT r.id FROM residency r WHERE r.review_state = 'APPROVED'");
    sql.with(" AND r.unit_id = ", unit).with(" AND r.started_at <= ", now);
    sql.with(" AND (r.ended_at IS NULL OR r.ended_at > ", now).push(")");
    match (named, account) {
        (Some(named), _) => sql.with(" AND r.id = ", named),
        (None, account) => sql.with(" AND r.account_id = ", account),
    };
    let found: Option<Entry> = sql.push(" ORDER BY r.started_at, r.id LIMIT 1").one(connection).await?;
    Ok(found.map(|entry| entry.id))
}
