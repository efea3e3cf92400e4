//! Table `disclosure_reveal`.

use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};
use uuid::Uuid;

use crate::values::{DisclosureId, PersonalField};

/// What was shown in full, of whom and why; never the value.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "disclosure_reveal")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub disclosure_id: DisclosureId,
    /// The prefix of the object's id.
    pub subject_kind: String,
    pub subject_id: Uuid,
    pub field: PersonalField,
    pub reason: String,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
