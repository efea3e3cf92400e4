//! Enumerations of the office as the schema describes them.

use async_graphql::Enum;

/// A list that a filter can be kept for and that can be written into a file.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::ListKind")]
pub enum ListKind {
    /// Every ticket (`tickets`).
    Tickets,
    /// What a technician has to do (`myDay`, 我的工单).
    MyDay,
    /// What a technician may claim (`ticketPool`, 抢单池).
    TicketPool,
    /// What waits for a dispatcher (`ticketsToDispatch`, 待派单).
    TicketsToDispatch,
    /// What waits for its callback (`callbacksDue`, 待回访).
    CallbacksDue,
    /// What is late now (`ticketsOverdue`, 超时).
    TicketsOverdue,
    /// What people came to the company with (`contacts`, 来电来访).
    Contacts,
    /// Contacts that wait for their callback (`contactCallbacksDue`).
    ContactCallbacksDue,
    /// How many contacts there were (`contactCounts`, 来电来访统计).
    ContactCounts,
    /// How much work ended in time (`ticketOnTimeReport`, 及时率).
    OnTimeReport,
    /// Units (`units`, 房屋).
    Units,
    /// Who works here (`staff`, 员工).
    Staff,
    /// What was billed and collected (`collectionReport`, 收费报表).
    CollectionReport,
    /// Who owes what was due (`arrears`, 欠费).
    Arrears,
}

/// Where an export stands.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::ExportState")]
pub enum ExportState {
    /// Nobody has begun.
    Waiting,
    /// It is being written.
    Running,
    /// The file can be downloaded.
    Done,
    /// There will be no file; `error` says why.
    Failed,
    /// The file is gone.
    Expired,
}

/// How personal data left the house.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::DisclosureKind")]
pub enum DisclosureKind {
    /// A work order was opened for printing (打印工单).
    WorkOrder,
    /// A list was written into a file (导出).
    Export,
    /// The file was downloaded (下载).
    ExportDownload,
    /// Something masked was shown in full, for a reason (查看隐私).
    Reveal,
}
