//! Table `ticket_notice`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{NoticeId, OrganizationId, StaffId, TicketId};

/// A ticket's public link for the lobby. The token itself is nowhere: it follows from the id and the master key.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "ticket_notice")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NoticeId,
    pub org_id: OrganizationId,
    pub ticket_id: TicketId,
    /// SHA-256 of the token.
    pub token_hash: Vec<u8>,
    /// What staff want residents to read.
    pub words: Option<String>,
    pub created_by: StaffId,
    pub created_at: DateTime<Utc>,
    pub revoked_by: Option<StaffId>,
    pub revoked_at: Option<DateTime<Utc>>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
