//! Table `unit_vacancy`.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{OrganizationId, StaffId, UnitId, UnitVacancyId};

/// When a unit stands vacant.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "unit_vacancy")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: UnitVacancyId,
    pub org_id: OrganizationId,
    pub unit_id: UnitId,
    pub started_on: NaiveDate,
    pub ended_on: Option<NaiveDate>,
    pub staff_id: StaffId,
    pub created_at: DateTime<Utc>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
