//! Work without a signal: queues that arrive later, twice, late or with holes.

mod changes;
mod clock;
mod late;
mod queue;
mod replay;
