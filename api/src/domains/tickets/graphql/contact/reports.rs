//! Figures of contacts.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};

use super::enums::ContactKind;
use crate::domains::tickets::graphql::enums::Channel;
use crate::domains::tickets::graphql::reports::{month, month_text};
use crate::domains::tickets::service::{self, ContactCountRow, ContactGrouping, ContactPeriod};
use crate::error::Error;
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
#[derive(InputObject, SimpleObject, Clone, Default)]
#[graphql(name = "ContactCountsFilter", input_name = "ContactCountsInput")]
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

impl ContactCountsInput {
    /// What the rows stand for, and which contacts they count.
    pub fn read(self) -> Result<(ContactGrouping, ContactPeriod), Error> {
        let grouping = ContactGrouping {
            month: self.group_by.contains(&ContactGroup::Month),
            kind: self.group_by.contains(&ContactGroup::Kind),
            channel: self.group_by.contains(&ContactGroup::Channel),
            community: self.group_by.contains(&ContactGroup::Community),
        };
        let period = ContactPeriod {
            community_id: parse_optional_id(self.community_id.as_ref(), "communityId")?,
            from_month: month(self.from_month.as_deref(), "fromMonth")?,
            to_month: month(self.to_month.as_deref(), "toMonth")?,
        };
        Ok((grouping, period))
    }
}

impl From<(ContactGrouping, ContactPeriod)> for ContactCountsInput {
    fn from((grouping, period): (ContactGrouping, ContactPeriod)) -> Self {
        let groups = [
            (grouping.month, ContactGroup::Month),
            (grouping.kind, ContactGroup::Kind),
            (grouping.channel, ContactGroup::Channel),
            (grouping.community, ContactGroup::Community),
        ];
        Self {
            group_by: groups.into_iter().filter(|(on, _)| *on).map(|(_, group)| group).collect(),
            community_id: period.community_id.map(wire_id),
            from_month: period.from_month.map(month_text),
            to_month: period.to_month.map(month_text),
        }
    }
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
            month: row.month.map(month_text),
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
        let (grouping, period) = input.unwrap_or_default().read()?;
        let rows = service::contact_counts(&request.app, request.viewer()?, grouping, period).await?;
        Ok(rows.into_iter().map(Into::into).collect())
    }
}
