//! Table `billing_run`.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{AccountId, BillingRunId, BillingRunState, CommunityId, Money, OrganizationId, StaffId, UnitId};

/// A run that posts what a community charges on a billing day, in chunks of units by their id.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "billing_run")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: BillingRunId,
    pub org_id: OrganizationId,
    pub community_id: CommunityId,
    pub billed_on: NaiveDate,
    pub number: i32,
    pub state: BillingRunState,
    pub last_unit_id: Option<UnitId>,
    pub unit_count: i32,
    pub done_count: i32,
    pub charge_count: i32,
    pub credit_count: i32,
    pub bill_count: i32,
    pub problem_count: i32,
    pub charged: Money,
    pub credited: Money,
    pub digest: Vec<u8>,
    pub leased_until: Option<DateTime<Utc>>,
    pub attempt: i32,
    pub account_id: AccountId,
    pub staff_id: StaffId,
    pub started_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
