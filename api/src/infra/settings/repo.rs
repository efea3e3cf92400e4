//! Reads and writes of settings.

use chrono::{DateTime, Utc};
use entities::setting::{Entity, Model};
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel};

use crate::db::Fault;

/// A setting's value.
pub async fn get(connection: &impl ConnectionTrait, name: &str) -> Result<Option<String>, Fault> {
    Ok(Entity::find_by_id(name.to_owned()).one(connection).await?.map(|row| row.value))
}

/// Adds a setting.
pub async fn set(connection: &impl ConnectionTrait, name: &str, value: &str, now: DateTime<Utc>) -> Result<(), Fault> {
    let row = Model { name: name.to_owned(), value: value.to_owned(), created_at: now };
    Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    Ok(())
}
