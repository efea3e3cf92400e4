//! Table `fee_discount`.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{ApprovalState, FeeDiscountId, FeeItemId, OrganizationId, StaffId, UnitId};

/// A discount of a unit on an item, in 1/10,000.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "fee_discount")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: FeeDiscountId,
    pub org_id: OrganizationId,
    pub fee_item_id: FeeItemId,
    pub unit_id: UnitId,
    pub share: i64,
    pub started_on: NaiveDate,
    pub ended_on: Option<NaiveDate>,
    pub reason: String,
    pub state: ApprovalState,
    pub staff_id: StaffId,
    pub decided_by: Option<StaffId>,
    pub decided_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
