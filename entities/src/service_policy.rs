//! Table `service_policy`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{CategoryId, ClockBasis, CommunityId, OrganizationId, ServicePolicyId, Urgency};

/// Deadlines in minutes for an organization, or for one community, category or both; the closest match counts.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "service_policy")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ServicePolicyId,
    pub org_id: OrganizationId,
    pub community_id: Option<CommunityId>,
    pub category_id: Option<CategoryId>,
    pub urgency: Urgency,
    pub respond_minutes: Option<i32>,
    pub arrive_minutes: Option<i32>,
    pub complete_minutes: Option<i32>,
    pub callback_minutes: i32,
    pub respond_basis: ClockBasis,
    pub arrive_basis: ClockBasis,
    pub complete_basis: ClockBasis,
    pub callback_basis: ClockBasis,
    pub created_at: DateTime<Utc>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
