//! The index in Redis, for all nodes together.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use entities::values::{AccountId, SessionEnd, SessionId};
use futures_util::StreamExt as _;
use moka::sync::Cache;
use redis::Script;
use uuid::Uuid;

use super::{Ended, LocalIndex, SessionIndex};
use crate::infra::redis::{PROBE_EVERY, Redis};

/// Where the ends of sessions are told.
const CHANNEL: &str = "linli:sessions";
/// How old may be what this node knows of a session from Redis.
const ASK_AFTER: Duration = Duration::from_secs(1);
/// Sessions for which that is kept.
const ASKED_MOST: u64 = 100_000;

/// Whether a session is over; notes it as seen if not. KEYS: the session. ARGV: now, in microseconds.
const CHECK: &str = "
if redis.call('HEXISTS', KEYS[1], 'over') == 1 then return 1 end
redis.call('HSET', KEYS[1], 'seen', ARGV[1])
redis.call('EXPIRE', KEYS[1], 86400)
return 0";

/// Remembers ends and tells of them. KEYS: the sessions. ARGV: the channel, then each one's message.
const END: &str = "
for i, key in ipairs(KEYS) do
    redis.call('HSET', key, 'over', 1)
    redis.call('EXPIRE', key, 86400)
    redis.call('PUBLISH', ARGV[1], ARGV[i + 1])
end
return #KEYS";

/// Remembers in Redis, and for a second here; while Redis is away it knows what this node was told.
pub struct RedisIndex {
    redis: Arc<Redis>,
    here: LocalIndex,
    asked: Cache<SessionId, ()>,
    check: Script,
    end: Script,
}

impl RedisIndex {
    /// An index on this server.
    pub fn new(redis: Arc<Redis>) -> Self {
        let asked = Cache::builder().max_capacity(ASKED_MOST).time_to_live(ASK_AFTER).build();
        Self { redis, here: LocalIndex::default(), asked, check: Script::new(CHECK), end: Script::new(END) }
    }
}

fn key(session: SessionId) -> String {
    format!("linli:session:{}", session.0)
}

fn message(ended: &Ended) -> String {
    format!("{} {} {}", ended.session.0, ended.account.0, ended.reason)
}

fn parse(message: &str) -> Option<Ended> {
    let mut words = message.split(' ');
    let session = SessionId(Uuid::parse_str(words.next()?).ok()?);
    let account = AccountId(Uuid::parse_str(words.next()?).ok()?);
    // A newer node may know reasons that this one does not.
    let reason = words.next()?.parse().unwrap_or(SessionEnd::Revoked);
    Some(Ended { session, account, reason })
}

#[async_trait::async_trait]
impl SessionIndex for RedisIndex {
    async fn is_over(&self, session: SessionId, now: DateTime<Utc>) -> bool {
        if self.here.is_over(session, now).await {
            return true;
        }
        if self.asked.contains_key(&session) {
            return false;
        }
        let mut call = self.check.key(key(session));
        call.arg(now.timestamp_micros());
        let over =
            self.redis.ask(|mut connection| async move { call.invoke_async::<i64>(&mut connection).await }).await;
        if over == Ok(1) {
            let nobody = AccountId(Uuid::nil());
            self.here.remember(Ended { session, account: nobody, reason: SessionEnd::Revoked });
            return true;
        }
        if over.is_ok() {
            self.asked.insert(session, ());
        }
        false
    }

    fn remember(&self, ended: Ended) {
        self.here.remember(ended);
    }

    async fn end(&self, ended: &[Ended]) -> bool {
        if ended.is_empty() {
            return true;
        }
        self.here.end(ended).await;
        let mut call = self.end.prepare_invoke();
        call.arg(CHANNEL);
        for one in ended {
            call.key(key(one.session)).arg(message(one));
        }
        self.redis.ask(|mut connection| async move { call.invoke_async::<i64>(&mut connection).await }).await.is_ok()
    }

    async fn last_seen(&self, sessions: &[SessionId]) -> HashMap<SessionId, DateTime<Utc>> {
        let mut seen = self.here.last_seen(sessions).await;
        let mut pipe = redis::pipe();
        for session in sessions {
            pipe.hget(key(*session), "seen");
        }
        let ask = |mut connection| async move { pipe.query_async::<Vec<Option<i64>>>(&mut connection).await };
        let elsewhere = if sessions.is_empty() { Ok(Vec::new()) } else { self.redis.ask(ask).await };
        for (session, micros) in sessions.iter().zip(elsewhere.unwrap_or_default()) {
            let Some(at) = micros.and_then(DateTime::from_timestamp_micros) else { continue };
            let known = seen.entry(*session).or_insert(at);
            *known = at.max(*known);
        }
        seen
    }
}

/// Hears of ends from other nodes and tells of them here, for ever. While Redis is away nothing is heard.
pub async fn listen(redis: Arc<Redis>, tell: impl Fn(Ended)) {
    loop {
        if redis.is_up()
            && let Ok(connection) = redis.listen(CHANNEL).await
        {
            let mut messages = connection.into_on_message();
            loop {
                tokio::select! {
                    message = messages.next() => match message {
                        Some(message) => {
                            let text: Option<String> = message.get_payload().ok();
                            if let Some(ended) = text.as_deref().and_then(parse) {
                                tell(ended);
                            }
                        }
                        None => break,
                    },
                    // A connection that hangs says nothing; one that is new is known to speak.
                    () = tokio::time::sleep(PROBE_EVERY) => if !redis.is_up() { break },
                }
            }
        }
        tokio::time::sleep(PROBE_EVERY).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_read_back_and_rubbish_is_not() {
        let (session, account) = (SessionId(Uuid::from_u128(7)), AccountId(Uuid::from_u128(8)));
        let ended = Ended { session, account, reason: SessionEnd::PasswordReset };
        assert_eq!(parse(&message(&ended)), Some(ended));
        let newer = message(&ended).replace("PASSWORD_RESET", "SOMETHING_NEW");
        assert_eq!(parse(&newer), Some(Ended { reason: SessionEnd::Revoked, ..ended }));
        for rubbish in ["", "x", "x y z", &session.0.to_string()] {
            assert_eq!(parse(rubbish), None, "{rubbish}");
        }
    }
}
