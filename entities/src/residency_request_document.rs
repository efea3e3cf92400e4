//! Table `residency_request_document`.

use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{OrganizationId, ResidencyRequestId, UploadId};

/// A photo of a document that goes with a request.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "residency_request_document")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub request_id: ResidencyRequestId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    pub upload_id: UploadId,
    pub org_id: OrganizationId,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
