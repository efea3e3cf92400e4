//! How many sockets this node has, and each account on it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use entities::values::AccountId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The places of this node.
pub struct Sockets {
    all: Arc<Semaphore>,
    by_account: Mutex<HashMap<AccountId, usize>>,
    most: usize,
}

/// One of an account's places, until it is dropped.
pub struct Place {
    sockets: Arc<Sockets>,
    account: AccountId,
}

impl Sockets {
    /// With `all` places, `most` for one account.
    pub fn new(all: usize, most: usize) -> Self {
        let all = Arc::new(Semaphore::new(all.min(Semaphore::MAX_PERMITS)));
        Self { all, by_account: Mutex::default(), most }
    }

    /// A place on this node, if one is free.
    pub fn enter(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.all).try_acquire_owned().ok()
    }

    /// One of the account's places, if one is free.
    pub fn enter_as(self: &Arc<Self>, account: AccountId) -> Option<Place> {
        let mut by_account = self.by_account.lock().unwrap_or_else(PoisonError::into_inner);
        let count = by_account.entry(account).or_default();
        if *count >= self.most {
            return None;
        }
        *count += 1;
        Some(Place { sockets: Arc::clone(self), account })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut by_account = self.sockets.by_account.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = by_account.get_mut(&self.account) {
            *count -= 1;
            if *count == 0 {
                by_account.remove(&self.account);
            }
        }
    }
}
