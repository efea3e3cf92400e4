//! Table `history_event`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};
use uuid::Uuid;

use crate::values::{AccountId, EventId, OrganizationId, StaffId};

/// One entry of an object's append-only history, chained to the one before by hash.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "history_event")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: EventId,
    pub org_id: OrganizationId,
    pub object_kind: String,
    pub object_id: Uuid,
    pub seq: i32,
    pub kind: String,
    pub from_state: Option<String>,
    pub to_state: Option<String>,
    pub account_id: Option<AccountId>,
    pub staff_id: Option<StaffId>,
    pub payload_version: i32,
    pub payload: Option<String>,
    pub payload_salt: Option<Vec<u8>>,
    pub payload_digest: Vec<u8>,
    pub prev_hash: Vec<u8>,
    pub hash: Vec<u8>,
    pub occurred_at: DateTime<Utc>,
    pub recorded_at: DateTime<Utc>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
