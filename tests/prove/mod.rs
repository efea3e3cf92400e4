//! The heavy proofs: `scripts/prove NAME` runs one at its stated size, `scripts/test` all of them small.

mod authorization;
pub mod billing;
mod claims;
pub mod imports;
pub mod kills;
mod offline;
mod payments;
mod redis_away;
