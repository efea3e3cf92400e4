//! Table `journal`.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};
use uuid::Uuid;

use crate::values::{AccountId, CommunityId, JournalId, JournalKind, OrganizationId};

/// A journal of the ledger (凭证); its entries sum to zero. It is never changed.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "journal")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: JournalId,
    pub org_id: OrganizationId,
    pub community_id: CommunityId,
    pub kind: JournalKind,
    pub object_kind: String,
    pub object_id: Uuid,
    pub words: Option<String>,
    pub account_id: Option<AccountId>,
    pub posted_on: NaiveDate,
    pub created_at: DateTime<Utc>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
