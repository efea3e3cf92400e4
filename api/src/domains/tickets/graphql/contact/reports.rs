//! Figures of contacts.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};

use super::enums::ContactKind;
use crate::domains::tickets::graphql::enums::Channel;
use crate::domains::tickets::graphql::reports::month;
use crate::domains::tickets::service::{self, ContactCountRow, ContactGrouping, ContactPeriod};
use crate::graphql::id::{parse_optional_id, wire_id};
use crate::graphql::request;

/// What the rows of the figures stand for.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
pub enum ContactGroup {
    /// One row for each month, where the community is.
    Month,
    /// One row for each kind.
    Kind,
    /// One row for each channel.
    Channel,
    /// One row for each community.
    Community,
}

/// Which contacts are counted.
#[derive(InputObject, Default)]
pub struct ContactCountsInput {
    /// Rows by these; one row for everything when empty.
    #[graphql(default)]
    group_by: Vec<ContactGroup>,
    /// Only of this community.
    community_id: Option<ID>,
    /// First month, as `2026-01`.
    from_month: Option<String>,
    /// Last month, as `2026-12`.
    to_month: Option<String>,
}

/// How many contacts there were (来电来访统计).
#[derive(SimpleObject)]
pub struct ContactFigures {
    /// The month, when grouped by it, as `2026-01`.
    pub month: Option<String>,
    /// The kind, when grouped by it.
    pub kind: Option<ContactKind>,
    /// The channel, when grouped by it.
    pub channel: Option<Channel>,
    /// The community, when grouped by it.
    pub community_id: Option<ID>,
    /// The community's name.
    pub community_name: Option<String>,
    /// All contacts.
    pub contact_count: i32,
    /// Of which were answered in words.
    pub answered_count: i32,
    /// Of which became tickets of their own.
    pub ticket_count: i32,
    /// Of which joined a ticket that was there.
    pub joined_count: i32,
}

impl From<ContactCountRow> for ContactFigures {
    fn from(row: ContactCountRow) -> Self {
        let count = |number: i64| i32::try_from(number).unwrap_or(i32::MAX);
        Self {
            month: row.month.map(|month| format!("{:04}-{:02}", month / 100, month % 100)),
            kind: row.kind.map(Into::into),
            channel: row.channel.map(Into::into),
            community_id: row.community_id.map(wire_id),
            community_name: row.community_name,
            contact_count: count(row.contacts),
            answered_count: count(row.answered),
            ticket_count: count(row.ticketed),
            joined_count: count(row.joined),
        }
    }
}

/// Figures of contacts.
#[derive(Default)]
pub struct ContactReportQuery;

#[Object]
impl ContactReportQuery {
    /// How many contacts there were, by month, kind, channel and community, where the viewer may see figures.
    async fn contact_counts(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which contacts, and what the rows stand for.")] input: Option<ContactCountsInput>,
    ) -> Result<Vec<ContactFigures>> {
        let request = request(context);
        let input = input.unwrap_or_default();
        let grouping = ContactGrouping {
            month: input.group_by.contains(&ContactGroup::Month),
            kind: input.group_by.contains(&ContactGroup::Kind),
            channel: input.group_by.contains(&ContactGroup::Channel),
            community: input.group_by.contains(&ContactGroup::Community),
        };
        let period = ContactPeriod {
            community_id: parse_optional_id(input.community_id.as_ref(), "communityId")?,
            from_month: month(input.from_month.as_deref(), "fromMonth")?,
            to_month: month(input.to_month.as_deref(), "toMonth")?,
        };
        let rows = service::contact_counts(&request.app, request.viewer()?, grouping, period).await?;
        Ok(rows.into_iter().map(Into::into).collect())
    }
}
