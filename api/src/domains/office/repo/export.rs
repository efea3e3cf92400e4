//! Exports: rows that workers take, each for itself and for a while.
//!
//! `attempt` fences: it rises when a worker takes an export, and whoever writes names the attempt that it took. A worker
//! that was slower than its lease finds nothing to write to.

use chrono::{DateTime, Utc};
use entities::export::{Entity, Model};
use entities::values::{ExportId, ExportState, StaffId};
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel};

use crate::db::{Fault, Sql};

/// Adds an export.
pub async fn insert_export(connection: &impl ConnectionTrait, row: Model) -> Result<(), Fault> {
    Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    Ok(())
}

/// How many exports somebody has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromQueryResult)]
pub struct ExportCounts {
    /// Unfinished.
    pub open: i64,
    /// All whose files are not gone.
    pub kept: i64,
}

/// How many exports a member of staff has.
pub async fn export_counts(connection: &impl ConnectionTrait, staff: StaffId) -> Result<ExportCounts, Fault> {
    let mut sql = Sql::new("SELECT COUNT(*) AS kept, CAST(COALESCE(SUM(CASE WHEN state IN ('WAITING', 'RUNNING')");
    sql.push(" THEN 1 ELSE 0 END), 0) AS bigint) AS open FROM export WHERE state <> 'EXPIRED'");
    let row = sql.with(" AND staff_id = ", staff).one(connection).await?;
    Ok(row.unwrap_or(ExportCounts { open: 0, kept: 0 }))
}

/// An export of a member of staff.
pub async fn find_export(
    connection: &impl ConnectionTrait,
    staff: StaffId,
    id: ExportId,
) -> Result<Option<Model>, Fault> {
    let mut sql = Sql::new("SELECT * FROM export WHERE");
    sql.with(" id = ", id).with(" AND staff_id = ", staff).one(connection).await
}

/// The newest exports of a member of staff.
pub async fn exports_of(connection: &impl ConnectionTrait, staff: StaffId, limit: u64) -> Result<Vec<Model>, Fault> {
    let mut sql = Sql::new("SELECT * FROM export WHERE");
    sql.with(" staff_id = ", staff).push(" ORDER BY id DESC LIMIT ");
    sql.bind(i64::try_from(limit).unwrap_or(i64::MAX)).all(connection).await
}

/// The oldest export that nobody is at: not begun, or left by a worker that has not been heard of.
pub async fn next_export(connection: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<Option<Model>, Fault> {
    let mut sql = Sql::new("SELECT * FROM export WHERE state IN ('WAITING', 'RUNNING')");
    sql.with(" AND (lease_until IS NULL OR lease_until <= ", now).push(") ORDER BY id LIMIT 1").one(connection).await
}

/// Takes an export that stands as it was read; `false` when another worker was faster.
pub async fn take_export(
    connection: &impl ConnectionTrait,
    row: &Model,
    now: DateTime<Utc>,
    lease_until: DateTime<Utc>,
) -> Result<bool, Fault> {
    let mut sql =
        Sql::new("UPDATE export SET state = 'RUNNING', attempt = attempt + 1, rows_done = 0, rows_total = NULL");
    sql.with(", lease_until = ", lease_until).with(", started_at = COALESCE(started_at, ", now).push(")");
    sql.with(" WHERE id = ", row.id).with(" AND attempt = ", row.attempt).with(" AND state = ", row.state);
    sql.with(" AND (lease_until IS NULL OR lease_until <= ", now).push(")");
    Ok(sql.run(connection).await? == 1)
}

/// How far a worker is.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// Which export.
    pub id: ExportId,
    /// Which attempt at it.
    pub attempt: i32,
    /// Rows that are written; stays as it is when missing.
    pub done: Option<i64>,
    /// Rows that there are.
    pub total: Option<i64>,
    /// Until when the worker has the export for itself.
    pub lease_until: DateTime<Utc>,
}

fn fenced(sql: &mut Sql, id: ExportId, attempt: i32) {
    sql.with(" WHERE id = ", id).with(" AND attempt = ", attempt).push(" AND state = 'RUNNING'");
}

/// Says that the worker lives and how far it is; `false` when the export is no longer its own.
pub async fn set_progress(connection: &impl ConnectionTrait, progress: &Progress) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE export SET");
    sql.with(" lease_until = ", progress.lease_until);
    sql.with(", rows_done = COALESCE(", progress.done).push(", rows_done)");
    sql.with(", rows_total = COALESCE(", progress.total).push(", rows_total)");
    fenced(&mut sql, progress.id, progress.attempt);
    Ok(sql.run(connection).await? == 1)
}

/// A file that is there.
#[derive(Clone, Debug)]
pub struct Made {
    /// The object that holds it.
    pub object_name: String,
    /// Its length.
    pub bytes: i64,
    /// Its SHA-256.
    pub sha256: Vec<u8>,
    /// Its rows.
    pub rows: i64,
    /// Digest of what its maker could see.
    pub rights: String,
}

/// Ends an export with its file; `false` when it is no longer this worker's.
pub async fn finish_export(
    connection: &impl ConnectionTrait,
    (id, attempt): (ExportId, i32),
    made: &Made,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE export SET state = 'DONE', lease_until = NULL");
    sql.with(", object_name = ", made.object_name.clone()).with(", bytes = ", made.bytes);
    sql.with(", sha256 = ", made.sha256.clone()).with(", rights = ", made.rights.clone());
    sql.with(", rows_done = ", made.rows).with(", rows_total = ", made.rows);
    sql.with(", finished_at = ", now).with(", expires_at = ", expires_at).with(", sweep_at = ", expires_at);
    fenced(&mut sql, id, attempt);
    Ok(sql.run(connection).await? == 1)
}

/// Ends an export with a refusal; harmless when it is no longer this worker's.
pub async fn fail_export(
    connection: &impl ConnectionTrait,
    (id, attempt): (ExportId, i32),
    refusal: &str,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let mut sql = Sql::new("UPDATE export SET state = 'FAILED', lease_until = NULL");
    sql.with(", refusal = ", refusal).with(", finished_at = ", now);
    fenced(&mut sql, id, attempt);
    sql.run(connection).await.map(|_| ())
}

/// Exports whose objects are to be looked after.
pub async fn due_exports(
    connection: &impl ConnectionTrait,
    now: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<Model>, Fault> {
    let mut sql = Sql::new("SELECT * FROM export WHERE");
    sql.with(" sweep_at <= ", now).push(" ORDER BY sweep_at LIMIT ");
    sql.bind(i64::try_from(limit).unwrap_or(i64::MAX)).all(connection).await
}

/// Ends an export for good, also one that a worker is at; its row stays until `again`.
pub async fn expire_export(
    connection: &impl ConnectionTrait,
    id: ExportId,
    state: ExportState,
    again: DateTime<Utc>,
) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE export SET state = 'EXPIRED', attempt = attempt + 1, lease_until = NULL");
    sql.with(", object_name = NULL, refusal = NULL, sweep_at = ", again);
    sql.with(" WHERE id = ", id).with(" AND state = ", state);
    Ok(sql.run(connection).await? == 1)
}

/// Removes the row of an export whose file is gone.
pub async fn delete_export(connection: &impl ConnectionTrait, id: ExportId) -> Result<(), Fault> {
    let mut sql = Sql::new("DELETE FROM export WHERE state = 'EXPIRED'");
    sql.with(" AND id = ", id).run(connection).await.map(|_| ())
}
