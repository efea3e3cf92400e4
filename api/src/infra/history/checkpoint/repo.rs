//! Reads and writes of checkpoints.

use chrono::NaiveDate;
use entities::history_checkpoint::{self, Column, Entity};
use entities::history_checkpoint_head;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QueryResult,
    QuerySelect,
};
use uuid::Uuid;

use crate::db::{Fault, Sql};

/// Rows read at once.
const PAGE: u64 = 1_000;

/// The newest checkpoint.
pub async fn newest(connection: &impl ConnectionTrait) -> Result<Option<history_checkpoint::Model>, Fault> {
    Ok(Entity::find().order_by_desc(Column::Seq).one(connection).await?)
}

/// Whether a day has its checkpoint.
pub async fn has_day(connection: &impl ConnectionTrait, day: NaiveDate) -> Result<bool, Fault> {
    Ok(Entity::find().filter(Column::Day.eq(day)).one(connection).await?.is_some())
}

/// Checkpoints after a number, in order.
pub async fn after(connection: &impl ConnectionTrait, seq: i32) -> Result<Vec<history_checkpoint::Model>, Fault> {
    let query = Entity::find().filter(Column::Seq.gt(seq)).order_by_asc(Column::Seq).limit(PAGE);
    Ok(query.all(connection).await?)
}

/// The id of the event that has `skip` others between `from` and itself, up to `until`.
pub async fn event_after(
    connection: &impl ConnectionTrait,
    from: Uuid,
    until: Uuid,
    skip: u64,
) -> Result<Option<Uuid>, Fault> {
    #[derive(FromQueryResult)]
    struct Found {
        id: Uuid,
    }
    let mut sql = Sql::new("SELECT id FROM history_event WHERE");
    sql.with(" id > ", from).with(" AND id <= ", until).push(" ORDER BY id LIMIT 1");
    sql.with(" OFFSET ", i64::try_from(skip).unwrap_or(i64::MAX));
    let found: Option<Found> = sql.one(connection).await?;
    Ok(found.map(|it| it.id))
}

/// Takes a checkpoint's number and day; `false` when somebody else has one of them. A second transaction waits for the
/// first one's end.
pub async fn begin(connection: &impl ConnectionTrait, row: &history_checkpoint::Model) -> Result<bool, Fault> {
    let mut sql = Sql::new("INSERT INTO history_checkpoint (seq, day, until_at, until_id, object_count, event_count,");
    sql.push(" digest, prev_hash, hash, signature, made_at) VALUES (").bind(row.seq);
    sql.with(", ", row.day).with(", ", row.until_at).with(", ", row.until_id);
    sql.with(", ", row.object_count).with(", ", row.event_count).with(", ", row.digest.clone());
    sql.with(", ", row.prev_hash.clone()).with(", ", row.hash.clone()).with(", ", row.signature.clone());
    sql.with(", ", row.made_at).push(") ON CONFLICT DO NOTHING");
    Ok(sql.run(connection).await? == 1)
}

/// Writes down the head of every object with events in `(from, until]` that no checkpoint covers; how many.
pub async fn collect(connection: &impl ConnectionTrait, seq: i32, from: Uuid, until: Uuid) -> Result<u64, Fault> {
    let mut sql = Sql::new(
        "INSERT INTO history_checkpoint_head
        (checkpoint_seq, event_id, object_kind, object_id, first_seq, seq, hash) SELECT ",
    );
    sql.bind(seq).push(
        ", e.id, e.object_kind, e.object_id, 1 + COALESCE((SELECT MAX(c.seq) FROM history_checkpoint_head c
            WHERE c.object_id = e.object_id), 0), e.seq, e.hash FROM history_event e WHERE",
    );
    sql.with(" e.id > ", from).with(" AND e.id <= ", until);
    sql.push(" AND NOT EXISTS (SELECT 1 FROM history_event n WHERE n.object_id = e.object_id AND n.seq = e.seq + 1");
    sql.with(" AND n.id <= ", until).push(")");
    sql.push(" AND NOT EXISTS (SELECT 1 FROM history_checkpoint_head c WHERE c.object_id = e.object_id");
    sql.push(" AND c.seq >= e.seq)").run(connection).await
}

/// Completes a checkpoint that [`begin`] has begun.
pub async fn finish(connection: &impl ConnectionTrait, row: &history_checkpoint::Model) -> Result<(), Fault> {
    let mut sql = Sql::new("UPDATE history_checkpoint SET");
    sql.with(" object_count = ", row.object_count).with(", event_count = ", row.event_count);
    sql.with(", digest = ", row.digest.clone()).with(", hash = ", row.hash.clone());
    sql.with(", signature = ", row.signature.clone()).with(" WHERE seq = ", row.seq).run(connection).await?;
    Ok(())
}

/// A head of a checkpoint, and the hash that its event has now; none when the event is gone.
pub struct HeadRow {
    /// The head.
    pub head: history_checkpoint_head::Model,
    /// The event's hash.
    pub found: Option<Vec<u8>>,
}

impl FromQueryResult for HeadRow {
    fn from_query_result(row: &QueryResult, prefix: &str) -> Result<Self, DbErr> {
        let head = history_checkpoint_head::Model::from_query_result(row, prefix)?;
        Ok(Self { head, found: row.try_get(prefix, "found")? })
    }
}

/// A page of a checkpoint's heads after an event, in the order that they are digested in.
pub async fn heads(connection: &impl ConnectionTrait, seq: i32, after: Uuid) -> Result<Vec<HeadRow>, Fault> {
    let mut sql = Sql::new("SELECT h.*, e.hash AS found FROM history_checkpoint_head h");
    sql.push(" LEFT JOIN history_event e ON e.object_id = h.object_id AND e.seq = h.seq");
    sql.with(" WHERE h.checkpoint_seq = ", seq).with(" AND h.event_id > ", after);
    sql.push(" ORDER BY h.event_id LIMIT ").bind(i64::try_from(PAGE).unwrap_or(i64::MAX));
    sql.all(connection).await
}

/// How many heads belong to no checkpoint up to `newest`.
pub async fn stray_heads(connection: &impl ConnectionTrait, newest: i32) -> Result<i64, Fault> {
    let mut sql = Sql::new("SELECT COUNT(*) FROM history_checkpoint_head WHERE");
    sql.with(" checkpoint_seq > ", newest).push(" OR checkpoint_seq < 1").number(connection).await
}
