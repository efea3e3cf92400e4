//! Figures of contacts, by month, kind, channel and community.

use entities::values::{Channel, CommunityId, ContactKind};
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde::{Deserialize, Serialize};

use crate::db::{Fault, Sql};
use crate::domains::estate::in_scope;
use crate::domains::identity::Scope;

/// What the rows of the figures stand for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ContactGrouping {
    /// One row for each month, where the community is.
    pub month: bool,
    /// One row for each kind.
    pub kind: bool,
    /// One row for each channel.
    pub channel: bool,
    /// One row for each community.
    pub community: bool,
}

/// Which contacts are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ContactPeriod {
    /// Only of this community.
    pub community_id: Option<CommunityId>,
    /// First month, as year × 100 + month.
    pub from_month: Option<i32>,
    /// Last month.
    pub to_month: Option<i32>,
}

/// One row of the figures.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct ContactCountRow {
    /// The month, when grouped by it.
    pub month: Option<i32>,
    /// The kind, when grouped by it.
    pub kind: Option<ContactKind>,
    /// The channel, when grouped by it.
    pub channel: Option<Channel>,
    /// The community, when grouped by it.
    pub community_id: Option<CommunityId>,
    /// Its name.
    pub community_name: Option<String>,
    /// All contacts.
    pub contacts: i64,
    /// Of which were answered in words.
    pub answered: i64,
    /// Of which became tickets.
    pub ticketed: i64,
    /// Of which joined tickets.
    pub joined: i64,
}

/// Counts the contacts of the scope.
pub async fn count_contacts_by(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    grouping: ContactGrouping,
    period: ContactPeriod,
) -> Result<Vec<ContactCountRow>, Fault> {
    let columns = [
        (grouping.month, "k.created_month", "month", "integer"),
        (grouping.kind, "k.kind", "kind", "text"),
        (grouping.channel, "k.channel", "channel", "text"),
        (grouping.community, "k.community_id", "community_id", "uuid"),
        (grouping.community, "c.name", "community_name", "text"),
    ];
    let mut sql = Sql::new("SELECT ");
    let mut grouped = Vec::new();
    for (wanted, column, name, kind) in columns {
        if wanted {
            sql.push(column).push(" AS ").push(name).push(", ");
            grouped.push(column);
        } else {
            sql.push("CAST(NULL AS ").push(kind).push(") AS ").push(name).push(", ");
        }
    }
    sql.push("COUNT(*) AS contacts");
    for (condition, name) in [
        ("k.state = 'ANSWERED'", "answered"),
        ("k.ticket_id IS NOT NULL AND k.joined_at IS NULL", "ticketed"),
        ("k.joined_at IS NOT NULL", "joined"),
    ] {
        sql.push(", CAST(COALESCE(SUM(CASE WHEN ").push(condition);
        sql.push(" THEN 1 ELSE 0 END), 0) AS bigint) AS ").push(name);
    }
    sql.push("\nFROM contact k JOIN community c ON c.id = k.community_id\nWHERE ");
    in_scope(&mut sql, scope, "k.org_id", "k.community_id", None);
    if let Some(community) = period.community_id {
        sql.with(" AND k.community_id = ", community);
    }
    if let Some(from) = period.from_month {
        sql.with(" AND k.created_month >= ", from);
    }
    if let Some(to) = period.to_month {
        sql.with(" AND k.created_month <= ", to);
    }
    if !grouped.is_empty() {
        let grouped = grouped.join(", ");
        sql.push("\nGROUP BY ").push(&grouped).push("\nORDER BY ").push(&grouped);
    }
    sql.all(connection).await
}
