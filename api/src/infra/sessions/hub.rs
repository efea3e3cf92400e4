//! Tells whoever listens in this process that a session is over.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use entities::values::{AccountId, SessionId};
use moka::sync::Cache;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

use super::Ended;

/// Ends that one listener may be behind with.
const BEHIND: usize = 64;
/// An end is told once, however often it is heard of within this time.
const TOLD_FOR: Duration = Duration::from_secs(600);
/// Ends remembered for that.
const TOLD_MOST: u64 = 100_000;

type Accounts = Arc<Mutex<HashMap<AccountId, broadcast::Sender<Ended>>>>;

/// The node's hub: sockets hang on it by account.
#[derive(Clone)]
pub struct SessionEvents {
    accounts: Accounts,
    told: Cache<SessionId, ()>,
}

impl Default for SessionEvents {
    fn default() -> Self {
        let told = Cache::builder().max_capacity(TOLD_MOST).time_to_live(TOLD_FOR).build();
        Self { accounts: Accounts::default(), told }
    }
}

/// Hears which sessions of one account end, from the moment that it was made.
pub struct Subscription {
    account: AccountId,
    receiver: Option<broadcast::Receiver<Ended>>,
    accounts: Accounts,
}

impl SessionEvents {
    /// Listens for an account.
    pub fn subscribe(&self, account: AccountId) -> Subscription {
        let mut accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        let sender = accounts.entry(account).or_insert_with(|| broadcast::Sender::new(BEHIND));
        Subscription { account, receiver: Some(sender.subscribe()), accounts: Arc::clone(&self.accounts) }
    }

    /// Tells that a session is over; whether it was news.
    pub fn tell(&self, ended: Ended) -> bool {
        if !self.told.entry(ended.session).or_insert(()).is_fresh() {
            return false;
        }
        let accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = accounts.get(&ended.account) {
            // Nobody receives when the last listener is just leaving.
            let _ = sender.send(ended);
        }
        true
    }

    /// How many accounts are listened for.
    pub fn accounts(&self) -> usize {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

impl Subscription {
    /// The next end; `None` when some were missed, and the listener must look for itself.
    pub async fn next(&mut self) -> Option<Ended> {
        match &mut self.receiver {
            Some(receiver) => match receiver.recv().await {
                Ok(ended) => Some(ended),
                Err(RecvError::Lagged(_)) => None,
                // The sender stays while there are receivers.
                Err(RecvError::Closed) => std::future::pending().await,
            },
            None => std::future::pending().await,
        }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let mut accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        self.receiver = None;
        if accounts.get(&self.account).is_some_and(|sender| sender.receiver_count() == 0) {
            accounts.remove(&self.account);
        }
    }
}
