//! What an importer knows of the places it brings in. The tickets' importer makes its places with these, too.

use chrono_tz::Tz;
use entities::values::{CommunityId, OrganizationId, OrganizationKind, Rate};

/// An organization; known by its name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewOrganization {
    /// Its name, unique in the whole database.
    pub name: String,
    /// What it is.
    pub kind: OrganizationKind,
}

/// A community; known by its organization and name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewCommunity {
    /// Who manages it.
    pub organization: OrganizationId,
    /// Its name, unique within the organization.
    pub name: String,
    /// Its address; empty when unknown.
    pub address: String,
    /// Where its clocks stand.
    pub time_zone: Tz,
    /// The currency of its fees, as ISO 4217 has it.
    pub currency: String,
    /// Kind of buildings, as stated.
    pub building_type: Option<String>,
    /// Who built it.
    pub developer: Option<String>,
    /// Lowest and highest management fee a m² and month.
    pub fee: Option<(Rate, Rate)>,
    /// Number of buildings, as stated.
    pub stated_buildings: Option<i32>,
    /// Number of households, as stated.
    pub stated_households: Option<i32>,
}

/// A building; known by its community and name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewBuilding {
    /// Whose it is.
    pub organization: OrganizationId,
    /// Where it stands.
    pub community: CommunityId,
    /// Its name, unique within the community.
    pub name: String,
}
