//! Writing a chunk of cases, from the organization down to the tickets.

use entities::values::{OrganizationId, OrganizationKind};

use super::super::repo;
use super::model::Standing;
use super::repo::{Placed, ensure_categories, insert_tickets};
use super::{CaseRow, CasesCounts, CasesOptions};
use crate::clock::Clock;
use crate::db::{Fault, Tx};
use crate::domains::estate::{
    NewBuilding, NewCommunity, NewOrganization, ensure_buildings, ensure_communities, ensure_organizations,
};
use crate::infra::bulk::Tally;

pub(super) async fn write(
    tx: &Tx,
    clock: &Clock,
    options: &CasesOptions,
    cases: &[CaseRow],
) -> Result<CasesCounts, Fault> {
    let company = NewOrganization { name: options.organization.clone(), kind: OrganizationKind::Company };
    let organizations = ensure_organizations(tx, clock, &[company]).await?;
    let mut counts = CasesCounts::default();
    for organization in &organizations.ids {
        counts += write_for(tx, clock, options, *organization, cases).await?;
    }
    counts.organizations = organizations.distinct;
    Ok(counts)
}

async fn write_for(
    tx: &Tx,
    clock: &Clock,
    options: &CasesOptions,
    organization: OrganizationId,
    cases: &[CaseRow],
) -> Result<CasesCounts, Fault> {
    let wanted: Vec<_> = cases.iter().map(|case| community(case, organization, options)).collect();
    let communities = ensure_communities(tx, clock, &wanted).await?;
    let addressed = || cases.iter().zip(&communities.ids).filter_map(|(case, id)| Some((case.building.as_ref()?, *id)));
    let wanted: Vec<_> =
        addressed().map(|(name, community)| NewBuilding { organization, community, name: name.clone() }).collect();
    let buildings = ensure_buildings(tx, clock, &wanted).await?;
    let names: Vec<_> = cases.iter().map(|case| case.category.as_str()).collect();
    let categories = ensure_categories(tx, clock, organization, &names).await?;
    repo::place_categories(tx, organization).await?;
    let mut building_ids = buildings.ids.iter().copied();
    let placed: Vec<_> = cases
        .iter()
        .zip(communities.ids.iter().zip(&categories.ids))
        .map(|(case, (community, category))| Placed {
            case,
            community: *community,
            building: case.building.as_ref().and_then(|_| building_ids.next()),
            category: *category,
        })
        .collect();
    let created = insert_tickets(tx, clock, organization, &placed).await?;
    let closed = || cases.iter().filter(|case| case.closed_at.is_some());
    Ok(CasesCounts {
        communities: communities.distinct,
        buildings: buildings.distinct,
        categories: categories.distinct,
        tickets: Tally::of(created, cases.len() as u64),
        closed: closed().count() as u64,
        closed_with_target: closed().filter(|case| case.target_at.is_some()).count() as u64,
        missed: cases.iter().filter(|case| Standing::from(*case).missed_completion).count() as u64,
        ..CasesCounts::default()
    })
}

fn community(case: &CaseRow, organization: OrganizationId, options: &CasesOptions) -> NewCommunity {
    NewCommunity {
        organization,
        name: case.community.clone(),
        address: String::new(),
        time_zone: options.time_zone,
        currency: options.currency.clone(),
        building_type: None,
        developer: None,
        fee: None,
        stated_buildings: None,
        stated_households: None,
    }
}
