//! Shifts at the desk, and what went over it.

use chrono::{DateTime, Utc};
use entities::values::{CommunityId, DeskMethod, Money, PayerId, PaymentId, ShiftId, ShiftState, StaffId};
use entities::{desk_entry, desk_shift};
use sea_orm::{ConnectionTrait, FromQueryResult};

use super::limited;
use crate::db::{Fault, Sql};
use crate::domains::estate::in_scope;
use crate::domains::identity::Scope;

/// A shift as every list shows it.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct ShiftCard {
    /// The shift.
    #[sea_orm(nested)]
    pub shift: desk_shift::Model,
    /// The community's name.
    pub community_name: String,
    /// The community's currency.
    pub currency: String,
    /// The clerk's name.
    pub staff_name: String,
}

const CARD: &str = "SELECT s.*, m.name AS community_name, m.currency, t.name AS staff_name
FROM desk_shift s JOIN community m ON m.id = s.community_id JOIN staff_member t ON t.id = s.staff_id WHERE ";

/// Whose shifts somebody may see.
#[derive(Clone, Debug, PartialEq)]
pub struct ShiftSight {
    /// The own, where money may be taken.
    pub own: (StaffId, Scope),
    /// Everybody's, where fees are managed.
    pub all: Option<Scope>,
}

/// Which shifts a list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShiftFilter {
    /// Only at this community.
    pub community_id: Option<CommunityId>,
    /// Only of this member of staff.
    pub staff_id: Option<StaffId>,
    /// Only in this state.
    pub state: Option<ShiftState>,
    /// Only opened at this moment or later.
    pub from: Option<DateTime<Utc>>,
    /// Only opened before this moment.
    pub before: Option<DateTime<Utc>>,
}

fn listed(select: &str, sight: &ShiftSight, filter: &ShiftFilter) -> Sql {
    let mut sql = Sql::new(select);
    let (staff, scope) = &sight.own;
    sql.push("((").with("s.staff_id = ", *staff).push(" AND ");
    in_scope(&mut sql, scope, "s.org_id", "s.community_id", None);
    sql.push(")");
    if let Some(scope) = &sight.all {
        sql.push(" OR (");
        in_scope(&mut sql, scope, "s.org_id", "s.community_id", None);
        sql.push(")");
    }
    sql.push(")");
    if let Some(it) = filter.community_id {
        sql.with(" AND s.community_id = ", it);
    }
    if let Some(it) = filter.staff_id {
        sql.with(" AND s.staff_id = ", it);
    }
    if let Some(it) = filter.state {
        sql.with(" AND s.state = ", it);
    }
    if let Some(it) = filter.from {
        sql.with(" AND s.opened_at >= ", it);
    }
    if let Some(it) = filter.before {
        sql.with(" AND s.opened_at < ", it);
    }
    sql
}

/// Shifts that somebody may see, the newest first, after `after`.
pub async fn list_shifts(
    connection: &impl ConnectionTrait,
    sight: &ShiftSight,
    filter: &ShiftFilter,
    after: Option<ShiftId>,
    limit: u64,
) -> Result<Vec<ShiftCard>, Fault> {
    let mut sql = listed(CARD, sight, filter);
    if let Some(after) = after {
        sql.with(" AND s.id < ", after);
    }
    sql.push(" ORDER BY s.id DESC LIMIT ").bind(limited(limit)).all(connection).await
}

/// How many shifts that list has.
pub async fn count_shifts(
    connection: &impl ConnectionTrait,
    sight: &ShiftSight,
    filter: &ShiftFilter,
) -> Result<i64, Fault> {
    listed("SELECT COUNT(*) FROM desk_shift s WHERE ", sight, filter).number(connection).await
}

/// A shift that somebody may see.
pub async fn find_shift(
    connection: &impl ConnectionTrait,
    sight: &ShiftSight,
    id: ShiftId,
) -> Result<Option<ShiftCard>, Fault> {
    listed(CARD, sight, &ShiftFilter::default()).with(" AND s.id = ", id).one(connection).await
}

/// What went over the desk in a shift by one method.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct FlowRow {
    /// The shift.
    pub shift_id: ShiftId,
    /// How.
    pub method: DeskMethod,
    /// What was taken.
    pub taken: Money,
    /// How often.
    pub taken_count: i64,
    /// What was given back.
    pub returned: Money,
    /// How often.
    pub returned_count: i64,
}

/// What went over the desk in some shifts, by method.
pub async fn flows_of(connection: &impl ConnectionTrait, shifts: &[ShiftId]) -> Result<Vec<FlowRow>, Fault> {
    let mut sql = Sql::new(
        "SELECT shift_id, method,
    CAST(SUM(CASE WHEN amount > 0 THEN amount ELSE 0 END) AS bigint) AS taken,
    CAST(SUM(CASE WHEN amount > 0 THEN 1 ELSE 0 END) AS bigint) AS taken_count,
    CAST(SUM(CASE WHEN amount < 0 THEN -amount ELSE 0 END) AS bigint) AS returned,
    CAST(SUM(CASE WHEN amount < 0 THEN 1 ELSE 0 END) AS bigint) AS returned_count
FROM desk_entry WHERE shift_id IN ",
    );
    sql.list(shifts.iter().copied()).push(" GROUP BY shift_id, method ORDER BY shift_id, method");
    sql.all(connection).await
}

/// The open shift of a clerk at a community's desk, held until the commit with place for one entry more; nothing when
/// there is none.
pub async fn take_place(
    connection: &impl ConnectionTrait,
    community: CommunityId,
    staff: StaffId,
) -> Result<Option<desk_shift::Model>, Fault> {
    let mut sql = Sql::new("UPDATE desk_shift SET entry_count = entry_count + 1 WHERE state = 'OPEN'");
    sql.with(" AND community_id = ", community).with(" AND staff_id = ", staff);
    sql.push(" RETURNING *").one(connection).await
}

/// Takes a shift in hand for closing; `false` when it is closed by now.
pub async fn hold_shift(connection: &impl ConnectionTrait, id: ShiftId) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE desk_shift SET version = version + 1 WHERE state = 'OPEN'");
    Ok(sql.with(" AND id = ", id).run(connection).await? == 1)
}

/// How a shift ended.
#[derive(Clone, Debug)]
pub struct Counted {
    /// What must lie in the till.
    pub expected: Money,
    /// What does.
    pub counted: Money,
    /// Why they differ.
    pub reason: Option<String>,
}

/// Closes a shift that is in hand.
pub async fn close_shift(
    connection: &impl ConnectionTrait,
    id: ShiftId,
    end: &Counted,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE desk_shift SET state = 'CLOSED'");
    sql.with(", expected = ", end.expected).with(", counted = ", end.counted).with(", reason = ", end.reason.clone());
    sql.with(", closed_at = ", now).with(" WHERE id = ", id).push(" AND state = 'OPEN'");
    Ok(sql.run(connection).await? == 1)
}

/// The entries by which payments were taken at the desk.
pub async fn entries_of(
    connection: &impl ConnectionTrait,
    payments: &[PaymentId],
) -> Result<Vec<desk_entry::Model>, Fault> {
    let mut sql = Sql::new("SELECT * FROM desk_entry WHERE refund_id IS NULL AND payment_id IN ");
    sql.list(payments.iter().copied()).push(" ORDER BY id").all(connection).await
}

/// A payer's name.
pub async fn payer_name(connection: &impl ConnectionTrait, id: PayerId) -> Result<Option<String>, Fault> {
    #[derive(FromQueryResult)]
    struct Row {
        name: String,
    }
    Ok(Sql::new("SELECT name FROM payer WHERE id = ").bind(id).one::<Row>(connection).await?.map(|row| row.name))
}
