//! What an importer knows of the places it brings in. The tickets' importer makes its places with these, too.

use chrono_tz::Tz;
use entities::values::{CommunityId, OrganizationId, OrganizationKind, Rate};

/// Service hours begin at 07:00 unless a community says otherwise; in minutes after local midnight.
pub(super) const SERVICE_OPENS_MINUTE: i32 = 7 * 60;
/// Service hours end at 21:00 unless a community says otherwise; in minutes after local midnight.
pub(super) const SERVICE_CLOSES_MINUTE: i32 = 21 * 60;
/// Tries of a callback before a ticket may close as unreachable, unless a community says otherwise.
pub(super) const CALLBACK_TRIES: i32 = 3;
/// Days in which a closed ticket can be reopened, unless a community says otherwise.
pub(super) const REOPEN_DAYS: i32 = 7;

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
