//! The connection to Redis, which may be away at any time: nobody waits for it longer than [`PATIENCE`], and while it is
//! known to be away nobody waits at all.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig, PubSub};
use redis::{Client, RedisResult};

use crate::config::ConfigError;

/// How long an answer may take.
pub const PATIENCE: Duration = Duration::from_millis(200);
/// How often it is asked whether Redis answers.
pub const PROBE_EVERY: Duration = Duration::from_millis(500);

/// Redis did not answer, or with an error; somebody else must be asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Away;

/// A Redis server.
pub struct Redis {
    client: Client,
    commands: ConnectionManager,
    up: AtomicBool,
}

impl Redis {
    /// A server that is connected to when it is first needed. To be called within the runtime.
    pub fn open(url: &str) -> Result<Arc<Self>, ConfigError> {
        // The text of the library's error would name the address, and the password with it.
        let refused = |_| ConfigError("configuration: `redis_url` is not the address of a Redis server".to_owned());
        let client = Client::open(url).map_err(refused)?;
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE))
            .set_number_of_retries(1)
            .set_max_delay(PROBE_EVERY);
        let commands = ConnectionManager::new_lazy_with_config(client.clone(), config).map_err(refused)?;
        Ok(Arc::new(Self { client, commands, up: AtomicBool::new(false) }))
    }

    /// Whether it answered when it was last asked.
    pub fn is_up(&self) -> bool {
        self.up.load(Ordering::Relaxed)
    }

    /// Asks, unless Redis is known to be away.
    pub async fn ask<T, F>(&self, work: impl FnOnce(ConnectionManager) -> F) -> Result<T, Away>
    where
        F: Future<Output = RedisResult<T>>,
    {
        if !self.is_up() {
            return Err(Away);
        }
        self.try_to(work).await
    }

    /// Asks whether Redis answers; to be called every [`PROBE_EVERY`], which is what brings it back.
    pub async fn probe(&self) -> bool {
        let ping = |mut connection: ConnectionManager| async move {
            redis::cmd("PING").query_async::<String>(&mut connection).await
        };
        self.try_to(ping).await.is_ok()
    }

    async fn try_to<T, F>(&self, work: impl FnOnce(ConnectionManager) -> F) -> Result<T, Away>
    where
        F: Future<Output = RedisResult<T>>,
    {
        let answer = tokio::time::timeout(PATIENCE, work(self.commands.clone())).await;
        let why = match answer {
            Ok(Ok(value)) => {
                if !self.up.swap(true, Ordering::Relaxed) {
                    tracing::info!("redis.up");
                }
                return Ok(value);
            }
            Ok(Err(error)) => format!("{:?}", error.kind()),
            Err(_) => "no answer in time".to_owned(),
        };
        if self.up.swap(false, Ordering::Relaxed) {
            tracing::warn!(why, "redis.away");
        }
        Err(Away)
    }

    /// A connection of its own that listens.
    pub async fn listen(&self, channel: &str) -> Result<PubSub, Away> {
        let listening = async {
            let mut connection = self.client.get_async_pubsub().await?;
            connection.subscribe(channel).await?;
            RedisResult::Ok(connection)
        };
        match tokio::time::timeout(PATIENCE, listening).await {
            Ok(Ok(connection)) => Ok(connection),
            _ => Err(Away),
        }
    }
}
