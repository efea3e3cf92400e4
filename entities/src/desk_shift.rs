//! Table `desk_shift`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{CommunityId, Money, OrganizationId, ShiftId, ShiftState, StaffId};

/// A clerk's time at a community's desk (班次), and what it came to.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "desk_shift")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ShiftId,
    pub org_id: OrganizationId,
    pub community_id: CommunityId,
    pub staff_id: StaffId,
    pub state: ShiftState,
    pub opening_float: Money,
    pub entry_count: i32,
    pub expected: Option<Money>,
    pub counted: Option<Money>,
    pub reason: Option<String>,
    pub version: i32,
    pub opened_at: DateTime<Utc>,
    pub closed_at: Option<DateTime<Utc>>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
