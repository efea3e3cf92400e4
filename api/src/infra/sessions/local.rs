//! The index in this process's memory.

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use entities::values::SessionId;
use moka::sync::Cache;

use super::{Ended, SessionIndex};

/// Sessions remembered at most; those that are forgotten are asked of the database.
const MOST: u64 = 200_000;
/// For how long.
const KEPT: Duration = Duration::from_secs(86_400);

/// Remembers in memory: for a node on its own, and in front of Redis.
pub struct LocalIndex {
    over: Cache<SessionId, ()>,
    seen: Cache<SessionId, DateTime<Utc>>,
}

impl Default for LocalIndex {
    fn default() -> Self {
        Self {
            over: Cache::builder().max_capacity(MOST).time_to_live(KEPT).build(),
            seen: Cache::builder().max_capacity(MOST).time_to_live(KEPT).build(),
        }
    }
}

#[async_trait::async_trait]
impl SessionIndex for LocalIndex {
    async fn is_over(&self, session: SessionId, now: DateTime<Utc>) -> bool {
        if self.over.contains_key(&session) {
            return true;
        }
        self.seen.insert(session, now);
        false
    }

    fn remember(&self, ended: Ended) {
        self.over.insert(ended.session, ());
    }

    async fn end(&self, ended: &[Ended]) -> bool {
        ended.iter().for_each(|ended| self.remember(*ended));
        // Nobody else is told: other nodes, if there are any, read it in the database.
        false
    }

    async fn last_seen(&self, sessions: &[SessionId]) -> HashMap<SessionId, DateTime<Utc>> {
        sessions.iter().filter_map(|session| Some((*session, self.seen.get(session)?))).collect()
    }
}
