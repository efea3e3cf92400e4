//! Importing the estate: a list of communities, and the household register of one of them.
//!
//! Both add and never overwrite: what stands already is recognised by its natural key (an organization by its name, a
//! community by organization and name, a building by community and name, a unit by building and number, a residency by
//! unit, role, name and beginning) and left as it is, so that a second run changes nothing.

pub mod communities;
mod places;
pub mod register;
mod repo;

pub use places::{NewBuilding, NewCommunity, NewOrganization};
pub use repo::{ensure_buildings, ensure_communities, ensure_organizations};
