//! Table `price_item`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{CategoryId, CommunityId, Money, OrganizationId, PriceItemId, PriceKind};

/// A piece of labour or material with its price: a range, or priced on site. `changed_seq` is the place of its latest change in the order of the organization's reference data.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "price_item")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PriceItemId,
    pub org_id: OrganizationId,
    pub community_id: Option<CommunityId>,
    pub code: String,
    pub name_zh: String,
    pub name_en: String,
    pub kind: PriceKind,
    pub category_id: Option<CategoryId>,
    pub unit: String,
    pub currency: String,
    pub low_fen: Option<Money>,
    pub high_fen: Option<Money>,
    pub on_site: bool,
    pub active: bool,
    pub version: i32,
    pub changed_seq: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
