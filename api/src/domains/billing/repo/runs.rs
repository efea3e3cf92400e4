//! Billing runs: rows that one worker at a time takes for a while. `attempt` fences, as with exports.

use chrono::{DateTime, NaiveDate, Utc};
use entities::values::{BillingProblemCode, BillingProblemId, BillingRunId, CommunityId, FeeItemId, Money, UnitId};
use entities::{billing_problem, billing_run};
use sea_orm::{ConnectionTrait, FromQueryResult};

use super::limited;
use crate::db::{Fault, Insert, Sql};
use crate::domains::estate::in_scope;
use crate::domains::identity::Scope;

/// A run.
pub type RunRow = billing_run::Model;

/// A run with its community's name and currency.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct RunCard {
    /// The run.
    #[sea_orm(nested)]
    pub run: RunRow,
    /// The community's name.
    pub community_name: String,
    /// The community's currency.
    pub currency: String,
    /// The community's time zone.
    pub time_zone: String,
}

const CARD: &str = "SELECT r.*, c.name AS community_name, c.currency, c.time_zone
FROM billing_run r JOIN community c ON c.id = r.community_id WHERE ";

/// A run in scope.
pub async fn find_run(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    id: BillingRunId,
) -> Result<Option<RunCard>, Fault> {
    let mut sql = Sql::new(CARD);
    in_scope(&mut sql, scope, "r.org_id", "r.community_id", None);
    sql.with(" AND r.id = ", id).one(connection).await
}

fn listed(select: &str, scope: &Scope, community: Option<CommunityId>) -> Sql {
    let mut sql = Sql::new(select);
    in_scope(&mut sql, scope, "r.org_id", "r.community_id", None);
    if let Some(community) = community {
        sql.with(" AND r.community_id = ", community);
    }
    sql
}

/// Runs in scope, the newest first.
pub async fn list_runs(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    community: Option<CommunityId>,
    after: Option<BillingRunId>,
    limit: u64,
) -> Result<Vec<RunCard>, Fault> {
    let mut sql = listed(CARD, scope, community);
    if let Some(after) = after {
        sql.with(" AND r.id < ", after);
    }
    sql.push(" ORDER BY r.id DESC LIMIT ").bind(limited(limit)).all(connection).await
}

/// How many runs that list has.
pub async fn count_runs(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    community: Option<CommunityId>,
) -> Result<i64, Fault> {
    listed("SELECT COUNT(*) FROM billing_run r WHERE ", scope, community).number(connection).await
}

/// The run of a community that is not finished.
pub async fn open_run(connection: &impl ConnectionTrait, community: CommunityId) -> Result<Option<RunRow>, Fault> {
    let mut sql = Sql::new("SELECT r.* FROM billing_run r WHERE");
    sql.with(" r.community_id = ", community).push(" AND r.finished_at IS NULL").one(connection).await
}

/// The number of the last run of a community and month; 0 when there is none.
pub async fn last_run_number(
    connection: &impl ConnectionTrait,
    community: CommunityId,
    billed_on: NaiveDate,
) -> Result<i64, Fault> {
    let mut sql = Sql::new("SELECT CAST(COALESCE(MAX(r.number), 0) AS bigint) FROM billing_run r WHERE");
    sql.with(" r.community_id = ", community).with(" AND r.billed_on = ", billed_on).number(connection).await
}

/// The oldest run that nobody is at.
pub async fn next_run(connection: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<Option<RunRow>, Fault> {
    let mut sql = Sql::new("SELECT r.* FROM billing_run r WHERE r.finished_at IS NULL");
    sql.with(" AND (r.leased_until IS NULL OR r.leased_until <= ", now).push(") ORDER BY r.id LIMIT 1");
    sql.one(connection).await
}

/// Takes a run that stands as it was read; `false` when another worker was faster.
pub async fn take_run(
    connection: &impl ConnectionTrait,
    row: &RunRow,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE billing_run SET attempt = attempt + 1");
    sql.with(", leased_until = ", until).with(" WHERE id = ", row.id).with(" AND attempt = ", row.attempt);
    sql.with(" AND finished_at IS NULL AND (leased_until IS NULL OR leased_until <= ", now).push(")");
    Ok(sql.run(connection).await? == 1)
}

/// What a chunk has added to a run.
#[derive(Clone, Debug)]
pub struct Advance {
    /// Which run.
    pub id: BillingRunId,
    /// Which attempt at it.
    pub attempt: i32,
    /// The last unit of the chunk.
    pub last_unit: Option<UnitId>,
    /// Units of the chunk.
    pub units: i32,
    /// Charges.
    pub charges: i32,
    /// Credit notes.
    pub credits: i32,
    /// Bills.
    pub bills: i32,
    /// Problems.
    pub problems: i32,
    /// What was charged.
    pub charged: Money,
    /// What was credited.
    pub credited: Money,
    /// The digest of everything until now.
    pub digest: Vec<u8>,
    /// Until when the worker has the run for itself; missing when it is finished.
    pub until: Option<DateTime<Utc>>,
    /// When it was finished.
    pub finished_at: Option<DateTime<Utc>>,
}

/// Moves a run on by a chunk; `false` when it is no longer this worker's.
pub async fn advance_run(connection: &impl ConnectionTrait, by: &Advance) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE billing_run SET");
    sql.with(" last_unit_id = COALESCE(", by.last_unit).push(", last_unit_id)");
    for (column, more) in [
        ("done_count", by.units),
        ("charge_count", by.charges),
        ("credit_count", by.credits),
        ("bill_count", by.bills),
        ("problem_count", by.problems),
    ] {
        sql.push(", ").push(column).push(" = ").push(column).with(" + ", more);
    }
    sql.with(", charged = charged + ", by.charged).with(", credited = credited + ", by.credited);
    sql.with(", digest = ", by.digest.clone()).with(", leased_until = ", by.until);
    sql.with(", finished_at = ", by.finished_at);
    if by.finished_at.is_some() {
        sql.push(", state = 'POSTED'");
    }
    sql.with(" WHERE id = ", by.id).with(" AND attempt = ", by.attempt).push(" AND finished_at IS NULL");
    Ok(sql.run(connection).await? == 1)
}

/// Adds what a chunk could not bill.
pub async fn insert_problems(connection: &impl ConnectionTrait, rows: &[billing_problem::Model]) -> Result<(), Fault> {
    const COLUMNS: [&str; 8] = ["id", "org_id", "run_id", "unit_id", "fee_item_id", "code", "from_day", "to_day"];
    let mut insert = Insert::into(connection, "billing_problem", &COLUMNS);
    for row in rows {
        let values = [
            row.id.into(),
            row.org_id.into(),
            row.run_id.into(),
            row.unit_id.into(),
            row.fee_item_id.into(),
            row.code.into(),
            row.from_day.into(),
            row.to_day.into(),
        ];
        insert.row(connection, values).await?;
    }
    insert.finish(connection).await.map(|_| ())
}

/// Something that could not be billed, with the names of unit and item.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct ProblemRow {
    /// Which.
    pub id: BillingProblemId,
    /// The unit; none when it is a matter of the whole item.
    pub unit_id: Option<UnitId>,
    /// Its building's name.
    pub building_name: Option<String>,
    /// Its number.
    pub unit_number: Option<String>,
    /// The item.
    pub fee_item_id: FeeItemId,
    /// The item's code.
    pub item_code: String,
    /// Why.
    pub code: BillingProblemCode,
    /// The first day.
    pub from_day: NaiveDate,
    /// The day after the last.
    pub to_day: NaiveDate,
}

/// What a run could not bill, after `after`.
pub async fn list_problems(
    connection: &impl ConnectionTrait,
    run: BillingRunId,
    after: Option<BillingProblemId>,
    limit: u64,
) -> Result<Vec<ProblemRow>, Fault> {
    let mut sql = Sql::new(
        "SELECT p.id, p.unit_id, b.name AS building_name, u.number AS unit_number, p.fee_item_id, i.code AS item_code,
    p.code, p.from_day, p.to_day
FROM billing_problem p JOIN fee_item i ON i.id = p.fee_item_id LEFT JOIN unit u ON u.id = p.unit_id
LEFT JOIN building b ON b.id = u.building_id WHERE",
    );
    sql.with(" p.run_id = ", run);
    if let Some(after) = after {
        sql.with(" AND p.id > ", after);
    }
    sql.push(" ORDER BY p.id LIMIT ").bind(limited(limit)).all(connection).await
}
