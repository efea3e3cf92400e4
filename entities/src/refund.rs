//! Table `refund`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{
    ChargeId, CommunityId, DeskMethod, FeeItemId, JournalId, MerchantId, Money, OrganizationId, PayerId, PaymentId,
    RefundId, RefundState, StaffId, SuspenseItemId, UnitId,
};

/// Money that goes back (退款), and where it was taken from.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "refund")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RefundId,
    pub org_id: OrganizationId,
    pub community_id: CommunityId,
    pub payment_id: Option<PaymentId>,
    pub suspense_item_id: Option<SuspenseItemId>,
    pub charge_id: Option<ChargeId>,
    pub merchant_id: Option<MerchantId>,
    pub order_number: Option<String>,
    pub state: RefundState,
    pub amount: Money,
    pub kept: Money,
    pub from_charges: Money,
    pub from_prepaid: Money,
    pub from_suspense: Money,
    pub from_deposit: Money,
    pub took_allocated: Money,
    pub took_prepaid: Money,
    pub took_suspense: Money,
    pub prepaid_payer_id: Option<PayerId>,
    pub prepaid_unit_id: Option<UnitId>,
    pub prepaid_fee_item_id: Option<FeeItemId>,
    pub reason: String,
    pub evidence: Option<String>,
    pub second_person: bool,
    pub staff_id: StaffId,
    pub decided_by: Option<StaffId>,
    pub decided_at: Option<DateTime<Utc>>,
    pub voucher: Option<String>,
    pub desk_method: Option<DeskMethod>,
    pub gateway_number: Option<String>,
    pub failed_code: Option<String>,
    pub journal_id: Option<JournalId>,
    pub undone_journal_id: Option<JournalId>,
    pub check_at: Option<DateTime<Utc>>,
    pub checks: i32,
    pub sent_at: Option<DateTime<Utc>>,
    pub settled_at: Option<DateTime<Utc>>,
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
