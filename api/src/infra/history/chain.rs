//! The hash chain: pure functions over an event's fields.
//!
//! `hash = SHA-256(prev_hash ‖ fields)`, each field with its length in front; the payload enters as
//! `SHA-256(salt ‖ payload)` only, so that it can be erased while the chain stays whole.

use chrono::{DateTime, Utc};
use entities::history_event;

use crate::infra::crypto::sha256;

/// What the first event of an object is chained to.
pub const GENESIS: [u8; 32] = [0; 32];

/// Where a chain is broken, and how.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Break {
    /// The events are not numbered 1, 2, 3 …: one is missing or was added before this number.
    Gap {
        /// The number that was expected.
        expected: i32,
    },
    /// The event does not follow from the one before, or a field of it was altered.
    Altered {
        /// Its number.
        seq: i32,
    },
    /// The payload is there and is not the one that was recorded.
    PayloadAltered {
        /// Number of its event.
        seq: i32,
    },
    /// The object's row names another last event than the chain has: events were lost or added at the end.
    Tail {
        /// The last number that is there.
        found: i32,
        /// The number that the row names.
        named: i32,
    },
}

/// Digest of a payload under its salt.
pub fn payload_digest(salt: &[u8], payload: &str) -> [u8; 32] {
    sha256(&[salt, payload.as_bytes()].concat())
}

/// Hash of an event from its fields and the hash before it.
pub fn hash(event: &history_event::Model) -> [u8; 32] {
    let mut bytes = Vec::with_capacity(320);
    let mut field = |value: &[u8]| {
        bytes.extend_from_slice(&(value.len() as u64).to_be_bytes());
        bytes.extend_from_slice(value);
    };
    field(&event.prev_hash);
    field(event.org_id.0.as_bytes());
    field(event.object_kind.as_bytes());
    field(event.object_id.as_bytes());
    field(&event.seq.to_be_bytes());
    field(event.kind.as_bytes());
    field(event.from_state.as_deref().unwrap_or_default().as_bytes());
    field(event.to_state.as_deref().unwrap_or_default().as_bytes());
    field(event.account_id.map(|id| *id.0.as_bytes()).unwrap_or_default().as_slice());
    field(event.staff_id.map(|id| *id.0.as_bytes()).unwrap_or_default().as_slice());
    field(&event.payload_version.to_be_bytes());
    field(&event.payload_digest);
    field(&micros(event.occurred_at));
    field(&micros(event.recorded_at));
    sha256(&bytes)
}

fn micros(time: DateTime<Utc>) -> [u8; 8] {
    time.timestamp_micros().to_be_bytes()
}

/// Checks one object's events, in order of number, against the head that its row names.
pub fn verify(events: &[history_event::Model], head_seq: i32, head_hash: &[u8]) -> Result<(), Break> {
    let mut before: &[u8] = &GENESIS;
    for (event, expected) in events.iter().zip(1..) {
        if event.seq != expected {
            return Err(Break::Gap { expected });
        }
        if event.prev_hash != before || hash(event).as_slice() != event.hash {
            return Err(Break::Altered { seq: event.seq });
        }
        if let (Some(payload), Some(salt)) = (&event.payload, &event.payload_salt)
            && payload_digest(salt, payload).as_slice() != event.payload_digest
        {
            return Err(Break::PayloadAltered { seq: event.seq });
        }
        before = &event.hash;
    }
    let found = events.last().map_or(0, |event| event.seq);
    if found != head_seq || before != head_hash {
        return Err(Break::Tail { found, named: head_seq });
    }
    Ok(())
}
