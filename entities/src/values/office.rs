//! Enumerations of the office: lists, exports, disclosures.

use crate::text_enum;

text_enum! {
    /// A list of the API that a filter can be kept for and that can be written into a file.
    pub enum ListKind {
        /// Every ticket.
        Tickets = "TICKETS",
        /// What a technician has to do.
        MyDay = "MY_DAY",
        /// What a technician may claim.
        TicketPool = "TICKET_POOL",
        /// What waits for a dispatcher.
        TicketsToDispatch = "TICKETS_TO_DISPATCH",
        /// What waits for its callback.
        CallbacksDue = "CALLBACKS_DUE",
        /// What is late.
        TicketsOverdue = "TICKETS_OVERDUE",
        /// What people came to the company with.
        Contacts = "CONTACTS",
        /// Contacts that wait for their callback.
        ContactCallbacksDue = "CONTACT_CALLBACKS_DUE",
        /// Figures of contacts.
        ContactCounts = "CONTACT_COUNTS",
        /// Figures of work that ended in time.
        OnTimeReport = "ON_TIME_REPORT",
        /// Units.
        Units = "UNITS",
        /// Who works here.
        Staff = "STAFF",
        /// What was billed and collected.
        CollectionReport = "COLLECTION_REPORT",
        /// Who owes what was due.
        Arrears = "ARREARS",
    }
}

text_enum! {
    /// Where an export stands.
    pub enum ExportState {
        /// No worker has taken it.
        Waiting = "WAITING",
        /// A worker is at it.
        Running = "RUNNING",
        /// The file is there.
        Done = "DONE",
        /// It was refused or failed for good.
        Failed = "FAILED",
        /// Its file is gone.
        Expired = "EXPIRED",
    }
}

text_enum! {
    /// How personal data left the house.
    pub enum DisclosureKind {
        /// A work order was opened for printing.
        WorkOrder = "WORK_ORDER",
        /// A list was written into a file.
        Export = "EXPORT",
        /// The file was downloaded.
        ExportDownload = "EXPORT_DOWNLOAD",
        /// Something masked was shown in full, for a reason.
        Reveal = "REVEAL",
    }
}

text_enum! {
    /// What can be shown in full to whoever gives a reason.
    pub enum PersonalField {
        /// A phone number.
        Phone = "PHONE",
        /// A name.
        Name = "NAME",
    }
}

text_enum! {
    /// What a person did with the data that is about them.
    pub enum OwnDataKind {
        /// Asked for it as a file.
        Requested = "REQUESTED",
        /// Opened the file.
        Downloaded = "DOWNLOADED",
        /// Had the account erased.
        Erased = "ERASED",
    }
}
