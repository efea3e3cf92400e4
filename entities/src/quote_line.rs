//! Table `quote_line`.

use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{Money, OrganizationId, PriceItemId, PriceKind, Quantity, QuoteId, QuoteLineId};

/// One line of a quote, with the price item's names as they were.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "quote_line")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: QuoteLineId,
    pub org_id: OrganizationId,
    pub quote_id: QuoteId,
    pub position: i32,
    pub price_item_id: Option<PriceItemId>,
    pub name_zh: String,
    pub name_en: String,
    pub kind: PriceKind,
    pub unit: String,
    pub quantity_milli: Quantity,
    pub unit_price_fen: Money,
    pub amount_fen: Money,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
