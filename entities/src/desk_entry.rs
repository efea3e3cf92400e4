//! Table `desk_entry`.

use crate::values::{
    CommunityId, DeskEntryId, DeskMethod, Money, OrganizationId, PaymentId, RefundId, ShiftId, StaffId,
};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// What went over the desk: more than 0 was taken, less than 0 was given back.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "desk_entry")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DeskEntryId,
    pub org_id: OrganizationId,
    pub community_id: CommunityId,
    pub shift_id: ShiftId,
    pub staff_id: StaffId,
    pub payment_id: Option<PaymentId>,
    pub refund_id: Option<RefundId>,
    pub method: DeskMethod,
    pub amount: Money,
    pub voucher: Option<String>,
    pub on_day: NaiveDate,
    pub created_at: DateTime<Utc>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
