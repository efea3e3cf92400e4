//! Table `gateway_notice`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{GatewayNoticeId, MerchantId, OrganizationId, PaymentId};

/// What a gateway told us, each notification once.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "gateway_notice")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: GatewayNoticeId,
    pub org_id: OrganizationId,
    pub merchant_id: MerchantId,
    pub number: String,
    pub order_number: String,
    pub event: String,
    pub payment_id: Option<PaymentId>,
    pub body_digest: Vec<u8>,
    pub received_at: DateTime<Utc>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
