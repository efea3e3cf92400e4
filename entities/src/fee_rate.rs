//! Table `fee_rate`.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{FeeItemId, FeeRateId, OrganizationId, Rate};

/// A rate of a fee item for a usage of units, or for `ALL`, from a day on.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "fee_rate")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: FeeRateId,
    pub org_id: OrganizationId,
    pub fee_item_id: FeeItemId,
    pub usage: String,
    pub effective_on: NaiveDate,
    pub rate: Rate,
    pub created_at: DateTime<Utc>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
