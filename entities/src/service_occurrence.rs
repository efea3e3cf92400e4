//! Table `service_occurrence`.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{OccurrenceState, OrganizationId, ServicePlanId, TicketId};

/// What became of one date of a recurring service; once each.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "service_occurrence")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub plan_id: ServicePlanId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub on_date: NaiveDate,
    pub org_id: OrganizationId,
    pub state: OccurrenceState,
    pub ticket_id: Option<TicketId>,
    pub recorded_at: DateTime<Utc>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
