//! Table `bill_row`.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{BillRowId, BillRowKind, MerchantId, Money, OrganizationId, PaymentId, RefundId};

/// A row of a gateway's bill of a day.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "bill_row")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: BillRowId,
    pub org_id: OrganizationId,
    pub merchant_id: MerchantId,
    pub day: NaiveDate,
    pub kind: BillRowKind,
    pub number: String,
    pub gateway_number: String,
    pub order_number: String,
    pub order_id: Option<PaymentId>,
    pub refund_number: Option<String>,
    pub refund_id: Option<RefundId>,
    pub amount: Money,
    pub fee: i64,
    pub state: String,
    pub happened_at: DateTime<Utc>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
