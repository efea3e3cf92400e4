//! Table `bill`.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{BillId, CommunityId, OrganizationId, PayerId, UnitId};

/// The lines of a payer for a unit and a billing day (账单).
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "bill")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: BillId,
    pub org_id: OrganizationId,
    pub community_id: CommunityId,
    pub unit_id: Option<UnitId>,
    pub payer_id: PayerId,
    pub number: String,
    pub billed_on: NaiveDate,
    pub due_on: NaiveDate,
    pub created_at: DateTime<Utc>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
