//! Table `fee_item`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{CommunityId, FeeItemId, FeeKind, FeeRounding, FeeTiming, OrganizationId};

/// Something that is charged (收费项目). Shares count 1/10,000, the daily rate 1/1,000,000.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "fee_item")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: FeeItemId,
    pub org_id: OrganizationId,
    pub community_id: CommunityId,
    pub code: String,
    pub name_zh: String,
    pub name_en: String,
    pub kind: FeeKind,
    pub timing: FeeTiming,
    pub cycle_months: i32,
    pub rounding: FeeRounding,
    pub due_days: i32,
    pub in_parts: bool,
    pub vacant_share: i64,
    pub late_daily_rate: Option<i64>,
    pub late_grace_days: i32,
    pub late_cap: i64,
    pub active: bool,
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
