//! Table `outbox`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};
use uuid::Uuid;

use crate::values::{OrganizationId, OutboxId, StaffId};

/// What is to be told to others, written in the transaction that causes it; `change_seq` comes from the relay.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "outbox")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OutboxId,
    pub org_id: OrganizationId,
    pub topic: String,
    pub object_kind: String,
    pub object_id: Uuid,
    pub object_version: i32,
    pub payload: String,
    pub payload_version: i32,
    pub created_at: DateTime<Utc>,
    pub change_seq: Option<i64>,
    pub staff_id: Option<StaffId>,
    pub staff_before_id: Option<StaffId>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
