//! Table `staff_member`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{AccountId, ContractorId, DutyState, OrganizationId, StaffId};

/// A member of an organization's staff, or of a contractor of it.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "staff_member")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: StaffId,
    pub org_id: OrganizationId,
    pub account_id: AccountId,
    pub name: String,
    pub duty_state: DutyState,
    pub duty_changed_at: DateTime<Utc>,
    pub created_at: DateTime<Utc>,
    pub left_at: Option<DateTime<Utc>>,
    pub contractor_id: Option<ContractorId>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
