//! The outbox's write side: what is to be told to others stands in the transaction that causes it.

mod repo;

pub use repo::write;

use entities::values::OrganizationId;
use serde_json::Value;
use uuid::Uuid;

use super::history::ObjectKind;

/// The version that payloads are written in.
pub const PAYLOAD_VERSION: i32 = 1;

/// One thing to tell.
#[derive(Clone, Debug)]
pub struct Message {
    /// Whose tenant.
    pub org_id: OrganizationId,
    /// What it is about, such as `ticket.dispatched`.
    pub topic: &'static str,
    /// What kind of object.
    pub object_kind: ObjectKind,
    /// Which object.
    pub object_id: Uuid,
    /// The object's version after the change.
    pub object_version: i32,
    /// Ids only: whoever is told reads the object again under a scope of their own.
    pub payload: Value,
}
