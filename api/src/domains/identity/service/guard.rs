//! Limits by address, network and overall. Limits by phone are counted beside what they protect, in the database.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::super::model::ClientInfo;
use crate::config::{Config, Rates};
use crate::error::Error;
use crate::infra::limits::{Bucket, LocalLimiter, RateLimiter, Taken, seconds};
use crate::infra::redis::Away;

/// The limits of the configuration are for this time.
const WINDOW: Duration = Duration::from_secs(3_600);

/// What is limited.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Action {
    /// A sign-in code is asked for.
    CodeRequest,
    /// A sign-in code, or WeChat's, is tried.
    CodeTry,
    /// A password is tried.
    PasswordTry,
    /// A token is refreshed.
    Refresh,
}

impl Action {
    fn rates(self, config: &Config) -> (&'static str, Rates) {
        match self {
            Self::CodeRequest => ("code-request", config.limit_code_requests),
            Self::CodeTry => ("code-try", config.limit_code_tries),
            Self::PasswordTry => ("password-try", config.limit_password_tries),
            Self::Refresh => ("refresh", config.limit_refreshes),
        }
    }
}

/// Counts, and knows what to do while the one that counts is away.
pub struct Guard {
    shared: Arc<dyn RateLimiter>,
    table: Arc<dyn RateLimiter>,
    local: LocalLimiter,
}

impl Guard {
    /// Counts with `shared`; while that is away, with `table`.
    pub fn new(shared: Arc<dyn RateLimiter>, table: Arc<dyn RateLimiter>) -> Self {
        Self { shared, table, local: LocalLimiter::default() }
    }

    /// Counts an action, or refuses it.
    ///
    /// While Redis is away what guesses and what costs money is counted in the database, and a refresh on this node
    /// alone: it is decided by a row of its own, and nobody who works must be kept waiting. When the database does not
    /// count either, nothing is let through.
    pub async fn admit(
        &self,
        config: &Config,
        action: Action,
        client: &ClientInfo,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let (name, rates) = action.rates(config);
        let bucket = |by: String, limit| Bucket { key: format!("{name}:{by}"), limit, window: WINDOW };
        let address = client.counted_address().map(|net| bucket(net.to_string(), rates.address));
        let network = client.network().map(|net| bucket(format!("network {net}"), rates.network));
        let all = bucket("all".to_owned(), rates.overall);
        let buckets: Vec<Bucket> = address.into_iter().chain(network).chain([all]).collect();
        let taken = match self.shared.take(&buckets, now).await {
            Ok(taken) => Ok(taken),
            Err(_) if action == Action::Refresh => self.local.take(&buckets, now).await,
            Err(_) => self.table.take(&buckets, now).await,
        };
        match taken {
            Ok(Taken::Yes) => Ok(()),
            Ok(Taken::No { retry_after }) => Err(Error::RateLimited { retry_after: seconds(retry_after) }),
            // The database's own trouble, which it has logged.
            Err(Away) => Err(Error::internal("limits cannot be counted")),
        }
    }
}
