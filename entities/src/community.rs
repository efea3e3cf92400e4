//! Table `community`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{CommunityId, OrganizationId, Rate};

/// An estate that an organization manages.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "community")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CommunityId,
    pub org_id: OrganizationId,
    pub name: String,
    pub address: String,
    pub time_zone: String,
    pub currency: String,
    pub building_type: Option<String>,
    pub developer: Option<String>,
    pub fee_rate_low: Option<Rate>,
    pub fee_rate_high: Option<Rate>,
    pub stated_buildings: Option<i32>,
    pub stated_households: Option<i32>,
    pub service_opens_minute: i32,
    pub service_closes_minute: i32,
    /// Weekdays with service, a bit each: 1 is Monday, 64 is Sunday.
    pub service_weekdays: i32,
    pub callback_tries: i32,
    pub reopen_days: i32,
    pub created_at: DateTime<Utc>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
