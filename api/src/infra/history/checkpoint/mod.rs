//! Signed checkpoints over all histories: what shows a lost tail or a lost object, which a chain alone cannot.
//!
//! A checkpoint names the head of every object that has gained events since the one before. The heads are digested in
//! the order of their events' ids, the digest goes into the checkpoint's hash, the hash is chained and signed with a key
//! that is derived from the master key. See `docs/adr/0008`.

mod make;
mod repo;
mod seal;
mod verify;

pub use make::{checkpoint, checkpoint_of_day};
pub use seal::Signer;
pub use verify::{CheckpointBreak, Checkpoints, verify_checkpoints};

use chrono::{DateTime, Utc};
use uuid::Uuid;

/// The lowest id of a moment, to the millisecond. Events' ids sort by the time they were recorded at.
fn lowest_id(at: DateTime<Utc>) -> Uuid {
    let millis = u128::try_from(at.timestamp_millis().max(0)).unwrap_or_default();
    Uuid::from_u128(millis << 80)
}

/// The highest id of a moment, to the millisecond.
fn highest_id(at: DateTime<Utc>) -> Uuid {
    Uuid::from_u128(lowest_id(at).as_u128() | ((1 << 80) - 1))
}

/// The moment of an id, to the millisecond.
fn moment_of(id: Uuid) -> DateTime<Utc> {
    let millis = i64::try_from(id.as_u128() >> 80).unwrap_or_default();
    DateTime::from_timestamp_millis(millis).unwrap_or_default()
}
