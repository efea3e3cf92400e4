//! Table `invoice_request`.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{
    AccountId, CommunityId, InvoiceKind, InvoiceRequestId, InvoiceState, Money, OrganizationId, PayerId, PaymentId,
    StaffId,
};

/// An invoice that was asked for (发票申请), and what became of it.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "invoice_request")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: InvoiceRequestId,
    pub org_id: OrganizationId,
    pub community_id: CommunityId,
    pub payer_id: PayerId,
    pub payment_id: Option<PaymentId>,
    pub account_id: Option<AccountId>,
    pub staff_id: Option<StaffId>,
    pub kind: InvoiceKind,
    pub title: Option<String>,
    pub tax_number: Option<String>,
    pub email: Option<String>,
    pub amount: Money,
    pub state: InvoiceState,
    pub reason: Option<String>,
    pub number: Option<String>,
    pub issued_on: Option<NaiveDate>,
    pub decided_by: Option<StaffId>,
    pub decided_at: Option<DateTime<Utc>>,
    pub red_number: Option<String>,
    pub red_reason: Option<String>,
    pub reversed_by: Option<StaffId>,
    pub reversed_at: Option<DateTime<Utc>>,
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
