//! Table `payer`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{AccountId, OrganizationId, PayerId, ResidencyId};

/// Whoever owes (应收对象): a person or a company.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "payer")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PayerId,
    pub org_id: OrganizationId,
    pub account_id: Option<AccountId>,
    pub residency_id: Option<ResidencyId>,
    pub name: String,
    pub phone: Option<String>,
    pub is_company: bool,
    pub created_at: DateTime<Utc>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
