//! What all nodes must soon know of sessions: which are over, and when each was last seen.
//!
//! The database alone decides whether a session lives. The index refuses sooner and spreads the news; it only ever says
//! "over", and what is over stays over, so that an old, repeated or late message does no harm.

mod hub;
mod local;
mod redis;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::values::{AccountId, SessionEnd, SessionId};

pub use hub::{SessionEvents, Subscription};
pub use local::LocalIndex;
pub use redis::{RedisIndex, listen};

/// A session that is over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ended {
    /// The session.
    pub session: SessionId,
    /// Whose.
    pub account: AccountId,
    /// Why.
    pub reason: SessionEnd,
}

/// Knows sessions that are over, and when sessions were last seen.
#[async_trait::async_trait]
pub trait SessionIndex: Send + Sync {
    /// Whether the session is known to be over; if not, it is noted as seen now.
    async fn is_over(&self, session: SessionId, now: DateTime<Utc>) -> bool;

    /// Remembers that a session is over.
    fn remember(&self, ended: Ended);

    /// Remembers it and tells every other node; whether they will hear of it.
    async fn end(&self, ended: &[Ended]) -> bool;

    /// When each of the sessions was last seen, as far as it is known.
    async fn last_seen(&self, sessions: &[SessionId]) -> HashMap<SessionId, DateTime<Utc>>;
}
