//! Figures: how much work ended in time.

use chrono::{DateTime, Utc};
use entities::values::{CategoryId, CommunityId};
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde::{Deserialize, Serialize};

use super::card::{from_tickets, tickets_in_scope};
use crate::db::{Fault, Sql};
use crate::domains::identity::Scope;

/// What a report's rows stand for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Grouping {
    /// One row for each community.
    pub community: bool,
    /// One row for each category.
    pub category: bool,
    /// One row for each month of submission.
    pub month: bool,
}

/// Which tickets a report counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReportFilter {
    /// Only of this community.
    pub community_id: Option<CommunityId>,
    /// Only of this category.
    pub category_id: Option<CategoryId>,
    /// First month of submission, as year × 100 + month.
    pub from_month: Option<i32>,
    /// Last month of submission.
    pub to_month: Option<i32>,
}

/// One row of the on-time report.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct OnTimeRow {
    /// The community, when grouped by it.
    pub community_id: Option<CommunityId>,
    /// Its name.
    pub community_name: Option<String>,
    /// The category, when grouped by it.
    pub category_id: Option<CategoryId>,
    /// Its Chinese name.
    pub category_name_zh: Option<String>,
    /// Its English name.
    pub category_name_en: Option<String>,
    /// The month, when grouped by it.
    pub month: Option<i32>,
    /// All tickets.
    pub tickets: i64,
    /// Finished in time in every round.
    pub in_time: i64,
    /// Finished, in some round too late.
    pub late: i64,
    /// Not finished, and past their deadline.
    pub overdue: i64,
}

impl OnTimeRow {
    /// In time ÷ (in time + late + overdue) in 1/10,000, halves upwards; nothing when nothing was due yet.
    pub const fn on_time_share(&self) -> Option<i64> {
        let due = self.in_time + self.late + self.overdue;
        if due == 0 { None } else { Some((self.in_time * 20_000 + due) / (due * 2)) }
    }
}

/// Tickets by whether they were finished before their completion deadline; cancelled ones and those without a deadline
/// count among all tickets only.
pub async fn on_time(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    grouping: Grouping,
    filter: &ReportFilter,
    now: DateTime<Utc>,
) -> Result<Vec<OnTimeRow>, Fault> {
    let columns = [
        (
            grouping.community,
            "t.community_id, c.name",
            "t.community_id, c.name AS community_name",
            "NULL AS community_id, NULL AS community_name",
        ),
        (
            grouping.category,
            "t.category_id, k.name_zh, k.name_en",
            "t.category_id, k.name_zh AS category_name_zh, k.name_en AS category_name_en",
            "NULL AS category_id, NULL AS category_name_zh, NULL AS category_name_en",
        ),
        (grouping.month, "t.submitted_month", "t.submitted_month AS month", "NULL AS month"),
    ];
    let selected: Vec<&str> = columns.iter().map(|(on, _, some, none)| if *on { *some } else { *none }).collect();
    let grouped: Vec<&str> = columns.iter().filter(|(on, ..)| *on).map(|(_, group, ..)| *group).collect();
    let mut sql = Sql::new("SELECT ");
    sql.push(&selected.join(", ")).push(", COUNT(*) AS tickets");
    for (name, condition) in [
        ("in_time", "t.completed_at IS NOT NULL AND NOT t.missed_completion"),
        ("late", "t.completed_at IS NOT NULL AND t.missed_completion"),
    ] {
        sql.push(", CAST(COALESCE(SUM(CASE WHEN t.complete_due_at IS NOT NULL AND t.cancelled_at IS NULL AND ");
        sql.push(condition).push(" THEN 1 ELSE 0 END), 0) AS bigint) AS ").push(name);
    }
    sql.push(", CAST(COALESCE(SUM(CASE WHEN t.completed_at IS NULL AND t.cancelled_at IS NULL AND t.paused_at IS NULL");
    sql.with(" AND t.complete_due_at < ", now).push(" THEN 1 ELSE 0 END), 0) AS bigint) AS overdue");
    from_tickets(&mut sql, scope);
    sql.push("\nJOIN community c ON c.id = t.community_id JOIN ticket_category k ON k.id = t.category_id\nWHERE ");
    tickets_in_scope(&mut sql, scope);
    if let Some(community) = filter.community_id {
        sql.with(" AND t.community_id = ", community);
    }
    if let Some(category) = filter.category_id {
        sql.with(" AND t.category_id = ", category);
    }
    if let Some(from) = filter.from_month {
        sql.with(" AND t.submitted_month >= ", from);
    }
    if let Some(to) = filter.to_month {
        sql.with(" AND t.submitted_month <= ", to);
    }
    if !grouped.is_empty() {
        let grouped = grouped.join(", ");
        sql.push("\nGROUP BY ").push(&grouped).push("\nORDER BY ").push(&grouped);
    }
    sql.all(connection).await
}
