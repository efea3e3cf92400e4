//! Linli (邻里): the service behind the apps of a property-management company.
//!
//! `ARCHITECTURE.md` holds the map, the invariants and three walkthroughs.

pub mod cli;
pub mod clock;
pub mod config;
pub mod db;
pub mod domains;
pub mod error;
pub mod infra;
