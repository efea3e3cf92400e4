//! What shows that nothing was altered or lost, and how a history reads.

mod checkpoints;
mod shared;
mod tampering;
mod told;
