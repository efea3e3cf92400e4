//! Table `credit_note`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{AccountId, BillingRunId, ChargeId, CreditNoteId, Money, OrganizationId};

/// A correction downwards (红冲).
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "credit_note")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CreditNoteId,
    pub org_id: OrganizationId,
    pub charge_id: ChargeId,
    pub revision: i32,
    pub amount: Money,
    pub to_prepaid: Money,
    pub reason: String,
    pub run_id: Option<BillingRunId>,
    pub account_id: Option<AccountId>,
    pub created_at: DateTime<Utc>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
