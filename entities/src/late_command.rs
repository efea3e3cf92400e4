//! Table `late_command`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{AccountId, LateCommandId, OrganizationId, StaffId, TicketId};

/// A command that a phone gave without a signal and that was refused when it arrived; a dispatcher sees to it.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "late_command")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: LateCommandId,
    pub org_id: OrganizationId,
    pub ticket_id: Option<TicketId>,
    pub staff_id: StaffId,
    pub account_id: AccountId,
    pub mutation: String,
    pub key: String,
    pub payload: String,
    pub code: String,
    pub occurred_at: Option<DateTime<Utc>>,
    pub received_at: DateTime<Utc>,
    pub resolved_at: Option<DateTime<Utc>>,
    pub resolved_by: Option<StaffId>,
    pub resolution: Option<String>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
