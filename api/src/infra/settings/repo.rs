//! Reads and writes of settings.

use chrono::{DateTime, Utc};
use entities::setting::{Entity, Model};
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel};

use crate::db::{Fault, Sql};

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

/// Adds a setting or changes its value.
pub async fn put(connection: &impl ConnectionTrait, name: &str, value: &str, now: DateTime<Utc>) -> Result<(), Fault> {
    let mut sql = Sql::new("INSERT INTO setting (name, value, created_at) VALUES (");
    sql.bind(name).with(", ", value).with(", ", now);
    sql.push(") ON CONFLICT (name) DO UPDATE SET value = excluded.value").run(connection).await?;
    Ok(())
}
