//! Billing: what is charged, what is owed, and where every fen went.

mod error;
pub mod model;
mod repo;
mod service;

pub use error::BillingError;
