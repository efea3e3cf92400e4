//! Table `residency_request`.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{
    AccountId, CommunityId, OrganizationId, ResidencyId, ResidencyRequestId, ResidencyRequestState, ResidencyRole,
    StaffId, UnitId,
};

/// Somebody asks to be bound to a unit, because the register does not know the person yet.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "residency_request")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ResidencyRequestId,
    pub org_id: OrganizationId,
    pub community_id: CommunityId,
    /// Missing until somebody has found the unit that is meant.
    pub unit_id: Option<UnitId>,
    pub account_id: AccountId,
    pub role: ResidencyRole,
    /// As the person wrote it.
    pub building_name: String,
    /// As the person wrote it.
    pub unit_number: String,
    pub name: String,
    pub company_name: Option<String>,
    pub id_last4: Option<String>,
    pub starts_on: Option<NaiveDate>,
    /// The last day.
    pub ends_on: Option<NaiveDate>,
    pub state: ResidencyRequestState,
    /// The number of its last event.
    pub version: i32,
    /// Why it was refused.
    pub reason: Option<String>,
    pub decided_by: Option<StaffId>,
    pub decided_at: Option<DateTime<Utc>>,
    pub residency_id: Option<ResidencyId>,
    pub created_at: DateTime<Utc>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
