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
pub use model::text::{REASON_MAX, TextFault, required as required_text};
pub use model::{Choice, ChooseFault, Owed, choose};
pub use repo::{
    LAWS, PayableCharge, Wanted, broken_laws, is_own_payer, owed_in_scope, own_payers, payable_charges, payer_on,
};
pub use service::{Back, DepositBack, Purse, Undone, give_back, undo_back};
pub use service::{
    ChargeFilter, CollectionGrouping, Incoming, MoneyFrom, Placed, Posting, SeedFees, WorkDone, arrears_heads,
    arrears_rows, charge_work, collection_heads, collection_rows, entered, forget_person, open_debts, own_fees, place,
    seed_fees,
};
