//! Reads and writes of the history.

use std::collections::HashMap;

use entities::history_event::{self, ActiveModel, Column, Entity};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::{ObjectKind, chain};
use crate::db::{Fault, Sql};

/// Adds an event that [`super::link`] made. The object's row must have taken its number and hash before, in the same
/// transaction, by a conditional update: of two events after the same one only the first is kept.
pub async fn insert(connection: &impl ConnectionTrait, event: history_event::Model) -> Result<(), Fault> {
    let row: ActiveModel = event.into_active_model();
    Entity::insert(row).exec_without_returning(connection).await?;
    Ok(())
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

/// How often a history is read anew when it grows while it is being checked.
const REREADS: u32 = 8;

#[derive(FromQueryResult, PartialEq)]
struct TicketHead {
    id: Uuid,
    version: i32,
    history_hash: Vec<u8>,
}

/// Checks every ticket's chain, some hundred tickets at a time; the breaks that were found, and how many were checked.
///
/// Work may go on meanwhile: a chain that seems broken is read again until its head stands still.
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
        let mut of_object: HashMap<Uuid, Vec<history_event::Model>> = HashMap::new();
        for event in events(connection, &ids).await? {
            of_object.entry(event.object_id).or_default().push(event);
        }
        for head in heads {
            let of_ticket = of_object.remove(&head.id).unwrap_or_default();
            if chain::verify(&of_ticket, head.version, &head.history_hash).is_err()
                && let Err(found) = verify_again(connection, head.id).await?
            {
                breaks.push((head.id, found));
            }
        }
    }
    breaks.extend(orphans(connection).await?);
    Ok((breaks, checked))
}

/// Checks one ticket's chain with its head read before and after: events that came in between are no break.
async fn verify_again(connection: &impl ConnectionTrait, id: Uuid) -> Result<Result<(), chain::Break>, Fault> {
    let mut before = head(connection, id).await?;
    let mut outcome = Ok(());
    for _ in 0..REREADS {
        let of_ticket = events(connection, &[id]).await?;
        let after = head(connection, id).await?;
        // A ticket that is gone leaves its events behind, which are found as orphans.
        let Some(seen) = &before else { return Ok(Ok(())) };
        outcome = chain::verify(&of_ticket, seen.version, &seen.history_hash);
        if outcome.is_ok() || before == after {
            break;
        }
        before = after;
    }
    Ok(outcome)
}

async fn head(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<TicketHead>, Fault> {
    Sql::new("SELECT id, version, history_hash FROM ticket").with(" WHERE id = ", id).one(connection).await
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
