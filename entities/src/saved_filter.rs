//! Table `saved_filter`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{ListKind, OrganizationId, SavedFilterId, StaffId};

/// A filter of a list that somebody keeps under a name.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "saved_filter")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SavedFilterId,
    pub org_id: OrganizationId,
    /// Whose it is.
    pub staff_id: StaffId,
    pub list: ListKind,
    pub name: String,
    /// JSON with a version.
    pub filter: String,
    /// Whether everybody of the organization may use it.
    pub shared: bool,
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
