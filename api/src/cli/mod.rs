//! The commands of the `linli` binary.

pub mod import;
