//! The append-only history of every object: who, when, from what to what and why, hash-chained per object.
//!
//! The object's row keeps the number and hash of its last event, so a lost tail shows as well as an altered link.

pub mod chain;
mod repo;

pub use repo::{append, erase_payload, events, verify_all};

use chrono::{DateTime, Utc};
use entities::values::{AccountId, OrganizationId, StaffId};
use serde_json::Value;
use uuid::Uuid;

/// The version that event payloads are written in.
pub const PAYLOAD_VERSION: i32 = 1;

/// Which kind of object has a history.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ObjectKind {
    /// A ticket.
    Ticket,
    /// A run of an importer: one event with a digest of what it read.
    ImportRun,
}

impl ObjectKind {
    /// The stored name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ticket => "TICKET",
            Self::ImportRun => "IMPORT_RUN",
        }
    }
}

/// The end of an object's chain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Head {
    /// Number of the last event; 0 when there is none.
    pub seq: i32,
    /// Hash of the last event; [`chain::GENESIS`] when there is none.
    pub hash: Vec<u8>,
}

impl Head {
    /// The head of an object without events.
    pub fn genesis() -> Self {
        Self { seq: 0, hash: chain::GENESIS.to_vec() }
    }
}

/// Who did something; neither account nor staff means the system itself.
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The account that was signed in.
    pub account_id: Option<AccountId>,
    /// The staff member it acted as.
    pub staff_id: Option<StaffId>,
}

/// An event to be appended.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// Whose tenant.
    pub org_id: OrganizationId,
    /// What kind of object.
    pub object_kind: ObjectKind,
    /// Which object.
    pub object_id: Uuid,
    /// What happened, as the command's name.
    pub kind: &'static str,
    /// State before, when the object has states.
    pub from_state: Option<&'static str>,
    /// State after.
    pub to_state: Option<&'static str>,
    /// Who did it.
    pub actor: Actor,
    /// Everything else: words, reasons, names of people; can be erased without breaking the chain.
    pub payload: Value,
    /// When it happened; for a command that was queued offline, earlier than it was recorded.
    pub occurred_at: DateTime<Utc>,
}
