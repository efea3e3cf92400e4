//! Table `residency`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{AccountId, OrganizationId, ResidencyId, ResidencyRole, ReviewState, UnitId};

/// A person's tie to a unit, as the household register has it; bound to an account once that person has signed in.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "residency")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ResidencyId,
    pub org_id: OrganizationId,
    pub unit_id: UnitId,
    pub account_id: Option<AccountId>,
    pub role: ResidencyRole,
    pub name: String,
    pub phone: Option<String>,
    pub id_last4: Option<String>,
    pub review_state: ReviewState,
    pub started_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
