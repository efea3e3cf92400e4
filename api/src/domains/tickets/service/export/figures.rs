//! Figures as files: a report is one page, however it is grouped.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::super::super::model::labels;
use super::super::super::repo::{
    self, ContactCountRow, ContactGrouping, ContactPeriod, Grouping, OnTimeRow, ReportFilter,
};
use super::{month, said};
use crate::domains::identity::{Right, Scope, Viewer};
use crate::error::{Error, Locale};
use crate::infra::export::{Cell, Column, Eyes, Head, Rows, cells, heads, pick};
use crate::state::App;

const ON_TIME: &[Column<OnTimeRow, Viewer>] = &[
    Column {
        key: "communityName",
        title: ("小区", "Community"),
        width: 18,
        cell: |row, _| Cell::text(row.community_name.as_deref()),
    },
    Column {
        key: "category",
        title: ("类别", "Category"),
        width: 14,
        cell: |row, eyes| {
            Cell::text(match eyes.locale {
                Locale::Chinese => row.category_name_zh.as_deref(),
                Locale::English => row.category_name_en.as_deref(),
            })
        },
    },
    Column { key: "month", title: ("月份", "Month"), width: 10, cell: |row, _| month(row.month) },
    Column { key: "ticketCount", title: ("工单数", "Tickets"), width: 10, cell: |row, _| Cell::Whole(row.tickets) },
    Column { key: "inTimeCount", title: ("及时", "In time"), width: 10, cell: |row, _| Cell::Whole(row.in_time) },
    Column { key: "lateCount", title: ("超时完工", "Late"), width: 10, cell: |row, _| Cell::Whole(row.late) },
    Column {
        key: "overdueCount",
        title: ("超时未完工", "Overdue"),
        width: 12,
        cell: |row, _| Cell::Whole(row.overdue),
    },
    Column {
        key: "onTimeShare",
        title: ("及时率", "On time"),
        width: 10,
        cell: |row, _| row.on_time_share().map_or(Cell::Empty, |share| Cell::Scaled(share, 4)),
    },
];

const COUNTS: &[Column<ContactCountRow, Viewer>] = &[
    Column { key: "month", title: ("月份", "Month"), width: 10, cell: |row, _| month(row.month) },
    Column {
        key: "kind",
        title: ("类型", "Kind"),
        width: 12,
        cell: |row, eyes| row.kind.map_or(Cell::Empty, |kind| said(eyes, labels::contact_kind(kind))),
    },
    Column {
        key: "channel",
        title: ("渠道", "Channel"),
        width: 10,
        cell: |row, eyes| row.channel.map_or(Cell::Empty, |channel| said(eyes, labels::channel(channel))),
    },
    Column {
        key: "communityName",
        title: ("小区", "Community"),
        width: 18,
        cell: |row, _| Cell::text(row.community_name.as_deref()),
    },
    Column {
        key: "contactCount",
        title: ("来电来访", "Contacts"),
        width: 10,
        cell: |row, _| Cell::Whole(row.contacts),
    },
    Column {
        key: "answeredCount", title: ("已答复", "Answered"), width: 10, cell: |row, _| Cell::Whole(row.answered)
    },
    Column { key: "ticketCount", title: ("转工单", "Tickets"), width: 10, cell: |row, _| Cell::Whole(row.ticketed) },
    Column { key: "joinedCount", title: ("合并", "Joined"), width: 10, cell: |row, _| Cell::Whole(row.joined) },
];

/// The columns of the on-time report.
pub fn on_time_heads(locale: Locale) -> Vec<Head> {
    heads(ON_TIME, locale)
}

/// The columns of the figures of contacts.
pub fn contact_count_heads(locale: Locale) -> Vec<Head> {
    heads(COUNTS, locale)
}

enum Report {
    OnTime(Grouping, ReportFilter, DateTime<Utc>, Vec<&'static Column<OnTimeRow, Viewer>>),
    Contacts(ContactGrouping, ContactPeriod, Vec<&'static Column<ContactCountRow, Viewer>>),
}

struct Figures {
    app: App,
    eyes: Eyes<Viewer>,
    scope: Scope,
    report: Report,
    read: bool,
}

impl Figures {
    fn open(app: &App, eyes: Eyes<Viewer>, report: Report) -> Result<Box<dyn Rows>, Error> {
        let scope = eyes.viewer.scope(Right::ReportRead, app.clock.now())?;
        Ok(Box::new(Self { app: app.clone(), eyes, scope, report, read: false }))
    }

    async fn all(&self) -> Result<Vec<Vec<Cell>>, Error> {
        let (connection, eyes) = (self.app.db.read(), &self.eyes);
        Ok(match &self.report {
            Report::OnTime(grouping, filter, now, columns) => {
                let rows = repo::on_time(connection, &self.scope, *grouping, filter, *now).await?;
                cells(&rows, columns, eyes)
            }
            Report::Contacts(grouping, period, columns) => {
                let rows = repo::count_contacts_by(connection, &self.scope, *grouping, *period).await?;
                cells(&rows, columns, eyes)
            }
        })
    }
}

/// The on-time report as its reader sees it.
pub fn on_time_rows(
    app: &App,
    eyes: Eyes<Viewer>,
    (grouping, filter): (Grouping, ReportFilter),
    columns: &[String],
) -> Result<Box<dyn Rows>, Error> {
    let report = Report::OnTime(grouping, filter, app.clock.now(), pick(ON_TIME, columns)?);
    Figures::open(app, eyes, report)
}

/// The figures of contacts as their reader sees them.
pub fn contact_count_rows(
    app: &App,
    eyes: Eyes<Viewer>,
    (grouping, period): (ContactGrouping, ContactPeriod),
    columns: &[String],
) -> Result<Box<dyn Rows>, Error> {
    let report = Report::Contacts(grouping, period, pick(COUNTS, columns)?);
    Figures::open(app, eyes, report)
}

#[async_trait]
impl Rows for Figures {
    fn heads(&self) -> Vec<Head> {
        let locale = self.eyes.locale;
        match &self.report {
            Report::OnTime(.., columns) => heads(columns.iter().copied(), locale),
            Report::Contacts(.., columns) => heads(columns.iter().copied(), locale),
        }
    }

    fn rights(&self) -> String {
        format!("{:?}", self.scope)
    }

    async fn total(&self) -> Result<i64, Error> {
        Ok(i64::try_from(self.all().await?.len()).unwrap_or(i64::MAX))
    }

    async fn next(&mut self, _limit: u64) -> Result<Vec<Vec<Cell>>, Error> {
        if std::mem::replace(&mut self.read, true) { Ok(Vec::new()) } else { self.all().await }
    }
}
