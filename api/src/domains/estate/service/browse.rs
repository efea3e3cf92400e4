//! Looking at communities, buildings and units.

use entities::building;
use entities::values::{BuildingId, CommunityId, UnitId};

use super::super::repo::{self, CommunityCounts, CommunityRow, HomeRow, Totals, UnitFilter, UnitRow};
use crate::domains::identity::{Right, Scope, Viewer};
use crate::error::{Code, Error, Refusal};
use crate::state::App;

pub(super) fn scope(app: &App, viewer: &Viewer) -> Result<Scope, Error> {
    viewer.scope(Right::EstateRead, app.clock.now())
}

fn not_found() -> Error {
    Refusal::new(Code::NotFound).into()
}

/// Communities that the viewer may see.
pub async fn communities(
    app: &App,
    viewer: &Viewer,
    text: Option<&str>,
    after: Option<CommunityId>,
    limit: u64,
) -> Result<Vec<CommunityRow>, Error> {
    Ok(repo::list_communities(app.db.read(), &scope(app, viewer)?, text, after, limit).await?)
}

/// How many communities that list has.
pub async fn count_communities(app: &App, viewer: &Viewer, text: Option<&str>) -> Result<i64, Error> {
    Ok(repo::count_communities(app.db.read(), &scope(app, viewer)?, text).await?)
}

/// Communities by id; those that the viewer may not see are left out.
pub async fn communities_by_id(app: &App, viewer: &Viewer, ids: &[CommunityId]) -> Result<Vec<CommunityRow>, Error> {
    Ok(repo::find_communities(app.db.read(), &scope(app, viewer)?, ids).await?)
}

/// One community.
pub async fn community(app: &App, viewer: &Viewer, id: CommunityId) -> Result<CommunityRow, Error> {
    let found = communities_by_id(app, viewer, &[id]).await?;
    found.into_iter().next().ok_or_else(not_found)
}

/// Buildings and units of several communities that the viewer was shown.
pub async fn community_counts(app: &App, ids: &[CommunityId]) -> Result<Vec<CommunityCounts>, Error> {
    Ok(repo::counts_of(app.db.read(), ids).await?)
}

/// What the communities that the viewer may see come to.
pub async fn totals(app: &App, viewer: &Viewer) -> Result<Totals, Error> {
    let totals = repo::totals(app.db.read(), &scope(app, viewer)?).await?;
    totals.ok_or_else(|| Error::internal("a sum without a row"))
}

/// Buildings of a community.
pub async fn buildings(
    app: &App,
    viewer: &Viewer,
    community: CommunityId,
    after: Option<BuildingId>,
    limit: u64,
) -> Result<Vec<building::Model>, Error> {
    Ok(repo::list_buildings(app.db.read(), &scope(app, viewer)?, community, after, limit).await?)
}

/// How many buildings a community has.
pub async fn count_buildings(app: &App, viewer: &Viewer, community: CommunityId) -> Result<i64, Error> {
    Ok(repo::count_buildings(app.db.read(), &scope(app, viewer)?, community).await?)
}

/// One building.
pub async fn building(app: &App, viewer: &Viewer, id: BuildingId) -> Result<building::Model, Error> {
    let found = repo::find_buildings(app.db.read(), &scope(app, viewer)?, &[id]).await?;
    found.into_iter().next().ok_or_else(not_found)
}

/// Units that the viewer may see.
pub async fn units(
    app: &App,
    viewer: &Viewer,
    filter: &UnitFilter,
    after: Option<UnitId>,
    limit: u64,
) -> Result<Vec<UnitRow>, Error> {
    Ok(repo::list_units(app.db.read(), &scope(app, viewer)?, filter, after, limit).await?)
}

/// How many units that list has.
pub async fn count_units(app: &App, viewer: &Viewer, filter: &UnitFilter) -> Result<i64, Error> {
    Ok(repo::count_units(app.db.read(), &scope(app, viewer)?, filter).await?)
}

/// One unit.
pub async fn unit(app: &App, viewer: &Viewer, id: UnitId) -> Result<UnitRow, Error> {
    repo::find_unit(app.db.read(), &scope(app, viewer)?, id).await?.ok_or_else(not_found)
}

/// The viewer's own units; none for staff.
pub async fn homes(app: &App, viewer: &Viewer) -> Result<Vec<HomeRow>, Error> {
    if viewer.staff().is_some() {
        return Ok(Vec::new());
    }
    Ok(repo::homes(app.db.read(), viewer.account_id, app.clock.now()).await?)
}
