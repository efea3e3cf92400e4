//! Subscriptions: one answer at a time. The resolver names what it waits for and gives the object as it is; whoever drives
//! the subscription asks it again after each change, as a request of its own with a viewer that was read anew.

use std::sync::{Arc, Mutex, PoisonError};

use uuid::Uuid;

use crate::infra::live::{Hub, Watch};

/// What one subscription waits for.
pub struct Interest {
    hub: Arc<Hub>,
    watched: Mutex<Vec<Watch>>,
}

impl Interest {
    /// Waits for nothing yet.
    pub fn new(hub: Arc<Hub>) -> Self {
        Self { hub, watched: Mutex::default() }
    }

    /// Waits for changes of an object from now on. To be called before the object is read, so that no change is missed.
    pub fn watch(&self, object_id: Uuid) {
        let mut watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        if watched.iter().all(|watch| watch.object_id() != object_id) {
            watched.push(self.hub.watch(object_id));
        }
    }

    /// Returns after the next change of anything that is waited for; never, when nothing is.
    pub async fn changed(&self) {
        let mut watched = std::mem::take(&mut *self.watched.lock().unwrap_or_else(PoisonError::into_inner));
        if watched.is_empty() {
            return std::future::pending().await;
        }
        futures_util::future::select_all(watched.iter_mut().map(|watch| Box::pin(watch.changed()))).await;
        self.watched.lock().unwrap_or_else(PoisonError::into_inner).append(&mut watched);
    }
}
