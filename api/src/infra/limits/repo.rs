//! Reads and writes of the counters.

use std::time::Duration;

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, FromQueryResult};

use super::Cell;
use crate::db::{Fault, Sql};

#[derive(FromQueryResult)]
struct Full {
    full_until: i64,
}

/// Counts one try; how long it has to wait when the bucket is full.
pub async fn take(
    connection: &impl ConnectionTrait,
    digest: &[u8; 32],
    cell: Cell,
    now: i64,
) -> Result<Option<Duration>, Fault> {
    let mut sql = Sql::new("INSERT INTO limit_state AS l (bucket, full_until) VALUES (");
    sql.bind(digest.to_vec()).with(", ", now + cell.step).push(") ON CONFLICT (bucket) DO UPDATE SET full_until =");
    sql.with(" CASE WHEN l.full_until > ", now).with(" THEN l.full_until ELSE ", now).with(" END + ", cell.step);
    sql.with(" WHERE l.full_until <= ", now + cell.window - cell.step).push(" RETURNING full_until");
    if sql.one::<Full>(connection).await?.is_some() {
        return Ok(None);
    }
    let mut sql = Sql::new("SELECT full_until FROM limit_state WHERE");
    let full: Option<Full> = sql.with(" bucket = ", digest.to_vec()).one(connection).await?;
    Ok(cell.after(full.map_or(0, |row| row.full_until), now).err().or(Some(Duration::from_secs(1))))
}

/// Takes the turn of whatever `digest` names: of transactions that count rows before they add one, one goes on at a time.
pub async fn take_turn(connection: &impl ConnectionTrait, digest: &[u8], now: DateTime<Utc>) -> Result<(), Fault> {
    let mut sql = Sql::new("INSERT INTO limit_state (bucket, full_until) VALUES (");
    sql.bind(digest.to_vec()).with(", ", now.timestamp_micros());
    sql.push(") ON CONFLICT (bucket) DO UPDATE SET full_until = excluded.full_until").run(connection).await.map(|_| ())
}

/// Deletes counters that are empty; how many.
pub async fn forget_empty(connection: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<u64, Fault> {
    Sql::new("DELETE FROM limit_state WHERE").with(" full_until < ", now.timestamp_micros()).run(connection).await
}
