//! Checking checkpoints against each other, their signatures and the events that are there.

use chrono::{DateTime, Utc};
use entities::history_checkpoint;
use uuid::Uuid;

use super::{make, repo, seal};
use crate::db::Conn;
use crate::error::Error;
use crate::infra::settings;
use crate::state::App;

/// What is wrong with a checkpoint, or was found by one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CheckpointBreak {
    /// A checkpoint is missing before this number.
    Gap {
        /// The number that was expected.
        expected: i32,
    },
    /// The checkpoint does not follow from the one before, or a field of it was altered.
    Altered {
        /// Its number.
        checkpoint: i32,
    },
    /// It is not signed with this installation's key.
    Unsigned {
        /// Its number.
        checkpoint: i32,
    },
    /// Its list of heads is not the one that was signed.
    Heads {
        /// Its number.
        checkpoint: i32,
    },
    /// An event that the checkpoint names is gone: the object or its tail was removed.
    Lost {
        /// The checkpoint's number.
        checkpoint: i32,
        /// What kind of object.
        object_kind: String,
        /// Which object.
        object_id: Uuid,
        /// Number of the event.
        event: i32,
    },
    /// An event that the checkpoint names is another one now: the chain was written anew.
    Rewritten {
        /// The checkpoint's number.
        checkpoint: i32,
        /// What kind of object.
        object_kind: String,
        /// Which object.
        object_id: Uuid,
        /// Number of the event.
        event: i32,
    },
    /// The signed name of the newest checkpoint is missing or forged.
    NewestUnnamed,
    /// The checkpoint that was named as the newest, or noted outside, is not there any more, or is another one.
    NotThere {
        /// Its number.
        checkpoint: i32,
    },
}

/// What checking the checkpoints has found.
#[derive(Clone, Debug, Default)]
pub struct Checkpoints {
    /// How many there are.
    pub count: u64,
    /// The newest one's number and when it was made.
    pub newest: Option<(i32, DateTime<Utc>)>,
    /// How many heads were compared with their events.
    pub heads: u64,
    /// Everything that is wrong.
    pub breaks: Vec<CheckpointBreak>,
}

/// Checks every checkpoint, and that every event it names is there unchanged; a page of heads at a time.
///
/// `noted` is a checkpoint's `seq:hash` that was written down outside the database: nothing inside it can show that
/// everything was put back to an older copy.
pub async fn verify_checkpoints(app: &App, noted: Option<&str>) -> Result<Checkpoints, Error> {
    let connection = app.db.read();
    let mut found = Checkpoints::default();
    // Before the checkpoints are read: one that is made meanwhile is newer than the one named.
    let named = settings::get(connection, make::NEWEST).await?;
    let newest = named.as_deref().and_then(|text| app.checkpoints.newest_named(text));
    let noted_at = noted.map(|text| seal::parse_note(text).ok_or(text));
    let mut wanted: Vec<(i32, Vec<u8>)> = newest.iter().cloned().collect();
    match noted_at {
        Some(Ok(note)) => wanted.push(note),
        Some(Err(_)) => return Err(Error::internal("a noted checkpoint looks like NUMBER:HASH")),
        None => {}
    }
    let (mut seq, mut before) = (0, seal::GENESIS.to_vec());
    loop {
        let page = repo::after(connection, seq).await?;
        if page.is_empty() {
            break;
        }
        for row in page {
            verify_one(app, connection, &row, (seq, &before), &mut found).await?;
            wanted.retain(|(seq, hash)| (*seq, hash) != (row.seq, &row.hash));
            found.count += 1;
            found.newest = Some((row.seq, row.made_at));
            (seq, before) = (row.seq, row.hash);
        }
    }
    if repo::stray_heads(connection, seq).await? > 0 {
        found.breaks.push(CheckpointBreak::Gap { expected: seq + 1 });
    }
    if newest.is_none() && (found.count > 0 || named.is_some()) {
        found.breaks.push(CheckpointBreak::NewestUnnamed);
    }
    wanted.dedup();
    found.breaks.extend(wanted.into_iter().map(|(checkpoint, _)| CheckpointBreak::NotThere { checkpoint }));
    Ok(found)
}

async fn verify_one(
    app: &App,
    connection: &Conn,
    row: &history_checkpoint::Model,
    (seq, before): (i32, &[u8]),
    found: &mut Checkpoints,
) -> Result<(), Error> {
    let checkpoint = row.seq;
    if checkpoint != seq + 1 {
        found.breaks.push(CheckpointBreak::Gap { expected: seq + 1 });
    }
    if (checkpoint == seq + 1 && row.prev_hash != before) || seal::hash(row).as_slice() != row.hash {
        found.breaks.push(CheckpointBreak::Altered { checkpoint });
    }
    if !app.checkpoints.signed(&row.hash, &row.signature) {
        found.breaks.push(CheckpointBreak::Unsigned { checkpoint });
    }
    let (mut after, mut digest, mut objects, mut events) = (Uuid::nil(), seal::GENESIS.to_vec(), 0, 0);
    loop {
        let page = repo::heads(connection, checkpoint, after).await?;
        let Some(last) = page.last() else { break };
        after = last.head.event_id;
        for repo::HeadRow { head, found: there } in page {
            digest = seal::digest(&digest, &head).to_vec();
            objects += 1;
            events += i64::from(head.seq) - i64::from(head.first_seq) + 1;
            let (object_kind, object_id, event) = (head.object_kind, head.object_id, head.seq);
            match there {
                None => found.breaks.push(CheckpointBreak::Lost { checkpoint, object_kind, object_id, event }),
                Some(hash) if hash != head.hash => {
                    found.breaks.push(CheckpointBreak::Rewritten { checkpoint, object_kind, object_id, event });
                }
                Some(_) => {}
            }
            found.heads += 1;
        }
    }
    if digest != row.digest || objects != row.object_count || events != row.event_count {
        found.breaks.push(CheckpointBreak::Heads { checkpoint });
    }
    Ok(())
}
