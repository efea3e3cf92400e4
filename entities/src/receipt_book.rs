//! Table `receipt_book`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{CommunityId, OrganizationId, ReceiptBookId, ReceiptBookState, ReceiptSeriesId, StaffId};

/// A book of receipts (收据本) in somebody's custody.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "receipt_book")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ReceiptBookId,
    pub org_id: OrganizationId,
    pub community_id: CommunityId,
    pub series_id: ReceiptSeriesId,
    pub staff_id: StaffId,
    pub state: ReceiptBookState,
    pub first_number: i64,
    pub last_number: i64,
    pub next_number: i64,
    pub version: i32,
    pub issued_by: StaffId,
    pub issued_at: DateTime<Utc>,
    pub returned_by: Option<StaffId>,
    pub returned_at: Option<DateTime<Utc>>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
