//! Table `unit_payer`.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{FeeItemId, OrganizationId, PayerId, UnitId, UnitPayerId};

/// Who pays a unit's fees from when to when; for one item, or for all that name nobody.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "unit_payer")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: UnitPayerId,
    pub org_id: OrganizationId,
    pub unit_id: UnitId,
    pub payer_id: PayerId,
    pub fee_item_id: Option<FeeItemId>,
    pub started_on: NaiveDate,
    pub ended_on: Option<NaiveDate>,
    pub created_at: DateTime<Utc>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
