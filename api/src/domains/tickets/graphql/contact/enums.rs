//! Enumerations of contacts as the schema describes them.

use async_graphql::Enum;

/// What somebody came to the company with (来电来访类型).
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::ContactKind")]
pub enum ContactKind {
    /// A question (咨询).
    Enquiry,
    /// A suggestion (建议).
    Suggestion,
    /// A complaint (投诉).
    Complaint,
    /// Something broken in public parts (公共维修).
    PublicRepair,
    /// Something broken inside a home (居家维修).
    HomeRepair,
    /// Another service (其它服务).
    OtherService,
    /// Praise (表扬).
    Praise,
    /// Anything else.
    Other,
}

/// Where a contact stands.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::ContactState")]
pub enum ContactState {
    /// Nobody has seen to it.
    Open,
    /// Answered in words.
    Answered,
    /// It became a ticket, or joined one.
    Ticketed,
}
