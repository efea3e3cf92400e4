//! What an organization has: its communities, units, items and meters by their names.

use std::collections::HashMap;

use chrono::{NaiveDate, Utc};
use entities::values::{CommunityId, OrganizationId, UnitId};

use super::super::repo::{self, ImportItem, ImportMeter};
use super::super::service::day_in;
use crate::clock::Clock;
use crate::db::Db;
use crate::infra::bulk::ImportError;

/// A community of the books.
#[derive(Debug)]
pub struct Place {
    /// Which.
    pub id: CommunityId,
    /// The day there.
    pub today: NaiveDate,
    /// Its units by building and number.
    pub units: HashMap<(String, String), UnitId>,
    /// Its items by code.
    pub items: HashMap<String, ImportItem>,
}

/// An organization's communities, units, items and meters, read before a file is: rows are judged by them alone. They take
/// some 150 bytes a unit.
#[derive(Debug)]
pub struct Books {
    /// Whose.
    pub org: OrganizationId,
    /// Its communities by name.
    pub places: HashMap<String, Place>,
    /// Its meters by the number on them; several, where items share numbers.
    pub meters: HashMap<String, Vec<ImportMeter>>,
}

impl Books {
    /// Reads the books of the organization of this name.
    pub async fn open(db: &Db, clock: &Clock, organization: &str) -> Result<Self, ImportError> {
        let communities = repo::import_communities(db.read(), organization).await?;
        let missing = || ImportError::unusable(format!("there is no organization “{organization}” with communities"));
        let org = communities.first().map(|it| it.org_id).ok_or_else(missing)?;
        let now: chrono::DateTime<Utc> = clock.now();
        let mut by_id: HashMap<CommunityId, (String, Place)> = HashMap::new();
        for it in communities {
            let today = day_in(&it.time_zone, now);
            by_id.insert(it.id, (it.name, Place { id: it.id, today, units: HashMap::new(), items: HashMap::new() }));
        }
        for unit in repo::import_units(db.read(), org).await? {
            if let Some((_, place)) = by_id.get_mut(&unit.community_id) {
                place.units.insert((unit.building, unit.number), unit.id);
            }
        }
        for item in repo::import_items(db.read(), org).await? {
            if let Some((_, place)) = by_id.get_mut(&item.community_id) {
                place.items.insert(item.code.clone(), item);
            }
        }
        let mut meters: HashMap<String, Vec<ImportMeter>> = HashMap::new();
        for meter in repo::import_meters(db.read(), org).await? {
            meters.entry(meter.serial.clone()).or_default().push(meter);
        }
        Ok(Self { org, places: by_id.into_values().collect(), meters })
    }
}
