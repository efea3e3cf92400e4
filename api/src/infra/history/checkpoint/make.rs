//! Making checkpoints: once a day by the worker, and whenever somebody asks.

use chrono::{Duration, NaiveDate};
use entities::history_checkpoint;
use uuid::Uuid;

use super::{highest_id, lowest_id, moment_of, repo, seal};
use crate::db::Tx;
use crate::error::Error;
use crate::infra::settings;
use crate::state::App;

/// Name of the setting that names the newest checkpoint.
pub const NEWEST: &str = "history_checkpoint";

/// Events of one checkpoint at most: a long history is taken in by several, each in a short transaction of its own.
const EVENTS_MAX: u64 = 50_000;

/// How far a checkpoint looks back past the one before: for events that were committed late, or recorded by a node whose
/// clock is slow.
const LOOK_BACK: Duration = Duration::days(1);

/// Takes in what no checkpoint covers yet; the newest checkpoint.
pub async fn checkpoint(app: &App) -> Result<history_checkpoint::Model, Error> {
    // Of several that are made at the same time one is kept; what the others would have said the next one says.
    for _ in 0..8 {
        if let Some(made) = make(app, None).await? {
            return Ok(made);
        }
    }
    Err(Error::internal("checkpoints were made all the time"))
}

/// Makes the day's checkpoint, which is the day's in UTC and has its number once; how many checkpoints were made.
pub async fn checkpoint_of_day(app: &App) -> Result<u64, Error> {
    let day = app.clock.now().date_naive();
    if repo::has_day(app.db.read(), day).await? {
        return Ok(0);
    }
    Ok(u64::from(make(app, Some(day)).await?.is_some()))
}

/// Makes checkpoints until all is covered; nothing when somebody else was at it.
async fn make(app: &App, day: Option<NaiveDate>) -> Result<Option<history_checkpoint::Model>, Error> {
    loop {
        let job = app.clone();
        let made = app.db.write_background(move |tx| {
            let app = job.clone();
            Box::pin(async move { next(tx, &app, day).await })
        });
        match made.await? {
            None => return Ok(None),
            Some((made, true)) => return Ok(Some(made)),
            Some((_, false)) => {}
        }
    }
}

/// Makes the next checkpoint, and says whether it covers all that there is.
async fn next(tx: &Tx, app: &App, day: Option<NaiveDate>) -> Result<Option<(history_checkpoint::Model, bool)>, Error> {
    let before = repo::newest(tx).await?;
    let now = app.clock.now();
    let from = before.as_ref().map_or(Uuid::nil(), |row| row.until_id);
    let end = highest_id(now).max(from);
    let full = repo::event_after(tx, from, end, EVENTS_MAX - 1).await?.filter(|id| *id < end);
    let until = full.unwrap_or(end);
    let mut row = history_checkpoint::Model {
        seq: before.as_ref().map_or(0, |row| row.seq) + 1,
        day: day.filter(|_| full.is_none()),
        until_at: moment_of(until),
        until_id: until,
        object_count: 0,
        event_count: 0,
        digest: seal::GENESIS.to_vec(),
        prev_hash: before.map_or(seal::GENESIS.to_vec(), |row| row.hash),
        hash: Vec::new(),
        signature: Vec::new(),
        made_at: now,
    };
    if !repo::begin(tx, &row).await? {
        return Ok(None);
    }
    let back = if from.is_nil() { from } else { lowest_id(moment_of(from) - LOOK_BACK) };
    repo::collect(tx, row.seq, back, until).await?;
    let mut after = Uuid::nil();
    loop {
        let page = repo::heads(tx, row.seq, after).await?;
        let Some(last) = page.last() else { break };
        after = last.head.event_id;
        for repo::HeadRow { head, .. } in page {
            row.digest = seal::digest(&row.digest, &head).to_vec();
            row.object_count += 1;
            row.event_count += i64::from(head.seq - head.first_seq) + 1;
        }
    }
    row.hash = seal::hash(&row).to_vec();
    row.signature = app.checkpoints.sign(&row.hash);
    repo::finish(tx, &row).await?;
    settings::put(tx, NEWEST, &app.checkpoints.name_newest(row.seq, &row.hash), now).await?;
    Ok(Some((row, full.is_none())))
}
