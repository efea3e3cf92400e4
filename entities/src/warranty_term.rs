//! Table `warranty_term`.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{
    CategoryId, CommunityId, LiableParty, OrganizationId, WarrantyLength, WarrantyPart, WarrantyTermId,
};

/// How long a category's work is under warranty, and who is liable; counts from `effective_on` until the next one.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "warranty_term")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: WarrantyTermId,
    pub org_id: OrganizationId,
    pub community_id: Option<CommunityId>,
    pub category_id: CategoryId,
    pub part: WarrantyPart,
    /// In `length_unit`; 0 is no warranty.
    pub length: i32,
    pub length_unit: WarrantyLength,
    pub liable_within: LiableParty,
    pub liable_after: LiableParty,
    pub basis: String,
    pub effective_on: NaiveDate,
    pub created_at: DateTime<Utc>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
