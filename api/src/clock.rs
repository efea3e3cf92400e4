//! The injected clock, and the ids that are made from it.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Duration, SubsecRound as _, Utc};
use entities::values::TypedId;
use uuid::{ContextV7, Timestamp, Uuid};

/// Where time comes from. Cheap to clone; clones of a manual clock share its time.
#[derive(Clone)]
pub struct Clock {
    source: Source,
    ids: Arc<Mutex<ContextV7>>,
}

#[derive(Clone)]
enum Source {
    System,
    Manual(Arc<Mutex<DateTime<Utc>>>),
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self { source: Source::System, ids: Arc::new(Mutex::new(ContextV7::new())) }
    }

    /// A clock that stands still until it is moved.
    pub fn manual(start: DateTime<Utc>) -> Self {
        let start = start.trunc_subsecs(6);
        Self { source: Source::Manual(Arc::new(Mutex::new(start))), ids: Arc::new(Mutex::new(ContextV7::new())) }
    }

    /// Now, in UTC, truncated to microseconds, which both databases keep.
    pub fn now(&self) -> DateTime<Utc> {
        match &self.source {
            Source::System => Utc::now().trunc_subsecs(6),
            Source::Manual(now) => *now.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// Moves a manual clock forward; the machine's clock cannot be moved and stays as it is.
    pub fn advance(&self, by: Duration) {
        if let Source::Manual(now) = &self.source {
            *now.lock().unwrap_or_else(PoisonError::into_inner) += by;
        }
    }

    /// A new id: a UUIDv7 of this clock's time, so that ids sort by when they were made.
    pub fn new_id<T: TypedId>(&self) -> T {
        let now = self.now();
        let seconds = u64::try_from(now.timestamp()).unwrap_or(0);
        let context = self.ids.lock().unwrap_or_else(PoisonError::into_inner);
        T::from_uuid(Uuid::new_v7(Timestamp::from_unix(&*context, seconds, now.timestamp_subsec_nanos())))
    }
}
