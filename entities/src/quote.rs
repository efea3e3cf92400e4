//! Table `quote`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{AccountId, Money, OrganizationId, QuoteId, QuoteState, StaffId, TicketId};

/// What paid work is offered for. `due_at` is when it, or its visit fee, fell due.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "quote")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: QuoteId,
    pub org_id: OrganizationId,
    pub ticket_id: TicketId,
    pub number: i32,
    pub round: i32,
    pub state: QuoteState,
    pub by_list: bool,
    pub currency: String,
    pub labour_fen: Money,
    pub material_fen: Money,
    pub total_fen: Money,
    pub visit_fee_fen: Money,
    pub words: Option<String>,
    pub submitted_by: StaffId,
    pub submitted_at: DateTime<Utc>,
    pub decided_account: Option<AccountId>,
    pub decided_staff: Option<StaffId>,
    pub decided_words: Option<String>,
    pub decided_at: Option<DateTime<Utc>>,
    pub due_at: Option<DateTime<Utc>>,
    pub version: i32,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
