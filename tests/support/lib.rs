//! What the tests share: a database for each test, on both kinds, and the servers that `scripts/test` starts.

// A test that cannot be set up has failed: a panic that names the line is the report.
#![allow(clippy::unwrap_used)]

mod both;
mod database;
pub mod servers;

pub use both::run_on_database;
pub use database::{Backend, TestDatabase};
