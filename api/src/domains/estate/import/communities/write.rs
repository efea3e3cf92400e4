//! Writing a chunk of communities, from the organization down to the units.

use entities::values::{BuildingId, CommunityId, OrganizationId, UnitId, UnitUsage};

use super::households::{numbers, spread};
use super::{CommunitiesCounts, CommunitiesOptions, CommunityRow, Households};
use crate::clock::Clock;
use crate::db::{Fault, Tx};
use crate::domains::estate::import::repo::{
    NewUnit, UnitInsert, ensure_buildings, ensure_communities, ensure_organizations,
};
use crate::domains::estate::import::{NewBuilding, NewCommunity};
use crate::infra::bulk::Tally;
use crate::infra::bulk::repo::Ensured;

pub(super) async fn write(
    tx: &Tx,
    clock: &Clock,
    options: &CommunitiesOptions,
    rows: &[CommunityRow],
) -> Result<CommunitiesCounts, Fault> {
    let named: Vec<_> = rows.iter().map(CommunityRow::organization).collect();
    let organizations = ensure_organizations(tx, clock, &named).await?;
    let wanted: Vec<_> =
        rows.iter().zip(&organizations.ids).map(|(row, organization)| community(row, *organization, options)).collect();
    let communities = ensure_communities(tx, clock, &wanted).await?;
    let placed = || rows.iter().zip(&organizations.ids).zip(&communities.ids);
    let wanted: Vec<_> = placed().flat_map(|((row, organization), id)| buildings(row, *organization, *id)).collect();
    let buildings = ensure_buildings(tx, clock, &wanted).await?;
    let mut counts = CommunitiesCounts::default();
    if let Some(households) = options.units {
        counts.units = units(tx, clock, households, rows, &wanted, &buildings).await?;
        let homeless = rows.iter().filter(|row| row.buildings.unwrap_or(0) == 0);
        counts.homeless_households = homeless.map(|row| u64::from(stated(row.households))).sum();
    }
    counts.organizations = organizations.distinct;
    counts.communities = communities.distinct;
    counts.buildings = buildings.distinct;
    Ok(counts)
}

fn stated(count: Option<i32>) -> u32 {
    count.and_then(|count| u32::try_from(count).ok()).unwrap_or(0)
}

fn community(row: &CommunityRow, organization: OrganizationId, options: &CommunitiesOptions) -> NewCommunity {
    NewCommunity {
        organization,
        name: row.name.clone(),
        address: row.address.clone(),
        time_zone: options.time_zone,
        currency: options.currency.clone(),
        building_type: row.building_type.clone(),
        developer: row.developer.clone(),
        fee: row.fee,
        stated_buildings: row.buildings,
        stated_households: row.households,
    }
}

fn buildings(
    row: &CommunityRow,
    organization: OrganizationId,
    community: CommunityId,
) -> impl Iterator<Item = NewBuilding> {
    (1..=stated(row.buildings)).map(move |number| NewBuilding { organization, community, name: format!("{number}栋") })
}

/// Makes the units one by one as they are sent: a city of them never stands in memory.
async fn units(
    tx: &Tx,
    clock: &Clock,
    households: Households,
    rows: &[CommunityRow],
    places: &[NewBuilding],
    buildings: &Ensured<BuildingId>,
) -> Result<Tally, Fault> {
    let shares = rows.iter().flat_map(|row| spread(stated(row.households), stated(row.buildings)));
    let (mut insert, mut all) = (UnitInsert::new(tx, clock), 0);
    for ((place, building), share) in places.iter().zip(&buildings.ids).zip(shares) {
        for (floor, number) in numbers(share) {
            let unit = NewUnit {
                organization: place.organization,
                community: place.community,
                building: *building,
                number,
                floor: Some(floor),
                area: households.area,
                usage: UnitUsage::Flat,
                delivered_on: None,
            };
            insert.unit(tx, clock.new_id::<UnitId>(), &unit).await?;
            all += 1;
        }
    }
    Ok(Tally::of(insert.finish(tx).await?, all))
}
