//! Table `charge`.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{
    BillId, BillingRunId, ChargeId, ChargeSource, CommunityId, FeeItemId, Money, OrganizationId, PayerId, Quantity,
    Rate, TicketId, UnitId,
};

/// One line of what is owed (应收): due is `amount - credited - waived`, open is due less `paid`; all in the minor unit.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "charge")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ChargeId,
    pub org_id: OrganizationId,
    pub community_id: CommunityId,
    pub unit_id: Option<UnitId>,
    pub payer_id: PayerId,
    pub fee_item_id: FeeItemId,
    pub bill_id: BillId,
    pub source: ChargeSource,
    pub run_id: Option<BillingRunId>,
    pub ticket_id: Option<TicketId>,
    pub of_charge_id: Option<ChargeId>,
    pub period_start: NaiveDate,
    pub months: i32,
    pub segment_start: NaiveDate,
    pub segment_end: NaiveDate,
    pub revision: i32,
    pub quantity: Option<Quantity>,
    pub rate: Option<Rate>,
    pub share: i64,
    pub estimated: bool,
    pub words: Option<String>,
    pub amount: Money,
    pub credited: Money,
    pub waived: Money,
    pub paid: Money,
    pub due_on: NaiveDate,
    pub late_on: Option<NaiveDate>,
    pub created_at: DateTime<Utc>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
