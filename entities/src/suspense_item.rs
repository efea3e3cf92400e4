//! Table `suspense_item`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{
    CommunityId, JournalId, MerchantId, Money, OrganizationId, PaymentId, StaffId, SuspenseItemId, SuspenseReason,
    SuspenseState,
};

/// Money that came in and that nobody could place (暂收款).
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "suspense_item")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SuspenseItemId,
    pub org_id: OrganizationId,
    pub community_id: CommunityId,
    pub merchant_id: Option<MerchantId>,
    pub payment_id: Option<PaymentId>,
    pub gateway_number: Option<String>,
    pub order_number: Option<String>,
    pub reason: SuspenseReason,
    pub amount: Money,
    pub state: SuspenseState,
    pub resolution: Option<String>,
    pub words: Option<String>,
    pub journal_id: JournalId,
    pub resolved_journal_id: Option<JournalId>,
    pub resolved_by: Option<StaffId>,
    pub resolved_at: Option<DateTime<Utc>>,
    pub arrived_at: DateTime<Utc>,
    pub created_at: DateTime<Utc>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
