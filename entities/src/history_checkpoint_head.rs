//! Table `history_checkpoint_head`.

use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};
use uuid::Uuid;

/// The last event of one object that a checkpoint covers; `first_seq` is the first that no checkpoint had covered before.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "history_checkpoint_head")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub checkpoint_seq: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub event_id: Uuid,
    pub object_kind: String,
    pub object_id: Uuid,
    pub first_seq: i32,
    pub seq: i32,
    pub hash: Vec<u8>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
