//! Table `upload`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{AccountId, MediaType, OrganizationId, UploadId, UploadState};

/// Bytes that somebody sends, piece by piece.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "upload")]
pub struct Model {
    /// Made by the client.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: UploadId,
    /// Set when a ticket claims it: a resident's account is of no organization.
    pub org_id: Option<OrganizationId>,
    pub account_id: AccountId,
    /// As declared; proven once it is stored.
    pub media_type: MediaType,
    /// As declared, in bytes.
    pub size: i64,
    /// How many of them are kept; less than `size` until all of them were examined.
    pub received: i64,
    pub state: UploadState,
    /// The code that it was dropped with.
    pub refusal: Option<String>,
    /// The object that holds the cleaned bytes.
    pub object_name: Option<String>,
    /// The object that holds the thumbnail, for what has one.
    pub thumbnail_name: Option<String>,
    /// Length of the cleaned bytes.
    pub stored_bytes: Option<i64>,
    /// SHA-256 of the cleaned bytes.
    pub sha256: Option<Vec<u8>>,
    /// Pixels, as it is shown.
    pub width: Option<i32>,
    pub height: Option<i32>,
    pub duration_ms: Option<i32>,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    /// When the worker has to look after its objects.
    pub sweep_at: Option<DateTime<Utc>>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
