//! Counting in the database: for all nodes together, where there is no Redis or it is away.

use chrono::{DateTime, Utc};

use super::{Away, Bucket, Cell, RateLimiter, Taken, repo};
use crate::db::Db;
use crate::error::Error;
use crate::infra::crypto::{self, Key};

/// Counts in table `limit_state`, which keeps digests of what is counted by, so that it lists no addresses.
pub struct TableLimiter {
    db: Db,
    digest_key: Key,
}

impl TableLimiter {
    /// A limiter on this database.
    pub fn new(db: Db, digest_key: Key) -> Self {
        Self { db, digest_key }
    }
}

#[async_trait::async_trait]
impl RateLimiter for TableLimiter {
    async fn take(&self, buckets: &[Bucket], now: DateTime<Utc>) -> Result<Taken, Away> {
        let mut cells: Vec<_> = buckets
            .iter()
            .map(|bucket| (crypto::hmac_sha256(&self.digest_key, bucket.key.as_bytes()), Cell::of(bucket)))
            .collect();
        // In one order everywhere, so that two tries never wait for each other.
        cells.sort_unstable_by_key(|(digest, _)| *digest);
        let taken = self
            .db
            .write(move |tx| {
                let cells = cells.clone();
                Box::pin(async move {
                    for (digest, cell) in &cells {
                        if let Some(retry_after) = repo::take(tx, digest, *cell, now.timestamp_micros()).await? {
                            // What was counted before it is undone with the transaction.
                            return Err(Error::RateLimited { retry_after: super::seconds(retry_after) });
                        }
                    }
                    Ok(())
                })
            })
            .await;
        match taken {
            Ok(()) => Ok(Taken::Yes),
            Err(Error::RateLimited { retry_after }) => {
                Ok(Taken::No { retry_after: std::time::Duration::from_secs(u64::from(retry_after)) })
            }
            Err(error) => {
                tracing::error!(cause = ?error, "limits.table_failed");
                Err(Away)
            }
        }
    }
}
