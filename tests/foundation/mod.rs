//! What every domain stands on.

mod config;
mod database;
mod schema;
mod servers;
