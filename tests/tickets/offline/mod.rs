//! Work without a signal: queues that arrive later, twice, late or with holes.

mod changes;
mod clock;
mod late;
pub mod queue;
mod replay;
