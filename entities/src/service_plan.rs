//! Table `service_plan`.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{
    AccountId, CategoryId, CommunityId, Money, OrganizationId, ResidencyId, ServiceCadence, ServicePlanId,
    ServicePlanState, StaffId, SuspendReason, UnitId,
};

/// A recurring service of a unit. `version` is the number of its last history event.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "service_plan")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ServicePlanId,
    pub org_id: OrganizationId,
    pub community_id: CommunityId,
    pub unit_id: UnitId,
    pub category_id: CategoryId,
    /// Whose residency it ends with.
    pub residency_id: Option<ResidencyId>,
    pub words: String,
    pub cadence: ServiceCadence,
    /// Every how many weeks or months.
    pub every: i32,
    /// 1 is Monday.
    pub weekday: Option<i32>,
    pub month_day: Option<i32>,
    /// Minutes after local midnight.
    pub slot_from: i32,
    pub slot_to: i32,
    pub first_on: NaiveDate,
    pub last_on: Option<NaiveDate>,
    pub times: Option<i32>,
    pub contact_name: Option<String>,
    pub contact_phone: Option<String>,
    pub access_note: Option<String>,
    pub price_words: Option<String>,
    /// What each date costs, as it was agreed.
    pub fee_fen: Option<Money>,
    pub maker_account_id: Option<AccountId>,
    pub maker_staff_id: Option<StaffId>,
    pub state: ServicePlanState,
    pub suspend_reason: Option<SuspendReason>,
    /// The next date of which nothing was made yet, while the plan is active.
    pub next_on: Option<NaiveDate>,
    pub version: i32,
    pub created_at: DateTime<Utc>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
