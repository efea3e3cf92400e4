//! Writes of the outbox.

use chrono::{DateTime, Utc};
use entities::outbox::{ActiveModel, Entity};
use entities::values::OutboxId;
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, Set};
use uuid::Uuid;

use super::{Message, PAYLOAD_VERSION};
use crate::clock::Clock;
use crate::db::{Fault, Sql};

/// Writes a message; its place in the order of changes comes later, from the relay.
pub async fn write(connection: &impl ConnectionTrait, clock: &Clock, message: Message) -> Result<(), Fault> {
    let row = ActiveModel {
        id: Set(clock.new_id::<OutboxId>()),
        org_id: Set(message.org_id),
        topic: Set(message.topic.to_owned()),
        object_kind: Set(message.object_kind.as_str().to_owned()),
        object_id: Set(message.object_id),
        object_version: Set(message.object_version),
        payload: Set(message.payload.to_string()),
        payload_version: Set(PAYLOAD_VERSION),
        created_at: Set(clock.now()),
        change_seq: Set(None),
        staff_id: Set(message.staff_id),
        staff_before_id: Set(message.staff_before_id),
    };
    Entity::insert(row).exec_without_returning(connection).await?;
    Ok(())
}

/// Whether messages wait for their place in the order of changes.
pub async fn has_unordered(connection: &impl ConnectionTrait) -> Result<bool, Fault> {
    Ok(Sql::new("SELECT COUNT(*) FROM (SELECT 1 FROM outbox WHERE change_seq IS NULL LIMIT 1) o")
        .number(connection)
        .await?
        > 0)
}

/// A message that has its place in the order of changes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, FromQueryResult)]
pub struct Ordered {
    /// Which object it is about.
    pub object_id: Uuid,
    /// Its place.
    pub change_seq: i64,
}

/// Gives messages their place in the order of changes, `limit` at most. One transaction at a time does so, because the
/// counter's row is locked until the commit: nobody sees a place before those in front of it.
pub async fn order(connection: &impl ConnectionTrait, limit: u64) -> Result<Vec<Ordered>, Fault> {
    Sql::new("UPDATE change_counter SET last_seq = last_seq WHERE name = 'outbox'").run(connection).await?;
    let mut sql = Sql::new(
        "UPDATE outbox SET change_seq = v.seq FROM (
    SELECT n.id, c.last_seq + ROW_NUMBER() OVER (ORDER BY n.id) AS seq
    FROM (SELECT id FROM outbox WHERE change_seq IS NULL ORDER BY id LIMIT ",
    );
    sql.bind(i64::try_from(limit).unwrap_or(i64::MAX));
    sql.push(
        ") n CROSS JOIN (SELECT last_seq FROM change_counter WHERE name = 'outbox') c) v WHERE outbox.id = v.id
RETURNING object_id, change_seq",
    );
    let ordered: Vec<Ordered> = sql.all(connection).await?;
    let mut sql = Sql::new("UPDATE change_counter SET last_seq = last_seq + ");
    sql.bind(i64::try_from(ordered.len()).unwrap_or(0)).push(" WHERE name = 'outbox'").run(connection).await?;
    Ok(ordered)
}

/// How far the order of changes goes, and how far back it is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug, FromQueryResult)]
pub struct Known {
    /// The last place that was given.
    pub last: i64,
    /// The first place that is kept; missing when none is.
    pub first: Option<i64>,
}

impl Known {
    /// Whether everything after this place is kept.
    pub fn reaches(&self, seq: i64) -> bool {
        (0..=self.last).contains(&seq) && (seq == self.last || self.first.is_some_and(|first| first <= seq + 1))
    }
}

/// How far the order of changes goes, by one statement.
pub async fn known(connection: &impl ConnectionTrait) -> Result<Known, Fault> {
    let sql = Sql::new(
        "SELECT c.last_seq AS last, (SELECT MIN(o.change_seq) FROM outbox o) AS first
FROM change_counter c WHERE c.name = 'outbox'",
    );
    Ok(sql.one(connection).await?.unwrap_or(Known { last: 0, first: None }))
}

/// Forgets ordered messages from before `before`; how many.
pub async fn forget(connection: &impl ConnectionTrait, before: DateTime<Utc>) -> Result<u64, Fault> {
    let mut sql = Sql::new("DELETE FROM outbox WHERE change_seq IS NOT NULL");
    sql.with(" AND created_at < ", before).run(connection).await
}
