//! Money that goes back, money that nobody could place, and gateways' bills.

mod clashes;
mod denial;
mod deposits;
mod reconcile;
mod reconcile_large;
mod refund_limits;
mod refunds;
mod seed;
mod shared;
mod statement;
mod suspense;
