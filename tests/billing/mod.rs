//! Fees: from tariff to posted bill.

mod denial;
mod example;
mod items;
mod lists;
mod repeat;
mod runs;
mod settling;
pub mod shared;
mod taken_over;
mod tickets;
mod units;
