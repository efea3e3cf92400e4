//! Table `contact_callback`.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{CallbackAttemptId, CallbackMethod, CallbackResult, ContactId, OrganizationId, StaffId, TicketId};

/// One try to ask somebody whose contact joined a ticket whether it is really solved.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "contact_callback")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CallbackAttemptId,
    pub org_id: OrganizationId,
    pub contact_id: ContactId,
    pub ticket_id: TicketId,
    pub round: i32,
    pub staff_id: StaffId,
    pub method: CallbackMethod,
    pub result: CallbackResult,
    pub words: String,
    pub tried_at: DateTime<Utc>,
    pub local_day: NaiveDate,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
