//! Table `reconciliation`.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{CommunityId, MerchantId, Money, OrganizationId, ReconciliationId, ReconciliationState, StaffId};

/// The comparison of a merchant's day (对账).
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "reconciliation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ReconciliationId,
    pub org_id: OrganizationId,
    pub community_id: CommunityId,
    pub merchant_id: MerchantId,
    pub day: NaiveDate,
    pub state: ReconciliationState,
    pub no_bill: bool,
    pub attempt: i32,
    pub next_at: Option<DateTime<Utc>>,
    pub payment_count: i32,
    pub payment_sum: Money,
    pub refund_count: i32,
    pub refund_sum: Money,
    pub fee_sum: i64,
    pub own_payment_count: i32,
    pub own_payment_sum: Money,
    pub own_refund_count: i32,
    pub own_refund_sum: Money,
    pub matched_count: i32,
    pub difference_count: i32,
    pub staff_id: Option<StaffId>,
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
