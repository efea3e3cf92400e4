//! Table `ticket_category`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{CallbackClass, CategoryId, OrganizationId, Trade};

/// A kind of work that an organization's tickets are sorted by.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "ticket_category")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CategoryId,
    pub org_id: OrganizationId,
    pub code: String,
    pub name_zh: String,
    pub name_en: String,
    pub trade: Trade,
    pub callback_class: CallbackClass,
    pub active: bool,
    pub work_minutes: i32,
    pub changed_seq: i64,
    pub created_at: DateTime<Utc>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
