//! Table `billing_problem`.

use chrono::NaiveDate;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{BillingProblemCode, BillingProblemId, BillingRunId, FeeItemId, OrganizationId, UnitId};

/// What a run could not bill, and why.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "billing_problem")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: BillingProblemId,
    pub org_id: OrganizationId,
    pub run_id: BillingRunId,
    pub unit_id: Option<UnitId>,
    pub fee_item_id: FeeItemId,
    pub code: BillingProblemCode,
    pub from_day: NaiveDate,
    pub to_day: NaiveDate,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
