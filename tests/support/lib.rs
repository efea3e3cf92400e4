//! What the tests share: a database for each test, on both kinds, and the servers that `scripts/test` starts.

// A test that cannot be set up has failed: a panic that names the line is the report.
#![allow(clippy::unwrap_used)]

mod app;
mod both;
pub mod client;
mod database;
pub mod dice;
pub mod invariants;
mod node;
pub mod program;
pub mod redis;
pub mod servers;
pub mod socket;
pub mod world;

pub use self::redis::TestRedis;
pub use app::{TestApp, master_key, start_of_time};
pub use both::{run, run_on_database};
pub use client::Client;
pub use database::{Backend, TestDatabase};
pub use dice::Dice;
pub use node::Node;
pub use program::Program;
pub use socket::Socket;
pub use world::World;
