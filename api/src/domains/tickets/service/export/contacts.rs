//! Lists of contacts as files.

use async_trait::async_trait;

use super::super::super::model::labels;
use super::super::super::repo::{self, ContactCursor, ContactFilter, ContactList, ContactRow};
use super::super::contact::scope;
use super::{said, zone};
use crate::domains::identity::{Right, Scope, Viewer, mask_name, mask_phone};
use crate::error::{Error, Locale};
use crate::infra::export::{Cell, Column, Eyes, Head, Rows, cells, heads, pick};
use crate::state::App;

type ContactColumn = Column<ContactRow, Viewer>;

const COLUMNS: &[ContactColumn] = &[
    Column {
        key: "createdAt",
        title: ("时间", "Time"),
        width: 20,
        cell: |row, _| Cell::moment(Some(row.contact.created_at), zone(&row.time_zone)),
    },
    Column {
        key: "communityName",
        title: ("小区", "Community"),
        width: 18,
        cell: |row, _| Cell::Text(row.community_name.clone()),
    },
    Column {
        key: "building",
        title: ("楼栋", "Building"),
        width: 10,
        cell: |row, _| Cell::text(row.building_name.as_deref()),
    },
    Column { key: "unit", title: ("房屋", "Unit"), width: 10, cell: |row, _| Cell::text(row.unit_number.as_deref()) },
    Column {
        key: "kind",
        title: ("类型", "Kind"),
        width: 12,
        cell: |row, eyes| said(eyes, labels::contact_kind(row.contact.kind)),
    },
    Column {
        key: "channel",
        title: ("渠道", "Channel"),
        width: 10,
        cell: |row, eyes| said(eyes, labels::channel(row.contact.channel)),
    },
    Column {
        key: "state",
        title: ("状态", "State"),
        width: 10,
        cell: |row, eyes| said(eyes, labels::contact_state(row.contact.state)),
    },
    Column {
        key: "words", title: ("内容", "Words"), width: 40, cell: |row, _| Cell::Text(row.contact.words.clone())
    },
    Column { key: "callerName", title: ("来电人", "Caller"), width: 12, cell: name },
    Column { key: "callerPhone", title: ("来电号码", "Phone"), width: 16, cell: phone },
    Column {
        key: "firstContactName",
        title: ("首问负责人", "First contact"),
        width: 12,
        cell: |row, _| Cell::text(row.first_contact_name.as_deref()),
    },
    Column {
        key: "answer",
        title: ("答复", "Answer"),
        width: 30,
        cell: |row, _| Cell::text(row.contact.answer.as_deref()),
    },
    Column {
        key: "answeredByName",
        title: ("答复人", "Answered by"),
        width: 12,
        cell: |row, _| Cell::text(row.answered_by_name.as_deref()),
    },
    Column {
        key: "answeredAt",
        title: ("答复时间", "Answered"),
        width: 20,
        cell: |row, _| Cell::moment(row.contact.answered_at, zone(&row.time_zone)),
    },
    Column {
        key: "ticketNumber",
        title: ("工单号", "Ticket"),
        width: 16,
        cell: |row, _| Cell::text(row.ticket_number.as_deref()),
    },
    Column {
        key: "ticketState",
        title: ("工单状态", "Ticket state"),
        width: 12,
        cell: |row, eyes| row.ticket_state.map_or(Cell::Empty, |state| said(eyes, labels::state(state))),
    },
    Column {
        key: "joined",
        title: ("合并来电", "Joined"),
        width: 10,
        cell: |row, eyes| said(eyes, labels::yes(row.contact.joined_at.is_some())),
    },
    Column {
        key: "callbackDueAt",
        title: ("回访时限", "Callback due"),
        width: 20,
        cell: |row, _| Cell::moment(row.callback_due_at, zone(&row.time_zone)),
    },
];

fn name(row: &ContactRow, eyes: &Eyes<Viewer>) -> Cell {
    let (name, staff) = (row.contact.caller_name.as_deref(), eyes.viewer.staff());
    let sees = staff.is_some_and(|staff| staff.may(Right::ContactRead, row.contact.community_id));
    if sees { Cell::text(name) } else { Cell::text(name.map(mask_name).as_deref()) }
}

fn phone(row: &ContactRow, eyes: &Eyes<Viewer>) -> Cell {
    let phone = row.contact.caller_phone.as_deref();
    let staff = eyes.viewer.staff();
    if staff.is_some_and(|staff| staff.may(Right::ContactRead, row.contact.community_id)) {
        Cell::text(phone)
    } else {
        Cell::text(phone.map(mask_phone).as_deref())
    }
}

/// The columns of lists of contacts.
pub fn contact_heads(locale: Locale) -> Vec<Head> {
    heads(COLUMNS, locale)
}

struct ContactRows {
    app: App,
    eyes: Eyes<Viewer>,
    scope: Scope,
    list: ContactList,
    filter: ContactFilter,
    columns: Vec<&'static ContactColumn>,
    after: Option<ContactCursor>,
}

/// A list of contacts as its reader sees it; refused as the list itself is.
pub fn contact_rows(
    app: &App,
    eyes: Eyes<Viewer>,
    list: ContactList,
    filter: ContactFilter,
    columns: &[String],
) -> Result<Box<dyn Rows>, Error> {
    let scope = scope(&eyes.viewer, list, app.clock.now())?;
    let columns = pick(COLUMNS, columns)?;
    Ok(Box::new(ContactRows { app: app.clone(), eyes, scope, list, filter, columns, after: None }))
}

#[async_trait]
impl Rows for ContactRows {
    fn heads(&self) -> Vec<Head> {
        heads(self.columns.iter().copied(), self.eyes.locale)
    }

    fn rights(&self) -> String {
        let phones = self.eyes.viewer.staff().map(|staff| staff.scope(Right::ContactRead).ok());
        format!("{:?} {phones:?}", self.scope)
    }

    async fn total(&self) -> Result<i64, Error> {
        Ok(repo::count_contacts(self.app.db.read(), &self.scope, self.list, &self.filter).await?)
    }

    async fn next(&mut self, limit: u64) -> Result<Vec<Vec<Cell>>, Error> {
        let after = self.after.as_ref();
        let rows = repo::list_contacts(self.app.db.read(), &self.scope, self.list, &self.filter, after, limit).await?;
        if let Some(last) = rows.last() {
            self.after = Some(self.list.cursor(last));
        }
        Ok(cells(&rows, &self.columns, &self.eyes))
    }
}
