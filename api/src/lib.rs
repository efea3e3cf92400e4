//! Linli (邻里): the service behind the apps of a property-management company.
//!
//! `ARCHITECTURE.md` holds the map, the invariants and three walkthroughs.

pub mod cli;
pub mod clock;
pub mod config;
pub mod db;
pub mod demo;
pub mod domains;
pub mod error;
pub mod graphql;
pub mod http;
pub mod infra;
pub mod state;
pub mod worker;
