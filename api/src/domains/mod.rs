//! The domains, each importing only leftwards.

pub mod estate;
pub mod tickets;
