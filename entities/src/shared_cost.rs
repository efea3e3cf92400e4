//! Table `shared_cost`.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{CommunityId, FeeItemId, Money, OrganizationId, SharedCostId, SharingBasis, StaffId};

/// A cost of the community that its units share (公摊).
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "shared_cost")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SharedCostId,
    pub org_id: OrganizationId,
    pub community_id: CommunityId,
    pub fee_item_id: FeeItemId,
    pub period_start: NaiveDate,
    pub period_end: NaiveDate,
    pub amount: Money,
    pub basis: SharingBasis,
    pub staff_id: StaffId,
    pub created_at: DateTime<Utc>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
