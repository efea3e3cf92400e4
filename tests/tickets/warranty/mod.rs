//! Warranty: what the terms come to, what is set, and who pays.

mod model;
mod payer;
mod shared;
mod submit;
mod terms;
mod units;
