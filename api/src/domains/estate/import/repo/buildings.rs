//! Buildings by community and name.

use entities::values::{BuildingId, TypedId as _};

use crate::clock::Clock;
use crate::db::{Fault, Tx};
use crate::domains::estate::import::NewBuilding;
use crate::infra::bulk::repo::{Ensured, Natural, ensure};

const BUILDING: Natural =
    Natural { table: "building", parent: "community_id", name: "name", rest: &["org_id", "created_at"] };

/// Finds each building by community and name, or makes it.
pub async fn ensure_buildings(tx: &Tx, clock: &Clock, buildings: &[NewBuilding]) -> Result<Ensured<BuildingId>, Fault> {
    let keys: Vec<_> = buildings.iter().map(|building| (building.community, building.name.as_str())).collect();
    ensure(tx, clock, &BUILDING, &keys, |index| vec![buildings[index].organization.uuid().into(), clock.now().into()])
        .await
}
