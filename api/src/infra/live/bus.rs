//! How a change that was ordered on one node becomes known to the sockets of all.

use std::sync::Arc;

use super::{Hub, Signal};
use crate::error::Error;

/// Carries signals from the relay to every node's hub.
#[async_trait::async_trait]
pub trait Bus: Send + Sync {
    /// Tells every node. What is told twice, or late, is harmless; what is lost is not seen until the next change.
    async fn publish(&self, signals: &[Signal]) -> Result<(), Error>;
}

/// The bus of a single node: its own hub.
pub struct InProcess(pub Arc<Hub>);

#[async_trait::async_trait]
impl Bus for InProcess {
    async fn publish(&self, signals: &[Signal]) -> Result<(), Error> {
        for signal in signals {
            self.0.signal(*signal);
        }
        Ok(())
    }
}
