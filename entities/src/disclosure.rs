//! Table `disclosure`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{AccountId, DisclosureId, DisclosureKind, ExportId, ListKind, OrganizationId, StaffId, TicketId};

/// Somebody took personal data out of the house: who, what, when, and whether phones stood in it in full.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "disclosure")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DisclosureId,
    pub org_id: OrganizationId,
    pub staff_id: StaffId,
    pub account_id: AccountId,
    pub kind: DisclosureKind,
    pub ticket_id: Option<TicketId>,
    /// The export may be gone already.
    pub export_id: Option<ExportId>,
    pub list: Option<ListKind>,
    pub filter: Option<String>,
    pub row_count: Option<i64>,
    /// Of the file.
    pub sha256: Option<Vec<u8>>,
    /// Whether any phone was to be seen in full.
    pub phones: bool,
    pub occurred_at: DateTime<Utc>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
