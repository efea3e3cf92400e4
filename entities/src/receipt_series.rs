//! Table `receipt_series`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{CommunityId, OrganizationId, ReceiptSeriesId, ReceiptSeriesKind};

/// What a community's receipts are numbered by.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "receipt_series")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ReceiptSeriesId,
    pub org_id: OrganizationId,
    pub community_id: CommunityId,
    pub kind: ReceiptSeriesKind,
    pub code: String,
    pub name: String,
    pub books: bool,
    pub active: bool,
    pub last_number: i64,
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
