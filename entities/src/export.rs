//! Table `export`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{AccountId, ExportId, ExportState, ListKind, OrganizationId, StaffId};

/// A list that is written into a file, for the one member of staff who asked.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "export")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ExportId,
    pub org_id: OrganizationId,
    pub staff_id: StaffId,
    pub account_id: AccountId,
    pub list: ListKind,
    /// JSON with a version.
    pub filter: String,
    /// Keys of the columns, separated by commas.
    pub columns: String,
    /// The language of headers and words: `zh-CN` or `en`.
    pub locale: String,
    pub state: ExportState,
    /// Rises when a worker takes it: a worker that was overtaken cannot write any more.
    pub attempt: i32,
    /// Until when the worker has it for itself.
    pub lease_until: Option<DateTime<Utc>>,
    pub rows_total: Option<i64>,
    pub rows_done: i64,
    /// Digest of what the maker could see when it was made.
    pub rights: Option<String>,
    /// The object that holds the file.
    pub object_name: Option<String>,
    pub bytes: Option<i64>,
    pub sha256: Option<Vec<u8>>,
    /// The code that it failed with.
    pub refusal: Option<String>,
    pub created_at: DateTime<Utc>,
    pub started_at: Option<DateTime<Utc>>,
    pub finished_at: Option<DateTime<Utc>>,
    pub expires_at: DateTime<Utc>,
    /// When the worker has to look after its objects.
    pub sweep_at: DateTime<Utc>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
