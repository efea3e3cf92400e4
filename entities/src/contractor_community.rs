//! Table `contractor_community`.

use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{CommunityId, ContractorId, OrganizationId};

/// A community that a contractor works in.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "contractor_community")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub contractor_id: ContractorId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub community_id: CommunityId,
    pub org_id: OrganizationId,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
