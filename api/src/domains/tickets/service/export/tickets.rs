//! Work lists as files.

use async_trait::async_trait;

use super::super::super::model::labels;
use super::super::super::repo::{self, TicketCard, TicketCursor, TicketFilter, WorkList};
use super::super::browse::{completed, scope, sees_contact};
use super::{said, zone};
use crate::domains::identity::{Right, Scope, Viewer, mask_name, mask_phone};
use crate::error::{Error, Locale};
use crate::infra::export::{Cell, Column, Eyes, Head, Rows, cells, heads, pick};
use crate::state::App;

type TicketColumn = Column<TicketCard, Viewer>;

const COLUMNS: &[TicketColumn] = &[
    Column {
        key: "number",
        title: ("工单号", "Number"),
        width: 16,
        cell: |row, _| Cell::Text(row.ticket.number.clone()),
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
        key: "place",
        title: ("位置", "Place"),
        width: 18,
        cell: |row, _| Cell::text(row.ticket.place.as_deref()),
    },
    Column {
        key: "kind",
        title: ("类型", "Kind"),
        width: 12,
        cell: |row, eyes| said(eyes, labels::kind(row.ticket.kind)),
    },
    Column {
        key: "category",
        title: ("类别", "Category"),
        width: 14,
        cell: |row, eyes| {
            let name = match eyes.locale {
                Locale::Chinese => &row.category_name_zh,
                Locale::English => &row.category_name_en,
            };
            Cell::Text(name.clone())
        },
    },
    Column {
        key: "urgency",
        title: ("紧急程度", "Urgency"),
        width: 10,
        cell: |row, eyes| said(eyes, labels::urgency(row.ticket.urgency)),
    },
    Column {
        key: "state",
        title: ("状态", "State"),
        width: 12,
        cell: |row, eyes| said(eyes, labels::state(row.ticket.state)),
    },
    Column {
        key: "pauseReason",
        title: ("挂起原因", "Pause reason"),
        width: 14,
        cell: |row, eyes| row.ticket.pause_reason.map_or(Cell::Empty, |reason| said(eyes, labels::pause(reason))),
    },
    Column {
        key: "description",
        title: ("描述", "Description"),
        width: 40,
        cell: |row, _| Cell::Text(row.ticket.description.clone()),
    },
    Column { key: "contactName", title: ("联系人", "Contact"), width: 12, cell: name },
    Column { key: "contactPhone", title: ("联系电话", "Phone"), width: 16, cell: phone },
    Column {
        key: "accessNote",
        title: ("进门方式", "Access"),
        width: 20,
        cell: |row, _| Cell::text(row.ticket.access_note.as_deref()),
    },
    Column {
        key: "slotStart",
        title: ("预约开始", "Slot from"),
        width: 20,
        cell: |row, _| Cell::moment(row.ticket.slot_start, zone(&row.time_zone)),
    },
    Column {
        key: "slotEnd",
        title: ("预约结束", "Slot to"),
        width: 20,
        cell: |row, _| Cell::moment(row.ticket.slot_end, zone(&row.time_zone)),
    },
    Column {
        key: "payer",
        title: ("付费方", "Payer"),
        width: 10,
        cell: |row, eyes| said(eyes, labels::payer(row.ticket.payer)),
    },
    Column {
        key: "channel",
        title: ("渠道", "Channel"),
        width: 10,
        cell: |row, eyes| said(eyes, labels::channel(row.ticket.channel)),
    },
    Column {
        key: "firstContactName",
        title: ("首问负责人", "First contact"),
        width: 12,
        cell: |row, _| Cell::text(row.first_contact_name.as_deref()),
    },
    Column {
        key: "assigneeName",
        title: ("维修人", "Assignee"),
        width: 12,
        cell: |row, _| Cell::text(row.assignee_name.as_deref()),
    },
    Column {
        key: "submittedAt",
        title: ("提交时间", "Submitted"),
        width: 20,
        cell: |row, _| Cell::moment(Some(row.ticket.submitted_at), zone(&row.time_zone)),
    },
    Column {
        key: "respondedAt",
        title: ("响应时间", "Responded"),
        width: 20,
        cell: |row, _| Cell::moment(row.ticket.responded_at, zone(&row.time_zone)),
    },
    Column {
        key: "arrivedAt",
        title: ("到场时间", "Arrived"),
        width: 20,
        cell: |row, _| Cell::moment(row.ticket.arrived_at, zone(&row.time_zone)),
    },
    Column {
        key: "completedAt",
        title: ("完工时间", "Completed"),
        width: 20,
        cell: |row, _| Cell::moment(row.ticket.completed_at, zone(&row.time_zone)),
    },
    Column {
        key: "closedAt",
        title: ("关闭时间", "Closed"),
        width: 20,
        cell: |row, _| Cell::moment(row.ticket.closed_at, zone(&row.time_zone)),
    },
    Column {
        key: "cancelledAt",
        title: ("取消时间", "Cancelled"),
        width: 20,
        cell: |row, _| Cell::moment(row.ticket.cancelled_at, zone(&row.time_zone)),
    },
    Column {
        key: "nextDueAt",
        title: ("当前时限", "Due"),
        width: 20,
        cell: |row, _| Cell::moment(row.ticket.next_due_at, zone(&row.time_zone)),
    },
    Column {
        key: "outcome",
        title: ("处理结果", "Outcome"),
        width: 12,
        cell: |row, eyes| row.ticket.outcome.map_or(Cell::Empty, |outcome| said(eyes, labels::outcome(outcome))),
    },
    Column {
        key: "outcomeWords",
        title: ("处理说明", "Outcome in words"),
        width: 30,
        cell: |row, _| Cell::text(row.ticket.outcome_words.as_deref()),
    },
    Column {
        key: "reworkCount",
        title: ("返修次数", "Reworks"),
        width: 10,
        cell: |row, _| Cell::Whole(row.ticket.rework_count.into()),
    },
    Column {
        key: "urgeCount",
        title: ("催单次数", "Urged"),
        width: 10,
        cell: |row, _| Cell::Whole(row.ticket.urge_count.into()),
    },
    Column {
        key: "externalRef",
        title: ("外部编号", "External number"),
        width: 16,
        cell: |row, _| Cell::text(row.ticket.external_ref.as_deref()),
    },
];

fn name(row: &TicketCard, eyes: &Eyes<Viewer>) -> Cell {
    let name = row.ticket.contact_name.as_deref();
    if sees_contact(&eyes.viewer, &row.ticket) { Cell::text(name) } else { Cell::text(name.map(mask_name).as_deref()) }
}

fn phone(row: &TicketCard, eyes: &Eyes<Viewer>) -> Cell {
    let phone = row.ticket.contact_phone.as_deref();
    if sees_contact(&eyes.viewer, &row.ticket) {
        Cell::text(phone)
    } else {
        Cell::text(phone.map(mask_phone).as_deref())
    }
}

/// The columns of work lists.
pub fn ticket_heads(locale: Locale) -> Vec<Head> {
    heads(COLUMNS, locale)
}

struct TicketRows {
    app: App,
    eyes: Eyes<Viewer>,
    scope: Scope,
    list: WorkList,
    filter: TicketFilter,
    columns: Vec<&'static TicketColumn>,
    after: Option<TicketCursor>,
}

/// A work list as its reader sees it; refused as the list itself is.
pub async fn ticket_rows(
    app: &App,
    eyes: Eyes<Viewer>,
    list: WorkList,
    filter: TicketFilter,
    columns: &[String],
) -> Result<Box<dyn Rows>, Error> {
    let scope = scope(app, &eyes.viewer, &list)?;
    let list = completed(app, &eyes.viewer, list).await?;
    let columns = pick(COLUMNS, columns)?;
    Ok(Box::new(TicketRows { app: app.clone(), eyes, scope, list, filter, columns, after: None }))
}

#[async_trait]
impl Rows for TicketRows {
    fn heads(&self) -> Vec<Head> {
        heads(self.columns.iter().copied(), self.eyes.locale)
    }

    fn rights(&self) -> String {
        let phones = self.eyes.viewer.staff().map(|staff| staff.scope(Right::ContactRead).ok());
        let trades = match &self.list {
            WorkList::Pool(trades) => trades.as_slice(),
            _ => &[],
        };
        format!("{:?} {phones:?} {trades:?}", self.scope)
    }

    async fn total(&self) -> Result<i64, Error> {
        Ok(repo::count_cards(self.app.db.read(), &self.scope, &self.list, &self.filter).await?)
    }

    async fn next(&mut self, limit: u64) -> Result<Vec<Vec<Cell>>, Error> {
        let after = self.after.as_ref();
        let cards = repo::list_cards(self.app.db.read(), &self.scope, &self.list, &self.filter, after, limit).await?;
        if let Some(last) = cards.last() {
            self.after = Some(self.list.cursor(last));
        }
        Ok(cells(&cards, &self.columns, &self.eyes))
    }
}
