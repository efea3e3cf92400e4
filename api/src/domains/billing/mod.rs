//! Billing: what is charged, what is owed, and where every fen went.

pub mod model;
