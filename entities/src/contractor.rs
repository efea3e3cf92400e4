//! Table `contractor`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{ContractorId, OrganizationId};

/// An outside company that an organization gives tickets to.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "contractor")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ContractorId,
    pub org_id: OrganizationId,
    pub name: String,
    pub phone: String,
    pub active: bool,
    pub version: i32,
    pub created_at: DateTime<Utc>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
