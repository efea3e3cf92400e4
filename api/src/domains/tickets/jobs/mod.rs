//! Background work of tickets.

mod dispatching;
mod escalation;
mod services;

pub use dispatching::dispatch_waiting;
pub use escalation::escalate;
pub use services::make_services;
