//! Table `receipt`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{
    CommunityId, Money, OrganizationId, PaymentId, ReceiptBookId, ReceiptId, ReceiptSeriesId, ReceiptState, StaffId,
};

/// A receipt (收据): its number stays, also when it is void.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "receipt")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ReceiptId,
    pub org_id: OrganizationId,
    pub community_id: CommunityId,
    pub series_id: ReceiptSeriesId,
    pub book_id: Option<ReceiptBookId>,
    pub number: i64,
    pub code: String,
    pub payment_id: PaymentId,
    pub payer_name: Option<String>,
    pub amount: Money,
    pub state: ReceiptState,
    pub replaces_id: Option<ReceiptId>,
    pub issued_by: Option<StaffId>,
    pub issued_at: DateTime<Utc>,
    pub void_reason: Option<String>,
    pub voided_by: Option<StaffId>,
    pub voided_at: Option<DateTime<Utc>>,
    pub version: i32,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
