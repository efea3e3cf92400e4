//! The hub: who waits for which object, on this node.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;
use uuid::Uuid;

use super::Signal;

/// Wakes whoever waits for an object: one look-up a signal, however many others wait for something else.
#[derive(Default)]
pub struct Hub {
    waiting: Mutex<HashMap<Uuid, watch::Sender<i64>>>,
}

/// Waits for changes of one object, until it is dropped.
pub struct Watch {
    object_id: Uuid,
    seen: watch::Receiver<i64>,
    hub: Arc<Hub>,
}

impl Hub {
    /// Begins to wait for changes of an object, from now on.
    pub fn watch(self: &Arc<Self>, object_id: Uuid) -> Watch {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = waiting.entry(object_id).or_insert_with(|| watch::Sender::new(0)).subscribe();
        Watch { object_id, seen, hub: Arc::clone(self) }
    }

    /// Wakes whoever waits for the signal's object.
    pub fn signal(&self, signal: Signal) {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = waiting.get(&signal.object_id) {
            sender.send_replace(signal.change_seq);
        }
    }

    /// How many objects anybody waits for.
    pub fn objects(&self) -> usize {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

impl Watch {
    /// Which object.
    pub fn object_id(&self) -> Uuid {
        self.object_id
    }

    /// Returns after the next change; several that came meanwhile are one.
    pub async fn changed(&mut self) {
        // The sender lives in the hub for as long as anybody waits.
        let _ = self.seen.changed().await;
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let mut waiting = self.hub.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        // One receiver is this one.
        if waiting.get(&self.object_id).is_some_and(|sender| sender.receiver_count() <= 1) {
            waiting.remove(&self.object_id);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::{Hub, Signal};
    use uuid::Uuid;

    async fn is_told(watch: &mut super::Watch) -> bool {
        tokio::time::timeout(Duration::from_millis(20), watch.changed()).await.is_ok()
    }

    #[tokio::test]
    async fn only_who_waits_for_an_object_is_told_and_once_for_many_changes() {
        let hub = Arc::new(Hub::default());
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        hub.signal(Signal { object_id: one, change_seq: 1 });
        let (mut first, mut second, mut elsewhere) = (hub.watch(one), hub.watch(one), hub.watch(other));
        assert_eq!(hub.objects(), 2);
        assert!(!is_told(&mut first).await, "what came before is not told");
        for change_seq in 2..5 {
            hub.signal(Signal { object_id: one, change_seq });
        }
        assert!(is_told(&mut first).await && is_told(&mut second).await);
        assert!(!is_told(&mut first).await, "three changes are one");
        assert!(!is_told(&mut elsewhere).await);
        drop(first);
        hub.signal(Signal { object_id: one, change_seq: 5 });
        assert!(is_told(&mut second).await);
        drop((second, elsewhere));
        assert_eq!(hub.objects(), 0, "nothing is kept for nobody");
    }
}
