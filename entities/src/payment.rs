//! Table `payment`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{
    AccountId, CommunityId, FeeItemId, JournalId, MerchantId, Money, OrganizationId, PayerId, PaymentChannel,
    PaymentClosedReason, PaymentId, PaymentMethod, PaymentState, StaffId, UnitId,
};

/// Money that somebody pays (缴费), and where it is now.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "payment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PaymentId,
    pub org_id: OrganizationId,
    pub community_id: CommunityId,
    pub method: PaymentMethod,
    pub merchant_id: Option<MerchantId>,
    pub channel: Option<PaymentChannel>,
    pub state: PaymentState,
    pub closed_reason: Option<PaymentClosedReason>,
    pub payer_id: Option<PayerId>,
    pub unit_id: Option<UnitId>,
    pub fee_item_id: Option<FeeItemId>,
    pub account_id: Option<AccountId>,
    pub staff_id: Option<StaffId>,
    pub payer_name: Option<String>,
    pub voucher: Option<String>,
    pub amount: Money,
    pub received: Money,
    pub allocated: Money,
    pub prepaid: Money,
    pub suspense: Money,
    pub refunded: Money,
    pub gateway_number: Option<String>,
    pub journal_id: Option<JournalId>,
    pub expires_at: Option<DateTime<Utc>>,
    pub check_at: Option<DateTime<Utc>>,
    pub checks: i32,
    pub paid_at: Option<DateTime<Utc>>,
    pub settled_at: Option<DateTime<Utc>>,
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
