//! Background work of tickets.

mod dispatching;
mod escalation;

pub use dispatching::dispatch_waiting;
pub use escalation::escalate;
