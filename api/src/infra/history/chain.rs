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
    /// The payload is there, or half erased, and is not the one that was recorded.
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
    let mut fields = Fields::empty();
    fields.add(&event.prev_hash);
    fields.add(event.id.0.as_bytes());
    fields.add(event.org_id.0.as_bytes());
    fields.add(event.object_kind.as_bytes());
    fields.add(event.object_id.as_bytes());
    fields.add(&event.seq.to_be_bytes());
    fields.add(event.kind.as_bytes());
    fields.add_optional(event.from_state.as_ref().map(String::as_bytes));
    fields.add_optional(event.to_state.as_ref().map(String::as_bytes));
    fields.add_optional(event.account_id.as_ref().map(|id| id.0.as_bytes().as_slice()));
    fields.add_optional(event.staff_id.as_ref().map(|id| id.0.as_bytes().as_slice()));
    fields.add(&event.payload_version.to_be_bytes());
    fields.add(&event.payload_digest);
    fields.add(&micros(event.occurred_at));
    fields.add(&micros(event.recorded_at));
    sha256(fields.bytes())
}

/// What is hashed: each field with its length in front, so that no two events give the same bytes.
pub struct Fields(Vec<u8>);

impl Fields {
    /// No field yet.
    pub fn empty() -> Self {
        Self(Vec::with_capacity(360))
    }

    /// What was added.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Adds a value.
    pub fn add(&mut self, value: &[u8]) {
        self.0.extend_from_slice(&(value.len() as u64).to_be_bytes());
        self.0.extend_from_slice(value);
    }

    /// Adds a value or its absence: a missing value has a length that no value has.
    pub fn add_optional(&mut self, value: Option<&[u8]>) {
        match value {
            Some(value) => self.add(value),
            None => self.0.extend_from_slice(&u64::MAX.to_be_bytes()),
        }
    }
}

/// A time as it is hashed.
pub fn micros(time: DateTime<Utc>) -> [u8; 8] {
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
        let payload_holds = match (&event.payload, &event.payload_salt) {
            (Some(payload), Some(salt)) => payload_digest(salt, payload).as_slice() == event.payload_digest,
            // Erased.
            (None, None) => true,
            // Half of it: without its salt a payload could be anything.
            (Some(_), None) | (None, Some(_)) => false,
        };
        if !payload_holds {
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
