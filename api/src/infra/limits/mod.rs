//! Limits: how often something may be done within a time, counted in memory, in Redis or in the database.
//!
//! All three count by the generic cell rate algorithm: a bucket holds `limit` tries, and one drips out every
//! `window / limit`. Nobody gets more than `limit` at once, and nobody more than twice that within one window.

mod local;
mod redis;
mod repo;
mod table;

use std::time::Duration;

use chrono::{DateTime, Utc};

pub use local::LocalLimiter;
pub use redis::RedisLimiter;
pub use repo::{forget_empty, take_turn};
pub use table::TableLimiter;

use super::redis::Away;

/// Something that is counted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bucket {
    /// What is counted by, such as `code-requests:203.0.113.7/32`.
    pub key: String,
    /// How many tries it holds, at least 1.
    pub limit: u32,
    /// In which time a full one empties.
    pub window: Duration,
}

/// Whether a try may go on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Taken {
    /// It was counted in every bucket.
    Yes,
    /// A bucket is full: it was counted in none.
    No {
        /// After this time there is room again, if nobody else takes it.
        retry_after: Duration,
    },
}

/// Counts tries.
#[async_trait::async_trait]
pub trait RateLimiter: Send + Sync {
    /// Counts one try in every bucket, or in none when one of them is full.
    async fn take(&self, buckets: &[Bucket], now: DateTime<Utc>) -> Result<Taken, Away>;
}

/// A time to wait in whole seconds, at least 1.
pub fn seconds(wait: Duration) -> u32 {
    u32::try_from(wait.as_micros().div_ceil(1_000_000)).unwrap_or(u32::MAX).max(1)
}

/// The arithmetic of one bucket, in microseconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Cell {
    /// What one try adds.
    pub step: i64,
    /// How far ahead of now the bucket may be full.
    pub window: i64,
}

impl Cell {
    pub(crate) fn of(bucket: &Bucket) -> Self {
        let window = i64::try_from(bucket.window.as_micros()).unwrap_or(i64::MAX / 4);
        Self { step: (window / i64::from(bucket.limit.max(1))).max(1), window }
    }

    /// Until when the bucket is full after one more try at `now`, or how long that has to wait.
    pub(crate) fn after(self, full_until: i64, now: i64) -> Result<i64, Duration> {
        let next = full_until.max(now) + self.step;
        let over = next - now - self.window;
        if over > 0 { Err(Duration::from_micros(over.unsigned_abs())) } else { Ok(next) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_holds_its_limit_and_drips() {
        let cell = Cell::of(&Bucket { key: String::new(), limit: 3, window: Duration::from_secs(30) });
        let second = 1_000_000;
        let mut full = 0;
        for _ in 0..3 {
            full = cell.after(full, 100 * second).expect("room");
        }
        assert_eq!(cell.after(full, 100 * second), Err(Duration::from_secs(10)));
        assert_eq!(cell.after(full, 109 * second), Err(Duration::from_secs(1)));
        full = cell.after(full, 110 * second).expect("one has dripped out");
        assert!(cell.after(full, 110 * second).is_err());
    }
}
