//! Enumerations of contacts.

use crate::text_enum;

text_enum! {
    /// What somebody came to the company with.
    pub enum ContactKind {
        /// A question (咨询).
        Enquiry = "ENQUIRY",
        /// A suggestion (建议).
        Suggestion = "SUGGESTION",
        /// A complaint (投诉).
        Complaint = "COMPLAINT",
        /// Something broken in public parts (公共维修).
        PublicRepair = "PUBLIC_REPAIR",
        /// Something broken inside a home (居家维修).
        HomeRepair = "HOME_REPAIR",
        /// Another service (其它服务).
        OtherService = "OTHER_SERVICE",
        /// Praise (表扬).
        Praise = "PRAISE",
        /// Anything else.
        Other = "OTHER",
    }
}

text_enum! {
    /// Where a contact stands.
    pub enum ContactState {
        /// Nobody has seen to it.
        Open = "OPEN",
        /// Answered in words.
        Answered = "ANSWERED",
        /// It became a ticket, or joined one.
        Ticketed = "TICKETED",
    }
}
