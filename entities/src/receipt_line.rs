//! Table `receipt_line`.

use chrono::NaiveDate;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{ChargeId, Money, OrganizationId, ReceiptId};

/// What a receipt was given for, as it stood then.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "receipt_line")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub receipt_id: ReceiptId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    pub org_id: OrganizationId,
    pub charge_id: Option<ChargeId>,
    pub name_zh: String,
    pub name_en: String,
    pub place: Option<String>,
    pub from_day: Option<NaiveDate>,
    pub to_day: Option<NaiveDate>,
    pub amount: Money,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
