//! Fees: from tariff to posted bill.

mod denial;
mod example;
mod items;
mod lists;
mod runs;
mod settling;
pub mod shared;
mod tickets;
mod units;
