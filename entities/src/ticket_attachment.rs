//! Table `ticket_attachment`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{AccountId, AttachmentId, AttachmentRole, OrganizationId, StaffId, TicketId, UploadId};

/// A photo, voice or signature on a ticket.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "ticket_attachment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AttachmentId,
    pub org_id: OrganizationId,
    pub ticket_id: TicketId,
    pub upload_id: UploadId,
    pub role: AttachmentRole,
    /// Which round of work it belongs to, from 0.
    pub round: i32,
    pub account_id: AccountId,
    pub staff_id: Option<StaffId>,
    pub created_at: DateTime<Utc>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
