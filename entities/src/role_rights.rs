//! Table `role_rights`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{OrganizationId, Role, RoleRightsId, StaffId};

/// What an organization changed of a role's rights; without a row the role is as the program has it.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "role_rights")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RoleRightsId,
    pub org_id: OrganizationId,
    pub role: Role,
    pub granted: String,
    pub withdrawn: String,
    pub version: i32,
    pub changed_at: DateTime<Utc>,
    pub changed_by: StaffId,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
