//! Table `ticket_rating`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{AccountId, OrganizationId, RatingId, TicketId};

/// A resident's judgement of one round of work on a ticket, each mark from 1 to 5.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "ticket_rating")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RatingId,
    pub org_id: OrganizationId,
    pub ticket_id: TicketId,
    pub round: i32,
    pub account_id: AccountId,
    pub overall: i32,
    pub speed: i32,
    pub quality: i32,
    pub attitude: i32,
    pub words: Option<String>,
    pub created_at: DateTime<Utc>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
