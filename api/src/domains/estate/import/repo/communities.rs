//! Communities by organization and name.

use entities::values::{CommunityId, OrganizationId, TypedId as _};
use sea_orm::FromQueryResult;

use crate::clock::Clock;
use crate::db::{Conn, Fault, Sql, Tx};
use crate::domains::estate::COMMUNITY_DEFAULTS;
use crate::domains::estate::import::NewCommunity;
use crate::domains::estate::import::register::CommunityName;
use crate::infra::bulk::repo::{Ensured, Natural, ensure};

const COMMUNITY: Natural = Natural {
    table: "community",
    parent: "org_id",
    name: "name",
    rest: &[
        "address",
        "time_zone",
        "currency",
        "building_type",
        "developer",
        "fee_rate_low",
        "fee_rate_high",
        "stated_buildings",
        "stated_households",
        "service_opens_minute",
        "service_closes_minute",
        "callback_tries",
        "reopen_days",
        "created_at",
    ],
};

/// Finds each community by organization and name, or makes it with the default service hours.
pub async fn ensure_communities(
    tx: &Tx,
    clock: &Clock,
    communities: &[NewCommunity],
) -> Result<Ensured<CommunityId>, Fault> {
    let keys: Vec<_> = communities.iter().map(|community| (community.organization, community.name.as_str())).collect();
    ensure(tx, clock, &COMMUNITY, &keys, |index| {
        let community = &communities[index];
        vec![
            community.address.as_str().into(),
            community.time_zone.name().into(),
            community.currency.as_str().into(),
            community.building_type.clone().into(),
            community.developer.clone().into(),
            community.fee.map(|(low, _)| low.0).into(),
            community.fee.map(|(_, high)| high.0).into(),
            community.stated_buildings.into(),
            community.stated_households.into(),
            COMMUNITY_DEFAULTS.service_opens_minute.into(),
            COMMUNITY_DEFAULTS.service_closes_minute.into(),
            COMMUNITY_DEFAULTS.callback_tries.into(),
            COMMUNITY_DEFAULTS.reopen_days.into(),
            clock.now().into(),
        ]
    })
    .await
}

/// A community that a register is meant for.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Found {
    /// Which.
    pub id: CommunityId,
    /// Its name.
    pub name: String,
    /// Whose.
    pub org_id: OrganizationId,
    /// Its organization's name.
    pub organization: String,
    /// IANA name of its time zone.
    pub time_zone: String,
}

/// The communities of that id or name, of the named organization or of all; a handful at most.
pub async fn find_community(
    connection: &Conn,
    wanted: &CommunityName,
    organization: Option<&str>,
) -> Result<Vec<Found>, Fault> {
    let mut sql = Sql::new(
        "SELECT c.id, c.name, c.org_id, o.name AS organization, c.time_zone \
         FROM community c JOIN organization o ON o.id = c.org_id WHERE ",
    );
    match wanted {
        CommunityName::Id(id) => sql.with("c.id = ", id.uuid()),
        CommunityName::Name(name) => sql.with("c.name = ", name.as_str()),
    };
    if let Some(organization) = organization {
        sql.with(" AND o.name = ", organization);
    }
    sql.push(" ORDER BY o.name LIMIT 10").all(connection).await
}
