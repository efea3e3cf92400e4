//! Table `billing_problem`.

use chrono::NaiveDate;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{BillingRunId, FeeItemId, UnitId};

/// What a run could not bill, and why.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "billing_problem")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub run_id: BillingRunId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub unit_id: UnitId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub fee_item_id: FeeItemId,
    pub code: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub from_day: NaiveDate,
    pub to_day: NaiveDate,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
