//! Work without a signal: queues that arrive later, twice, late or with holes.

mod clock;
mod late;
mod queue;
mod replay;
