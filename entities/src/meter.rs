//! Table `meter`.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{FeeItemId, MeterId, OrganizationId, UnitId};

/// A meter of a unit. `multiplier` counts 1/1,000.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "meter")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MeterId,
    pub org_id: OrganizationId,
    pub unit_id: UnitId,
    pub fee_item_id: FeeItemId,
    pub serial: String,
    pub digits: i32,
    pub multiplier: i64,
    pub installed_on: NaiveDate,
    pub removed_on: Option<NaiveDate>,
    pub created_at: DateTime<Utc>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
