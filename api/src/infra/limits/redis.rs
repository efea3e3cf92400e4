//! Counting in Redis, for all nodes together.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use redis::Script;

use super::{Away, Bucket, Cell, RateLimiter, Taken};
use crate::infra::redis::Redis;

/// Counts one try in every bucket and returns 0, or counts in none and returns the microseconds to wait.
///
/// ARGV: now, then step and window of each key, all in microseconds. Doubles hold them exactly until the year 2255.
const TAKE: &str = "
local now, wait, next = tonumber(ARGV[1]), 0, {}
for i, key in ipairs(KEYS) do
    local step, window = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
    next[i] = math.max(tonumber(redis.call('GET', key) or 0), now) + step
    wait = math.max(wait, next[i] - now - window)
end
if wait > 0 then return wait end
for i, key in ipairs(KEYS) do
    redis.call('SET', key, string.format('%.0f', next[i]), 'PX', math.ceil((next[i] - now) / 1000) + 1000)
end
return 0";

/// Counts in Redis.
pub struct RedisLimiter {
    redis: Arc<Redis>,
    take: Script,
}

impl RedisLimiter {
    /// A limiter on this server.
    pub fn new(redis: Arc<Redis>) -> Self {
        Self { redis, take: Script::new(TAKE) }
    }
}

#[async_trait::async_trait]
impl RateLimiter for RedisLimiter {
    async fn take(&self, buckets: &[Bucket], now: DateTime<Utc>) -> Result<Taken, Away> {
        let mut call = self.take.prepare_invoke();
        call.arg(now.timestamp_micros());
        for bucket in buckets {
            let cell = Cell::of(bucket);
            call.key(format!("linli:limit:{}", bucket.key)).arg(cell.step).arg(cell.window);
        }
        let wait: u64 =
            self.redis.ask(|mut connection| async move { call.invoke_async(&mut connection).await }).await?;
        Ok(if wait == 0 { Taken::Yes } else { Taken::No { retry_after: Duration::from_micros(wait) } })
    }
}
