//! Every statement of the estate's importers. They act for the whole system, from the command line.

mod buildings;
mod communities;
mod organizations;
mod residencies;
mod units;

pub use buildings::ensure_buildings;
pub use communities::{Found, ensure_communities, find_community};
pub use organizations::ensure_organizations;
pub use residencies::{NewResidency, insert_residencies, made_by_hand};
pub use units::{NewUnit, StoredUnit, UnitInsert, ensure_units, fill_units, stored_units};
