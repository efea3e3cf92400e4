//! Table `ledger_entry`.

use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{
    ChargeId, FeeItemId, JournalId, LedgerAccount, LedgerEntryId, Money, OrganizationId, PayerId, UnitId,
};

/// One line of a journal (分录): a debit is positive, a credit negative.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "ledger_entry")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: LedgerEntryId,
    pub org_id: OrganizationId,
    pub journal_id: JournalId,
    pub account: LedgerAccount,
    pub amount: Money,
    pub payer_id: Option<PayerId>,
    pub unit_id: Option<UnitId>,
    pub fee_item_id: Option<FeeItemId>,
    pub charge_id: Option<ChargeId>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
