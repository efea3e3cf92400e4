//! Table `own_data`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{AccountId, OwnDataId, OwnDataKind};

/// What a person did with the data that is about them.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "own_data")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OwnDataId,
    pub account_id: AccountId,
    pub kind: OwnDataKind,
    /// The request whose file was downloaded.
    pub request_id: Option<OwnDataId>,
    /// Length of the file.
    pub bytes: Option<i64>,
    /// Of the file.
    pub sha256: Option<Vec<u8>>,
    pub occurred_at: DateTime<Utc>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
