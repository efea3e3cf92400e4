//! Reads and writes of the history.

use entities::history_event::{self, ActiveModel, Column, Entity};
use entities::values::EventId;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::{Head, NewEvent, ObjectKind, PAYLOAD_VERSION, chain};
use crate::clock::Clock;
use crate::db::{Fault, Sql};
use crate::error::Error;
use crate::infra::crypto;

/// Appends an event after `head` and returns the new head, which the object's row must take in the same transaction.
pub async fn append(
    connection: &impl ConnectionTrait,
    clock: &Clock,
    head: &Head,
    event: NewEvent,
) -> Result<Head, Error> {
    let payload = event.payload.to_string();
    let salt: [u8; 16] = crypto::random()?;
    let mut row = history_event::Model {
        id: clock.new_id::<EventId>(),
        org_id: event.org_id,
        object_kind: event.object_kind.as_str().to_owned(),
        object_id: event.object_id,
        seq: head.seq + 1,
        kind: event.kind.to_owned(),
        from_state: event.from_state.map(str::to_owned),
        to_state: event.to_state.map(str::to_owned),
        account_id: event.actor.account_id,
        staff_id: event.actor.staff_id,
        payload_version: PAYLOAD_VERSION,
        payload_digest: chain::payload_digest(&salt, &payload).to_vec(),
        payload: Some(payload),
        payload_salt: Some(salt.to_vec()),
        prev_hash: head.hash.clone(),
        hash: Vec::new(),
        occurred_at: event.occurred_at,
        recorded_at: clock.now(),
    };
    row.hash = chain::hash(&row).to_vec();
    let head = Head { seq: row.seq, hash: row.hash.clone() };
    let row: ActiveModel = row.into_active_model();
    Entity::insert(row).exec_without_returning(connection).await?;
    Ok(head)
}

/// One object's events, oldest first.
pub async fn events(
    connection: &impl ConnectionTrait,
    object_ids: &[Uuid],
) -> Result<Vec<history_event::Model>, Fault> {
    let query = Entity::find().filter(Column::ObjectId.is_in(object_ids.iter().copied()));
    Ok(query.order_by_asc(Column::ObjectId).order_by_asc(Column::Seq).all(connection).await?)
}

/// Erases the personal part of an object's events. The digests stay, and with them the chain.
pub async fn erase_payload(connection: &impl ConnectionTrait, object_id: Uuid) -> Result<u64, Fault> {
    let mut sql = Sql::new("UPDATE history_event SET payload = NULL, payload_salt = NULL");
    sql.with(" WHERE object_id = ", object_id).run(connection).await
}

#[derive(FromQueryResult)]
struct TicketHead {
    id: Uuid,
    version: i32,
    history_hash: Vec<u8>,
}

/// Checks every ticket's chain, some hundred tickets at a time; the breaks that were found, and how many were checked.
pub async fn verify_all(connection: &impl ConnectionTrait) -> Result<(Vec<(Uuid, chain::Break)>, usize), Fault> {
    let (mut breaks, mut checked, mut after) = (Vec::new(), 0, Uuid::nil());
    loop {
        let mut sql = Sql::new("SELECT id, version, history_hash FROM ticket");
        sql.with(" WHERE id > ", after).push(" ORDER BY id LIMIT 500");
        let heads: Vec<TicketHead> = sql.all(connection).await?;
        let Some(last) = heads.last() else { break };
        after = last.id;
        checked += heads.len();
        let ids: Vec<Uuid> = heads.iter().map(|head| head.id).collect();
        let events = events(connection, &ids).await?;
        for head in &heads {
            let of_ticket: Vec<_> = events.iter().filter(|event| event.object_id == head.id).cloned().collect();
            if let Err(found) = chain::verify(&of_ticket, head.version, &head.history_hash) {
                breaks.push((head.id, found));
            }
        }
    }
    breaks.extend(orphans(connection).await?);
    Ok((breaks, checked))
}

/// Histories whose ticket is gone.
async fn orphans(connection: &impl ConnectionTrait) -> Result<Vec<(Uuid, chain::Break)>, Fault> {
    #[derive(FromQueryResult)]
    struct Orphan {
        object_id: Uuid,
        seq: i32,
    }
    let mut sql = Sql::new("SELECT e.object_id, MAX(e.seq) AS seq FROM history_event e");
    sql.with(" WHERE e.object_kind = ", ObjectKind::Ticket.as_str());
    sql.push(" AND NOT EXISTS (SELECT 1 FROM ticket t WHERE t.id = e.object_id) GROUP BY e.object_id");
    let orphans: Vec<Orphan> = sql.all(connection).await?;
    Ok(orphans.into_iter().map(|it| (it.object_id, chain::Break::Tail { found: it.seq, named: 0 })).collect())
}
