//! Every query of uploads. What belongs to one account is asked for with it; only a signed link leads to any other.

use chrono::{DateTime, Utc};
use entities::upload::{self, Column, Entity, Model};
use entities::upload_part;
use entities::values::{AccountId, OrganizationId, UploadId, UploadState};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};

use crate::db::{Fault, Sql};

/// An account's upload.
pub async fn find(connection: &impl ConnectionTrait, account: AccountId, id: UploadId) -> Result<Option<Model>, Fault> {
    Ok(Entity::find_by_id(id).filter(Column::AccountId.eq(account)).one(connection).await?)
}

/// Any upload, for whoever has shown a link to it, or to see whether an id is taken.
pub async fn find_any(connection: &impl ConnectionTrait, id: UploadId) -> Result<Option<Model>, Fault> {
    Ok(Entity::find_by_id(id).one(connection).await?)
}

/// An account's uploads among these.
pub async fn find_all(
    connection: &impl ConnectionTrait,
    account: AccountId,
    ids: &[UploadId],
) -> Result<Vec<Model>, Fault> {
    let query = Entity::find().filter(Column::Id.is_in(ids.iter().copied()));
    Ok(query.filter(Column::AccountId.eq(account)).all(connection).await?)
}

/// What an account has that nothing has claimed.
#[derive(FromQueryResult)]
pub struct Waiting {
    /// How many.
    pub uploads: i64,
    /// Bytes of those that are not dropped.
    pub bytes: i64,
}

/// Counts what waits. Takes the account's row first: of two new uploads the second one counts the first.
pub async fn waiting(connection: &impl ConnectionTrait, account: AccountId) -> Result<Waiting, Fault> {
    Sql::new("UPDATE account SET name = name WHERE id = ").bind(account).run(connection).await?;
    let mut sql = Sql::new(
        "SELECT COUNT(*) AS uploads, CAST(COALESCE(SUM(CASE WHEN state <> 'DROPPED' THEN size END), 0) AS bigint) AS bytes
    FROM upload WHERE state <> 'CLAIMED' AND account_id = ",
    );
    let found = sql.bind(account).one(connection).await?;
    Ok(found.unwrap_or(Waiting { uploads: 0, bytes: 0 }))
}

/// Adds an upload; a second one of the same id violates the primary key.
pub async fn insert(connection: &impl ConnectionTrait, row: Model) -> Result<(), Fault> {
    Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    Ok(())
}

/// Adds a piece, if the upload still stands where it starts; `false` when another piece came first.
pub async fn add_part(
    connection: &impl ConnectionTrait,
    part: upload_part::Model,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE upload SET received = ");
    sql.bind(part.start_at + part.bytes).with(" WHERE id = ", part.upload_id).with(" AND received = ", part.start_at);
    sql.with(" AND state = ", UploadState::Open).with(" AND expires_at > ", now);
    if sql.run(connection).await? != 1 {
        return Ok(false);
    }
    upload_part::Entity::insert(part.into_active_model()).exec_without_returning(connection).await?;
    Ok(true)
}

/// The pieces that are kept, in order.
pub async fn parts(connection: &impl ConnectionTrait, id: UploadId) -> Result<Vec<upload_part::Model>, Fault> {
    let query = upload_part::Entity::find().filter(upload_part::Column::UploadId.eq(id));
    Ok(query.order_by_asc(upload_part::Column::StartAt).all(connection).await?)
}

async fn forget_parts(connection: &impl ConnectionTrait, id: UploadId) -> Result<(), Fault> {
    Sql::new("DELETE FROM upload_part WHERE upload_id = ").bind(id).run(connection).await?;
    Ok(())
}

/// Completes an upload that still stood at `received`, with what `row` now says; `false` when it moved on.
pub async fn store(
    connection: &impl ConnectionTrait,
    row: &Model,
    received: i64,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE upload SET state = ");
    sql.bind(UploadState::Stored).with(", received = ", row.size);
    sql.with(", object_name = ", row.object_name.clone()).with(", thumbnail_name = ", row.thumbnail_name.clone());
    sql.with(", stored_bytes = ", row.stored_bytes).with(", sha256 = ", row.sha256.clone());
    sql.with(", width = ", row.width).with(", height = ", row.height).with(", duration_ms = ", row.duration_ms);
    sql.with(" WHERE id = ", row.id).with(" AND received = ", received).with(" AND state = ", UploadState::Open);
    sql.with(" AND expires_at > ", now);
    let stored = sql.run(connection).await? == 1;
    if stored {
        forget_parts(connection, row.id).await?;
    }
    Ok(stored)
}

/// Drops an upload that still stood at `received`; `false` when it moved on.
pub async fn refuse(
    connection: &impl ConnectionTrait,
    id: UploadId,
    received: i64,
    refusal: &str,
) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE upload SET state = ");
    sql.bind(UploadState::Dropped).with(", refusal = ", refusal.to_owned());
    sql.with(" WHERE id = ", id).with(" AND received = ", received).with(" AND state = ", UploadState::Open);
    let dropped = sql.run(connection).await? == 1;
    if dropped {
        forget_parts(connection, id).await?;
    }
    Ok(dropped)
}

/// Gives an account's complete uploads to an organization; how many of them there were.
pub async fn claim(
    connection: &impl ConnectionTrait,
    account: AccountId,
    org: OrganizationId,
    ids: &[UploadId],
    now: DateTime<Utc>,
    sweep_at: DateTime<Utc>,
) -> Result<u64, Fault> {
    let mut sql = Sql::new("UPDATE upload SET state = ");
    sql.bind(UploadState::Claimed).with(", org_id = ", org).with(", sweep_at = ", sweep_at);
    sql.with(" WHERE account_id = ", account).with(" AND state = ", UploadState::Stored);
    sql.with(" AND expires_at > ", now).push(" AND id IN ").list(ids.iter().copied());
    sql.run(connection).await
}

/// Uploads whose objects the worker has to look after, the longest due first.
pub async fn due(connection: &impl ConnectionTrait, now: DateTime<Utc>, limit: u64) -> Result<Vec<Model>, Fault> {
    let query = Entity::find().filter(Column::SweepAt.lte(now)).order_by_asc(Column::SweepAt);
    Ok(query.limit(limit).all(connection).await?)
}

/// Drops an upload that nothing has claimed; `false` when something has, meanwhile.
pub async fn expire(
    connection: &impl ConnectionTrait,
    id: UploadId,
    refusal: &str,
    sweep_at: DateTime<Utc>,
) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE upload SET state = ");
    sql.bind(UploadState::Dropped).with(", refusal = ", refusal.to_owned()).with(", sweep_at = ", sweep_at);
    sql.with(" WHERE id = ", id).push(" AND state IN ('OPEN', 'STORED')");
    let expired = sql.run(connection).await? == 1;
    if expired {
        forget_parts(connection, id).await?;
    }
    Ok(expired)
}

/// Notes that a claimed upload's folder holds nothing but what belongs there.
pub async fn swept(connection: &impl ConnectionTrait, id: UploadId) -> Result<u64, Fault> {
    let mut sql = Sql::new("UPDATE upload SET sweep_at = NULL WHERE id = ");
    sql.bind(id).with(" AND state = ", UploadState::Claimed).run(connection).await
}

/// Drops uploads, claimed or not, that nothing names any more; their objects are the worker's next business.
pub async fn discard(
    connection: &impl ConnectionTrait,
    ids: &[UploadId],
    refusal: &str,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let mut parts = Sql::new("DELETE FROM upload_part WHERE upload_id IN ");
    parts.list(ids.iter().copied()).run(connection).await?;
    let mut sql = Sql::new("UPDATE upload SET org_id = NULL, state = ");
    sql.bind(UploadState::Dropped).with(", refusal = ", refusal.to_owned()).with(", sweep_at = ", now);
    sql.push(" WHERE state <> 'DROPPED' AND id IN ").list(ids.iter().copied()).run(connection).await?;
    Ok(())
}

/// Every upload of an account, in the order in which they were begun.
pub async fn all_of(connection: &impl ConnectionTrait, account: AccountId) -> Result<Vec<Model>, Fault> {
    Ok(Entity::find().filter(Column::AccountId.eq(account)).order_by_asc(Column::CreatedAt).all(connection).await?)
}

/// Forgets a dropped upload.
pub async fn delete(connection: &impl ConnectionTrait, id: UploadId) -> Result<u64, Fault> {
    let query = upload::Entity::delete_many().filter(Column::Id.eq(id)).filter(Column::State.eq(UploadState::Dropped));
    Ok(query.exec(connection).await?.rows_affected)
}
