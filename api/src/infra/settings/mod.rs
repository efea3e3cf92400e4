//! Facts about a database as a whole.

mod repo;

pub use repo::{get, put, set};
