//! Any list as its reader sees it: the same scope, the same filter and the same order as on the screen.

use entities::values::ListKind;

use super::super::error::OfficeError;
use super::clerk;
use super::filter::ListFilter;
use crate::domains::billing::{arrears_heads, arrears_rows, collection_heads, collection_rows};
use crate::domains::estate::{unit_heads, unit_rows};
use crate::domains::identity::{Viewer, staff_heads, staff_rows};
use crate::domains::tickets::{
    ContactList, WorkList, contact_count_heads, contact_count_rows, contact_heads, contact_rows, on_time_heads,
    on_time_rows, ticket_heads, ticket_rows,
};
use crate::error::{Error, Locale};
use crate::infra::export::{Eyes, Head, Rows};
use crate::state::App;

/// The rows of a list for one reader; refused as the list itself is, and to whom the office is closed.
pub async fn open(
    app: &App,
    eyes: Eyes<Viewer>,
    list: ListKind,
    filter: ListFilter,
    columns: &[String],
) -> Result<Box<dyn Rows>, Error> {
    let staff = clerk(&eyes.viewer)?.staff_id;
    let work = match list {
        ListKind::Tickets => Some(WorkList::All),
        ListKind::MyDay => Some(WorkList::Day(staff)),
        ListKind::TicketPool => Some(WorkList::Pool(Vec::new())),
        ListKind::TicketsToDispatch => Some(WorkList::ToDispatch),
        ListKind::CallbacksDue => Some(WorkList::CallbacksDue),
        ListKind::TicketsOverdue => Some(WorkList::Overdue(app.clock.now())),
        _ => None,
    };
    match (work, list, filter) {
        (Some(work), _, ListFilter::Tickets(filter)) => ticket_rows(app, eyes, work, filter, columns).await,
        (None, ListKind::Contacts, ListFilter::Contacts(filter)) => {
            contact_rows(app, eyes, ContactList::All, filter, columns)
        }
        (None, ListKind::ContactCallbacksDue, ListFilter::Contacts(filter)) => {
            contact_rows(app, eyes, ContactList::CallbacksDue, filter, columns)
        }
        (None, ListKind::ContactCounts, ListFilter::ContactCounts(grouping, period)) => {
            contact_count_rows(app, eyes, (grouping, period), columns)
        }
        (None, ListKind::OnTimeReport, ListFilter::OnTime(grouping, filter)) => {
            on_time_rows(app, eyes, (grouping, filter), columns)
        }
        (None, ListKind::Units, ListFilter::Units(filter)) => unit_rows(app, eyes, filter, columns),
        (None, ListKind::Staff, ListFilter::Staff(filter)) => staff_rows(app, eyes, filter, columns),
        (None, ListKind::CollectionReport, ListFilter::Collection(by, filter)) => {
            collection_rows(app, eyes, (by, filter), columns)
        }
        (None, ListKind::Arrears, ListFilter::Arrears(filter)) => arrears_rows(app, eyes, filter, columns),
        _ => Err(OfficeError::OtherList.into()),
    }
}

/// The columns that a list can have in a file.
pub fn heads(list: ListKind, locale: Locale) -> Vec<Head> {
    match list {
        ListKind::Tickets
        | ListKind::MyDay
        | ListKind::TicketPool
        | ListKind::TicketsToDispatch
        | ListKind::CallbacksDue
        | ListKind::TicketsOverdue => ticket_heads(locale),
        ListKind::Contacts | ListKind::ContactCallbacksDue => contact_heads(locale),
        ListKind::ContactCounts => contact_count_heads(locale),
        ListKind::OnTimeReport => on_time_heads(locale),
        ListKind::Units => unit_heads(locale),
        ListKind::Staff => staff_heads(locale),
        ListKind::CollectionReport => collection_heads(locale),
        ListKind::Arrears => arrears_heads(locale),
    }
}

/// What a list is called: the name of its sheet.
pub const fn title(list: ListKind) -> (&'static str, &'static str) {
    match list {
        ListKind::Tickets => ("工单", "Tickets"),
        ListKind::MyDay => ("我的工单", "My day"),
        ListKind::TicketPool => ("抢单池", "Pool"),
        ListKind::TicketsToDispatch => ("待派单", "To dispatch"),
        ListKind::CallbacksDue => ("待回访", "Callbacks due"),
        ListKind::TicketsOverdue => ("超时工单", "Overdue"),
        ListKind::Contacts => ("来电来访", "Contacts"),
        ListKind::ContactCallbacksDue => ("来电待回访", "Contact callbacks due"),
        ListKind::ContactCounts => ("来电来访统计", "Contact counts"),
        ListKind::OnTimeReport => ("及时率", "On time"),
        ListKind::Units => ("房屋", "Units"),
        ListKind::Staff => ("员工", "Staff"),
        ListKind::CollectionReport => ("收费报表", "Collection"),
        ListKind::Arrears => ("欠费", "Arrears"),
    }
}
