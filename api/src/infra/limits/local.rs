//! Counting in this process's memory.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};

use super::{Away, Bucket, Cell, RateLimiter, Taken};

/// Buckets kept at most; empty ones are thrown away when there are more.
const MOST: usize = 100_000;

/// Counts in memory: for one node, which forgets when it stops.
#[derive(Default)]
pub struct LocalLimiter(Mutex<HashMap<String, i64>>);

#[async_trait::async_trait]
impl RateLimiter for LocalLimiter {
    async fn take(&self, buckets: &[Bucket], now: DateTime<Utc>) -> Result<Taken, Away> {
        let now = now.timestamp_micros();
        let mut full = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut wait = None;
        let mut next = Vec::with_capacity(buckets.len());
        for bucket in buckets {
            match Cell::of(bucket).after(full.get(&bucket.key).copied().unwrap_or(0), now) {
                Ok(until) => next.push((bucket.key.clone(), until)),
                Err(over) => wait = wait.max(Some(over)),
            }
        }
        if let Some(retry_after) = wait {
            return Ok(Taken::No { retry_after });
        }
        full.extend(next);
        if full.len() > MOST {
            full.retain(|_, until| *until > now);
        }
        Ok(Taken::Yes)
    }
}
