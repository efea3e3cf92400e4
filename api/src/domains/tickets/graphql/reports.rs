//! Figures of tickets.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use rust_decimal::Decimal as Number;

use crate::domains::tickets::service::{self, Grouping, OnTimeRow, ReportFilter};
use crate::error::{Code, Error, Refusal};
use crate::graphql::id::{parse_optional_id, wire_id};
use crate::graphql::request;
use crate::graphql::scalars::Decimal;

/// What the rows of a report stand for.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
pub enum ReportGroup {
    /// One row for each community.
    Community,
    /// One row for each category.
    Category,
    /// One row for each month of submission, where the community is.
    Month,
}

/// Which tickets the on-time report counts.
#[derive(InputObject, SimpleObject, Clone, Default)]
#[graphql(name = "OnTimeReportFilter", input_name = "OnTimeReportInput")]
pub struct OnTimeReportInput {
    /// Rows by these; one row for everything when empty.
    #[graphql(default)]
    group_by: Vec<ReportGroup>,
    /// Only of this community.
    community_id: Option<ID>,
    /// Only of this category.
    category_id: Option<ID>,
    /// First month of submission, as `2026-01`.
    from_month: Option<String>,
    /// Last month of submission, as `2026-12`.
    to_month: Option<String>,
}

impl OnTimeReportInput {
    /// What the rows stand for, and which tickets they count.
    pub fn read(self) -> Result<(Grouping, ReportFilter), Error> {
        let grouping = Grouping {
            community: self.group_by.contains(&ReportGroup::Community),
            category: self.group_by.contains(&ReportGroup::Category),
            month: self.group_by.contains(&ReportGroup::Month),
        };
        let filter = ReportFilter {
            community_id: parse_optional_id(self.community_id.as_ref(), "communityId")?,
            category_id: parse_optional_id(self.category_id.as_ref(), "categoryId")?,
            from_month: month(self.from_month.as_deref(), "fromMonth")?,
            to_month: month(self.to_month.as_deref(), "toMonth")?,
        };
        Ok((grouping, filter))
    }
}

impl From<(Grouping, ReportFilter)> for OnTimeReportInput {
    fn from((grouping, filter): (Grouping, ReportFilter)) -> Self {
        let groups = [
            (grouping.community, ReportGroup::Community),
            (grouping.category, ReportGroup::Category),
            (grouping.month, ReportGroup::Month),
        ];
        Self {
            group_by: groups.into_iter().filter(|(on, _)| *on).map(|(_, group)| group).collect(),
            community_id: filter.community_id.map(wire_id),
            category_id: filter.category_id.map(wire_id),
            from_month: filter.from_month.map(month_text),
            to_month: filter.to_month.map(month_text),
        }
    }
}

/// How much work ended before its completion deadline (及时率).
#[derive(SimpleObject)]
pub struct OnTimeFigures {
    /// The community, when grouped by it.
    pub community_id: Option<ID>,
    /// The community's name.
    pub community_name: Option<String>,
    /// The category, when grouped by it.
    pub category_id: Option<ID>,
    /// The category's Chinese name.
    pub category_name_zh: Option<String>,
    /// The category's English name.
    pub category_name_en: Option<String>,
    /// The month of submission, when grouped by it, as `2026-01`.
    pub month: Option<String>,
    /// All tickets, also those that were cancelled or have no deadline.
    pub ticket_count: i32,
    /// Finished in time in every round.
    pub in_time_count: i32,
    /// Finished too late in some round.
    pub late_count: i32,
    /// Not finished, and past the deadline.
    pub overdue_count: i32,
    /// In time ÷ (in time + late + overdue), to four decimals; null when nothing was due yet.
    pub on_time_share: Option<Decimal>,
}

impl From<OnTimeRow> for OnTimeFigures {
    fn from(row: OnTimeRow) -> Self {
        let count = |number: i64| i32::try_from(number).unwrap_or(i32::MAX);
        let share = row.on_time_share().map(|share| Decimal(Number::new(share, 4).normalize()));
        Self {
            community_id: row.community_id.map(wire_id),
            community_name: row.community_name,
            category_id: row.category_id.map(wire_id),
            category_name_zh: row.category_name_zh,
            category_name_en: row.category_name_en,
            month: row.month.map(month_text),
            ticket_count: count(row.tickets),
            in_time_count: count(row.in_time),
            late_count: count(row.late),
            overdue_count: count(row.overdue),
            on_time_share: share,
        }
    }
}

/// Reads `2026-01` as 202601.
pub fn month(text: Option<&str>, field: &'static str) -> Result<Option<i32>, Error> {
    let Some(text) = text else { return Ok(None) };
    let read = || {
        let (year, month) = text.split_once('-')?;
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let digits = year.len() == 4 && month.len() == 2 && all_digits(year) && all_digits(month);
        let (year, month): (i32, i32) = (year.parse().ok()?, month.parse().ok()?);
        (digits && (1..=12).contains(&month) && year >= 0).then_some(year * 100 + month)
    };
    read().map(Some).ok_or_else(|| Refusal::at(Code::InvalidValue, field).into())
}

/// Writes 202601 as `2026-01`.
pub fn month_text(month: i32) -> String {
    format!("{:04}-{:02}", month / 100, month % 100)
}

/// Figures of tickets.
#[derive(Default)]
pub struct ReportQuery;

#[Object]
impl ReportQuery {
    /// How much work ended in time, by community, category and month, where the viewer may see figures.
    async fn ticket_on_time_report(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which tickets, and what the rows stand for.")] input: Option<OnTimeReportInput>,
    ) -> Result<Vec<OnTimeFigures>> {
        let request = request(context);
        let (grouping, filter) = input.unwrap_or_default().read()?;
        let rows = service::on_time(&request.app, request.viewer()?, grouping, &filter).await?;
        Ok(rows.into_iter().map(Into::into).collect())
    }
}
