//! Table `contact`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{
    AccountId, CallbackResult, Channel, CommunityId, ContactId, ContactKind, ContactState, OrganizationId, StaffId,
    TicketId, UnitId,
};

/// One thing that somebody said to the company, by any channel.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "contact")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ContactId,
    pub org_id: OrganizationId,
    pub community_id: CommunityId,
    pub unit_id: Option<UnitId>,
    pub kind: ContactKind,
    pub channel: Channel,
    pub state: ContactState,
    pub version: i32,
    pub words: String,
    pub caller_name: Option<String>,
    pub caller_phone: Option<String>,
    pub requester_id: Option<AccountId>,
    pub first_contact_id: Option<StaffId>,
    pub ticket_id: Option<TicketId>,
    pub joined_at: Option<DateTime<Utc>>,
    pub answer: Option<String>,
    pub answered_at: Option<DateTime<Utc>>,
    pub answered_by: Option<StaffId>,
    pub callback_wanted: bool,
    pub callback_round: i32,
    pub callback_tries: i32,
    pub callback_result: Option<CallbackResult>,
    pub created_at: DateTime<Utc>,
    pub created_month: i32,
    pub updated_at: DateTime<Utc>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
