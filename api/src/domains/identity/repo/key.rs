//! Signing keys.

use chrono::{DateTime, Utc};
use entities::signing_key;
use entities::values::SigningKeyId;
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel, QueryOrder};

use crate::db::{Fault, Sql};

/// Every signing key, newest first.
pub async fn signing_keys(connection: &impl ConnectionTrait) -> Result<Vec<signing_key::Model>, Fault> {
    Ok(signing_key::Entity::find().order_by_desc(signing_key::Column::Id).all(connection).await?)
}

/// Adds a signing key.
pub async fn insert_signing_key(connection: &impl ConnectionTrait, row: signing_key::Model) -> Result<(), Fault> {
    signing_key::Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    Ok(())
}

/// Lets every other key verify until `until` and no longer, unless it ends before that.
pub async fn retire_others(
    connection: &impl ConnectionTrait,
    keep: SigningKeyId,
    until: DateTime<Utc>,
) -> Result<u64, Fault> {
    let mut sql = Sql::new("UPDATE signing_key SET");
    sql.with(" retired_at = ", until).with(" WHERE id <> ", keep).push(" AND (retired_at IS NULL");
    sql.with(" OR retired_at > ", until).push(")").run(connection).await
}

/// Ends a key; `false` when there is none, or it has ended before.
pub async fn retire_key(
    connection: &impl ConnectionTrait,
    key: SigningKeyId,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE signing_key SET");
    sql.with(" retired_at = ", now).with(" WHERE id = ", key).push(" AND (retired_at IS NULL");
    Ok(sql.with(" OR retired_at > ", now).push(")").run(connection).await? == 1)
}

/// Takes the keys' turn: nobody else changes them until this transaction ends.
pub async fn lock_signing_keys(connection: &impl ConnectionTrait) -> Result<(), Fault> {
    Sql::new("UPDATE signing_key SET created_at = created_at").run(connection).await.map(|_| ())
}
