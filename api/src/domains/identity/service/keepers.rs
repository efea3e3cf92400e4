//! What a node does by itself to stay current: it hears of sessions that end elsewhere, loads new signing keys, writes
//! when sessions were last seen, and notices when Redis goes and comes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use entities::values::SessionId;
use tokio::task::AbortHandle;
use tokio::time::MissedTickBehavior;

use super::{Identity, live};
use crate::clock::Clock;
use crate::db::Db;
use crate::infra::redis::{PROBE_EVERY, Redis};
use crate::infra::sessions;

/// How often ends are read in the database while Redis does not tell them, …
const READ_ENDS: Duration = Duration::from_secs(1);
/// … and at how many of those times while it does, because a message may be lost: together well within 5 seconds.
const READ_ANYWAY: u32 = 3;
/// How far back is read: a transaction may take so long from its clock's time to its end, and clocks differ.
const BACK: chrono::Duration = chrono::Duration::seconds(60);
/// How often signing keys are loaded anew.
const LOAD_KEYS: Duration = Duration::from_secs(30);
/// How often it is written when sessions were last seen.
const WRITE_SEEN: Duration = Duration::from_secs(60);

/// When sessions were last seen here, since it was last written.
#[derive(Default)]
pub(super) struct Seen(Mutex<HashMap<SessionId, DateTime<Utc>>>);

impl Seen {
    /// Notes that a session was seen.
    pub fn note(&self, session: SessionId, now: DateTime<Utc>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(session, now);
    }

    /// What is to be written, in one order everywhere.
    pub fn take(&self) -> Vec<(SessionId, DateTime<Utc>)> {
        let seen = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let mut seen: Vec<_> = seen.into_iter().collect();
        seen.sort_unstable();
        seen
    }
}

/// The tasks; they end when this is dropped.
pub struct Keepers(Vec<AbortHandle>);

impl Drop for Keepers {
    fn drop(&mut self) {
        self.0.iter().for_each(AbortHandle::abort);
    }
}

impl Keepers {
    /// Starts them.
    pub fn start(identity: &Arc<Identity>, db: &Db, clock: &Clock) -> Self {
        let mut tasks = vec![
            tokio::spawn(read_ends(Arc::clone(identity), db.clone(), clock.clone())),
            tokio::spawn(load_keys(Arc::clone(identity), db.clone())),
            tokio::spawn(write_seen(Arc::clone(identity), db.clone())),
        ];
        if let Some(redis) = &identity.redis {
            tasks.push(tokio::spawn(probe(Arc::clone(redis))));
            let (redis, identity) = (Arc::clone(redis), Arc::clone(identity));
            tasks.push(tokio::spawn(async move {
                sessions::listen(redis, |ended| {
                    identity.index.remember(ended);
                    identity.events.tell(ended);
                })
                .await;
            }));
        }
        Self(tasks.iter().map(|task| task.abort_handle()).collect())
    }
}

fn every(period: Duration) -> tokio::time::Interval {
    let mut rounds = tokio::time::interval(period);
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    rounds
}

async fn probe(redis: Arc<Redis>) {
    let mut rounds = every(PROBE_EVERY);
    loop {
        rounds.tick().await;
        redis.probe().await;
    }
}

async fn read_ends(identity: Arc<Identity>, db: Db, clock: Clock) {
    let (mut rounds, mut skipped) = (every(READ_ENDS), 0);
    let (connection, mut since) = (db.aside(), clock.now());
    loop {
        rounds.tick().await;
        skipped += 1;
        if identity.redis.as_ref().is_some_and(|redis| redis.is_up()) && skipped < READ_ANYWAY {
            continue;
        }
        skipped = 0;
        let now = clock.now();
        match live::read_ends(&identity, &connection, since - BACK).await {
            Ok(_) => since = now,
            // The next round reads from where this one would have.
            Err(error) => tracing::warn!(cause = ?error, "identity.ends_not_read"),
        }
    }
}

async fn load_keys(identity: Arc<Identity>, db: Db) {
    let (mut rounds, connection) = (every(LOAD_KEYS), db.aside());
    rounds.tick().await;
    loop {
        rounds.tick().await;
        if let Err(error) = identity.tokens.keys.reload(&connection).await {
            tracing::warn!(cause = ?error, "identity.keys_not_loaded");
        }
    }
}

async fn write_seen(identity: Arc<Identity>, db: Db) {
    let mut rounds = every(WRITE_SEEN);
    rounds.tick().await;
    loop {
        rounds.tick().await;
        if let Err(error) = live::write_seen(&identity, &db).await {
            tracing::warn!(cause = ?error, "identity.seen_not_written");
        }
    }
}
