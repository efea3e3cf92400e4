//! The arithmetic of fees: pure, exact, in days and fen.

mod ageing;
mod allocate;
mod amount;
mod choose;
mod collection;
mod late_fee;
mod ledger;
mod meter;
mod period;
mod rebill;
pub mod scaled;
mod segments;
mod share;
mod statement;
mod taken_over;
pub mod text;
mod unit;

pub use ageing::Age;
pub use allocate::{Allocation, Owed, allocate};
pub use amount::{Exact, rounded_parts};
pub use choose::{Choice, ChooseFault, Chosen, choose};
pub use collection::rate as collection_rate;
pub use late_fee::{LateFeeRule, Reduction, late_fee};
pub use ledger::{LedgerFault, Posting, Postings, Transaction};
pub use meter::{Meter, Reading, ReadingFault, Usage};
pub use period::{Period, due_on};
pub use rebill::{Credit, Differences, NewCharge, Posted, differences};
pub use segments::{Dated, Gap, Segment, Terms, Unbillable, WHOLE};
pub use share::split;
pub use statement::{DebtYear, PrepaidYear};
pub use taken_over::{TakenOver, taken_over};
pub use unit::{Billed, ItemPeriod, MeterFacts, Problem, Target, UnitFacts, bill_unit, share_cost};
