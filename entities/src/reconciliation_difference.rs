//! Table `reconciliation_difference`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{
    BillRowKind, CommunityId, DifferenceId, DifferenceKind, DifferenceState, Money, OrganizationId, PaymentId,
    ReconciliationId, RefundId, StaffId, SuspenseItemId,
};

/// Something in which a gateway's bill and Linli differ (差异).
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "reconciliation_difference")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DifferenceId,
    pub org_id: OrganizationId,
    pub community_id: CommunityId,
    pub reconciliation_id: ReconciliationId,
    pub row_kind: BillRowKind,
    pub kind: DifferenceKind,
    pub state: DifferenceState,
    pub number: String,
    pub order_number: Option<String>,
    pub payment_id: Option<PaymentId>,
    pub refund_id: Option<RefundId>,
    pub suspense_item_id: Option<SuspenseItemId>,
    pub there: Option<Money>,
    pub here: Option<Money>,
    pub happened_at: DateTime<Utc>,
    pub words: Option<String>,
    pub resolved_by: Option<StaffId>,
    pub resolved_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
