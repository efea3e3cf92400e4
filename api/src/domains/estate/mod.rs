//! Estate: communities, buildings, units, and who lives where.

mod error;
pub mod graphql;
mod import;
mod jobs;
mod model;
mod repo;
mod service;

pub use error::EstateError;
pub use import::communities::{CommunitiesCounts, CommunitiesOptions, Households, import_communities};
pub use import::register::{RegisterCounts, Target as RegisterTarget, import_register, template as register_template};
pub use import::register::{building_cell, date_cell, phone_cell};
pub use import::{
    NewBuilding, NewCommunity, NewOrganization, ensure_buildings, ensure_communities, ensure_organizations,
};
pub use jobs::sweep_documents;
pub use model::COMMUNITY_DEFAULTS;
pub use repo::{
    CommunityRow, Tie, UnitRow, in_scope, insert_building, insert_community, insert_residency, insert_unit,
    lock_organization, resident_ties,
};
pub use service::{SeedRequest, seed_request};
pub use service::{UnitFilter, unit_heads, unit_rows};
pub use service::{forget_person, names_of, own_residencies, person_of_residency};
