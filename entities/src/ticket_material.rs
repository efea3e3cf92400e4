//! Table `ticket_material`.

use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{MaterialId, Money, OrganizationId, PriceItemId, PriceKind, Quantity, TicketId};

/// Labour or material that a completion used; priced where the resident pays.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "ticket_material")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MaterialId,
    pub org_id: OrganizationId,
    pub ticket_id: TicketId,
    pub round: i32,
    pub position: i32,
    pub price_item_id: Option<PriceItemId>,
    pub name_zh: String,
    pub name_en: String,
    pub kind: PriceKind,
    pub unit: String,
    pub quantity_milli: Quantity,
    pub unit_price_fen: Option<Money>,
    pub amount_fen: Option<Money>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
