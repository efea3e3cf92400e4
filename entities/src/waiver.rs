//! Table `waiver`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{ApprovalState, ChargeId, CommunityId, JournalId, Money, OrganizationId, StaffId, WaiverId};

/// Something owed that is given up (减免).
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "waiver")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: WaiverId,
    pub org_id: OrganizationId,
    pub community_id: CommunityId,
    pub charge_id: ChargeId,
    pub amount: Money,
    pub reason: String,
    pub state: ApprovalState,
    pub staff_id: StaffId,
    pub decided_by: Option<StaffId>,
    pub decided_at: Option<DateTime<Utc>>,
    pub journal_id: Option<JournalId>,
    pub created_at: DateTime<Utc>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
