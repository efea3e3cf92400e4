//! Table `allocation`.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};
use uuid::Uuid;

use crate::values::{AllocationId, AllocationKind, ChargeId, JournalId, Money, OrganizationId};

/// What changed what is paid of a charge.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "allocation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AllocationId,
    pub org_id: OrganizationId,
    pub charge_id: ChargeId,
    pub kind: AllocationKind,
    pub amount: Money,
    pub source_id: Option<Uuid>,
    pub journal_id: JournalId,
    pub on_day: NaiveDate,
    pub created_at: DateTime<Utc>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
