//! Table `community_ticket_setting`.

use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{CommunityId, Money, OrganizationId};

/// What a community has set for its tickets; one without a row has the defaults.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "community_ticket_setting")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub community_id: CommunityId,
    pub org_id: OrganizationId,
    pub auto_dispatch: bool,
    pub slots_strict: bool,
    pub urge_minutes: i32,
    /// The day on which the heating season begins: 1115 is the 15th of November.
    pub heating_from: i32,
    /// Its last day.
    pub heating_to: i32,
    /// How many days ahead the tickets of recurring services are made.
    pub service_lead_days: i32,
    pub visit_fee_fen: Money,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
