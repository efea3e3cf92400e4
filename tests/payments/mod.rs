//! Payments: begun by phone, paid at the sandbox gateway, entered once, whatever goes wrong on the way.

mod amounts;
mod create;
mod denial;
mod gateways_away;
mod lists;
mod merchants;
mod notices;
mod race;
pub mod shared;
