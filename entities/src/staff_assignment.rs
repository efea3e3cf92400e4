//! Table `staff_assignment`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{CommunityId, OrganizationId, Role, StaffAssignmentId, StaffId};

/// A role of a staff member in one community, or in all when none is named.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "staff_assignment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: StaffAssignmentId,
    pub org_id: OrganizationId,
    pub staff_id: StaffId,
    pub role: Role,
    pub community_id: Option<CommunityId>,
    pub created_at: DateTime<Utc>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
