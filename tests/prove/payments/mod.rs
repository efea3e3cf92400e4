//! One notification told 1,000 times at once has one effect; of all payments under 200 kills none is lost, none doubled.

mod kills;
mod payer;
mod storm;
