//! Finding a household while the phone rings, and its file (一户一档).

use std::collections::HashMap;

use entities::residency;
use entities::values::{CommunityId, TicketId, UnitId};

use super::super::model::household::{Reading, readings};
use super::super::repo::{self, TicketCard, UnitMatch, Wanted};
use crate::domains::identity::{Right, Viewer};
use crate::error::Error;
use crate::state::App;

/// Most units that a search shows.
pub const SEARCH_MAX: usize = 20;

/// Units that a text may mean, best first: whole phones, rooms of a building, ends of phones, rooms of any building,
/// names. Each unit once, by what matches best.
pub async fn search_units(
    app: &App,
    viewer: &Viewer,
    text: &str,
    community: Option<CommunityId>,
    first: usize,
) -> Result<Vec<UnitMatch>, Error> {
    let org = viewer.require_staff()?.org_id;
    let now = app.clock.now();
    let scope = viewer.scope(Right::HouseholdRead, now)?;
    let wanted: Vec<Wanted> = readings(text).into_iter().map(wanted).collect();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let found = repo::search_units(app.db.read(), (org, &scope), &wanted, community, now).await?;
    let mut seen = HashMap::new();
    let once = found.into_iter().filter(|found| seen.insert(found.unit.id, ()).is_none());
    Ok(once.take(first.min(SEARCH_MAX)).collect())
}

fn wanted(reading: Reading) -> Wanted {
    match reading {
        Reading::Phone(phone) => Wanted::Phone(phone),
        Reading::Room { buildings, numbers } => Wanted::Room(buildings, numbers),
        Reading::PhoneTail(tail) => Wanted::PhoneTail(tail),
        Reading::Number(numbers) => Wanted::Number(numbers),
        Reading::Name(name) => Wanted::Name(name),
    }
}

/// Whether the viewer may open the files of households of a community.
pub fn opens_households(viewer: &Viewer, community: CommunityId) -> bool {
    viewer.staff().is_some_and(|staff| staff.may(Right::HouseholdRead, community))
}

/// Everybody in the register of units whose files the viewer may open.
pub async fn people_of(app: &App, units: &[UnitId]) -> Result<Vec<residency::Model>, Error> {
    Ok(repo::people_of(app.db.read(), units, app.clock.now()).await?)
}

/// The tickets of units that are not over.
pub async fn open_tickets_of(app: &App, viewer: &Viewer, units: &[UnitId]) -> Result<Vec<TicketCard>, Error> {
    let scope = viewer.scope(Right::TicketRead, app.clock.now())?;
    Ok(repo::open_tickets_of(app.db.read(), &scope, units).await?)
}

/// The last tickets of each of several units that are over.
pub async fn past_tickets_of(
    app: &App,
    viewer: &Viewer,
    units: &[UnitId],
    after: Option<TicketId>,
    limit: u64,
) -> Result<Vec<TicketCard>, Error> {
    let scope = viewer.scope(Right::TicketRead, app.clock.now())?;
    Ok(repo::past_tickets_of(app.db.read(), &scope, units, after, limit).await?)
}

/// Tickets by id, as far as the viewer may see them.
pub async fn tickets_by_id(app: &App, viewer: &Viewer, ids: &[TicketId]) -> Result<Vec<TicketCard>, Error> {
    match viewer.scope(Right::TicketRead, app.clock.now()) {
        Ok(scope) => Ok(repo::cards_by_id(app.db.read(), &scope, ids).await?),
        Err(Error::Forbidden) => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}
