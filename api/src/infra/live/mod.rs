//! What sockets wait for: a hub of this node, keyed by object, and the bus that tells it what has changed.
//!
//! A signal says that an object has changed and nothing else: whoever is told reads it again, under a scope of their own.
//! Signals of one object that nobody has taken yet are one signal, so a slow reader misses states, never the last one.

mod bus;
mod hub;

pub use bus::{Bus, InProcess};
pub use hub::{Hub, Watch};

use uuid::Uuid;

/// An object that changed, after its change has its place in the order.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Signal {
    /// Which object.
    pub object_id: Uuid,
    /// The place of its change in the order of all.
    pub change_seq: i64,
}
