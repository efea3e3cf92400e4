//! Billing: what is charged, what is owed, and where every fen went.

mod error;
pub mod graphql;
mod import;
mod jobs;
pub mod model;
mod repo;
mod service;

pub use error::BillingError;
pub use import::{FeesCounts, ReadingsCounts, import_fees, import_readings};
pub use jobs::{accrue_late_fees, post_runs};
pub use repo::{LAWS, broken_laws};
pub use service::{
    ChargeFilter, CollectionGrouping, SeedFees, WorkDone, arrears_heads, arrears_rows, charge_work, collection_heads,
    collection_rows, forget_person, open_debts, own_fees, seed_fees,
};
