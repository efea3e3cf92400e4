//! Tickets.

pub mod import;
