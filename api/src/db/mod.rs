//! The one door to the database: connections, the transaction helper, and what a fault means.
//!
//! SeaORM stands here, in the entities, in the migration and in each `repo`; services see [`Conn`] and [`Tx`] only.

mod connection;
mod fault;
mod insert;
mod readers;
mod sql;
mod writer;

pub use connection::{Conn, Db, DbOptions, Tx};
pub use fault::Fault;
pub use insert::Insert;
pub use sql::{Sql, contains};
pub use writer::Work;
