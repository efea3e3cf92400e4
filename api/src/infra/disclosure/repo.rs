//! Writes of disclosures.

use entities::disclosure::{Entity, Model};
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel};

use crate::db::Fault;

/// Records a disclosure; what it tells of is handed out only after this is on the disk.
pub async fn record(connection: &impl ConnectionTrait, row: Model) -> Result<(), Fault> {
    Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    Ok(())
}
