//! Estate: communities, buildings, units, and who lives where.

mod error;
pub mod graphql;
pub mod import;
mod repo;
mod service;

pub use error::EstateError;
pub use repo::{
    CommunityRow, Tie, UnitRow, in_scope, insert_building, insert_community, insert_residency, insert_unit,
    resident_ties,
};
