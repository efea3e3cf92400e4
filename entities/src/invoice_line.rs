//! Table `invoice_line`.

use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{ChargeId, InvoiceRequestId, Money, OrganizationId};

/// What of a charge stands on an invoice.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "invoice_line")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub invoice_id: InvoiceRequestId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub charge_id: ChargeId,
    pub org_id: OrganizationId,
    pub position: i32,
    pub amount: Money,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
