//! Table `calendar_day`.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{CalendarDayId, CommunityId, OrganizationId};

/// A day on which a community, or a whole organization, is closed or keeps other hours than usual.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "calendar_day")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CalendarDayId,
    pub org_id: OrganizationId,
    pub community_id: Option<CommunityId>,
    pub day: NaiveDate,
    pub name: String,
    pub opens_minute: Option<i32>,
    pub closes_minute: Option<i32>,
    pub created_at: DateTime<Utc>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
