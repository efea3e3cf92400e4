//! Table `contractor_trade`.

use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{ContractorId, OrganizationId, Trade};

/// A trade that a contractor has.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "contractor_trade")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub contractor_id: ContractorId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub trade: Trade,
    pub org_id: OrganizationId,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
