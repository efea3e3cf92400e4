//! Table `unit`.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{Area, BuildingId, CommunityId, OrganizationId, UnitId, UnitUsage};

/// A flat, shop, office, parking space or storage room.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "unit")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: UnitId,
    pub org_id: OrganizationId,
    pub community_id: CommunityId,
    pub building_id: BuildingId,
    pub number: String,
    pub floor: Option<i32>,
    pub area: Option<Area>,
    pub usage: UnitUsage,
    pub delivered_on: Option<NaiveDate>,
    pub created_at: DateTime<Utc>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
