//! Estate: organizations, communities, buildings, units and who lives there.

pub mod import;
