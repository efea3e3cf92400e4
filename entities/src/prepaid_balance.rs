//! Table `prepaid_balance`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{FeeItemId, Money, OrganizationId, PayerId, PrepaidBalanceId, UnitId};

/// What a payer has paid ahead for a unit, in general or for one item; the fold of its ledger entries.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "prepaid_balance")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PrepaidBalanceId,
    pub org_id: OrganizationId,
    pub payer_id: PayerId,
    pub unit_id: UnitId,
    pub fee_item_id: Option<FeeItemId>,
    pub amount: Money,
    pub updated_at: DateTime<Utc>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
