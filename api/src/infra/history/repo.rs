//! Reads and writes of the history.

use std::collections::HashMap;

use entities::history_event::{self, ActiveModel, Column, Entity};
use entities::values::AccountId;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::{Head, ObjectKind, chain};
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

/// The end of an object's chain, as its events have it.
pub async fn last_head(connection: &impl ConnectionTrait, object_id: Uuid) -> Result<Head, Fault> {
    let last = Entity::find().filter(Column::ObjectId.eq(object_id)).order_by_desc(Column::Seq).one(connection).await?;
    Ok(last.map_or_else(Head::genesis, |event| Head { seq: event.seq, hash: event.hash }))
}

/// Erases the personal part of an object's events. The digests stay, and with them the chain.
pub async fn erase_payload(connection: &impl ConnectionTrait, object_id: Uuid) -> Result<u64, Fault> {
    let mut sql = Sql::new("UPDATE history_event SET payload = NULL, payload_salt = NULL");
    sql.with(" WHERE object_id = ", object_id).run(connection).await
}

/// Erases the personal part of those events that a person's account caused or whose payload holds one of the texts that
/// name the person, in the histories of these objects. The digests stay, and with them the chains.
pub async fn erase_payload_of(
    connection: &impl ConnectionTrait,
    account: AccountId,
    texts: &[String],
    objects: &[Uuid],
) -> Result<u64, Fault> {
    let mut erased = 0;
    for objects in objects.chunks(500) {
        let mut sql =
            Sql::new("UPDATE history_event SET payload = NULL, payload_salt = NULL WHERE payload IS NOT NULL");
        sql.push(" AND object_id IN ").list(objects.iter().copied()).with(" AND (account_id = ", account);
        for text in texts {
            sql.with(" OR REPLACE(payload, ", text.as_str()).push(", '') <> payload");
        }
        erased += sql.push(")").run(connection).await?;
    }
    Ok(erased)
}

/// How often a history is read anew when it grows while it is being checked.
const REREADS: u32 = 8;

#[derive(FromQueryResult, PartialEq)]
struct TicketHead {
    id: Uuid,
    version: i32,
    history_hash: Vec<u8>,
}

/// What checking the chains has found.
#[derive(Clone, Debug, Default)]
pub struct Chains {
    /// Each break with its object.
    pub breaks: Vec<(ObjectKind, Uuid, chain::Break)>,
    /// How many objects were checked.
    pub objects: usize,
    /// How many events they have.
    pub events: usize,
}

/// Checks the chain of every ticket and of everything else that has a history, some hundred at a time.
///
/// Work may go on meanwhile: a chain that seems broken is read again until its head stands still.
pub async fn verify_all(connection: &impl ConnectionTrait) -> Result<Chains, Fault> {
    let (mut found, mut after) = (Chains::default(), Uuid::nil());
    loop {
        let mut sql = Sql::new("SELECT id, version, history_hash FROM ticket");
        sql.with(" WHERE id > ", after).push(" ORDER BY id LIMIT 500");
        let heads: Vec<TicketHead> = sql.all(connection).await?;
        let Some(last) = heads.last() else { break };
        after = last.id;
        found.objects += heads.len();
        let ids: Vec<Uuid> = heads.iter().map(|head| head.id).collect();
        let mut of_object = by_object(events(connection, &ids).await?);
        for head in heads {
            let of_ticket = of_object.remove(&head.id).unwrap_or_default();
            found.events += of_ticket.len();
            if chain::verify(&of_ticket, head.version, &head.history_hash).is_err()
                && let Err(what) = verify_again(connection, head.id).await?
            {
                found.breaks.push((ObjectKind::Ticket, head.id, what));
            }
        }
    }
    let orphans = orphans(connection).await?;
    found.breaks.extend(orphans.into_iter().map(|(id, what)| (ObjectKind::Ticket, id, what)));
    for kind in ObjectKind::WITHOUT_HEAD {
        verify_without_head(connection, kind, &mut found).await?;
    }
    Ok(found)
}

fn by_object(events: Vec<history_event::Model>) -> HashMap<Uuid, Vec<history_event::Model>> {
    let mut of_object: HashMap<Uuid, Vec<history_event::Model>> = HashMap::new();
    for event in events {
        of_object.entry(event.object_id).or_default().push(event);
    }
    of_object
}

/// Checks the histories of what has no row that names their head: their tails are a matter of checkpoints.
async fn verify_without_head(
    connection: &impl ConnectionTrait,
    kind: ObjectKind,
    found: &mut Chains,
) -> Result<(), Fault> {
    #[derive(FromQueryResult)]
    struct Run {
        object_id: Uuid,
    }
    let mut after = Uuid::nil();
    loop {
        let mut sql = Sql::new("SELECT DISTINCT object_id FROM history_event WHERE");
        sql.with(" object_kind = ", kind.as_str()).with(" AND object_id > ", after);
        let runs: Vec<Run> = sql.push(" ORDER BY object_id LIMIT 500").all(connection).await?;
        let Some(last) = runs.last() else { return Ok(()) };
        after = last.object_id;
        let ids: Vec<Uuid> = runs.iter().map(|run| run.object_id).collect();
        for (id, of_run) in by_object(events(connection, &ids).await?) {
            found.objects += 1;
            found.events += of_run.len();
            let (seq, hash) = of_run.last().map_or((0, [].as_slice()), |event| (event.seq, event.hash.as_slice()));
            if let Err(what) = chain::verify(&of_run, seq, hash) {
                found.breaks.push((kind, id, what));
            }
        }
    }
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
