//! Fees: from tariff to posted bill.

mod denial;
mod example;
mod items;
mod lists;
mod runs;
mod settling;
mod shared;
mod taken_over;
mod tickets;
mod units;
