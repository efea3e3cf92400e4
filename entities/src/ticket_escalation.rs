//! Table `ticket_escalation`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{DeadlineKind, EscalationId, EscalationLevel, OrganizationId, TicketId};

/// Somebody was told, once, that one of a ticket's clocks had run half or all of its time. `told` lists whom.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "ticket_escalation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: EscalationId,
    pub org_id: OrganizationId,
    pub ticket_id: TicketId,
    pub round: i32,
    pub kind: DeadlineKind,
    pub level: EscalationLevel,
    pub due_at: DateTime<Utc>,
    pub told_at: DateTime<Utc>,
    pub told: String,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
