//! Table `meter_reading`.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{AccountId, MeterId, MeterReadingId, OrganizationId, ReadingKind, StaffId};

/// A reading of a meter, in 1/1,000 of its unit.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "meter_reading")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MeterReadingId,
    pub org_id: OrganizationId,
    pub meter_id: MeterId,
    pub read_on: NaiveDate,
    pub value: i64,
    pub kind: ReadingKind,
    pub estimated: bool,
    pub reason: Option<String>,
    pub account_id: Option<AccountId>,
    pub staff_id: Option<StaffId>,
    pub voided_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
