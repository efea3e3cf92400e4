//! The ledger, for whoever sees fees among staff.

use chrono::NaiveDate;
use entities::values::{CommunityId, LedgerEntryId};

use super::super::repo::{self, BalanceRow, EntryFilter, EntryRow};
use super::{community, reader};
use crate::domains::identity::{Right, Scope, Viewer};
use crate::error::Error;
use crate::state::App;

fn scope(viewer: &Viewer) -> Result<Scope, Error> {
    viewer.require_staff()?.scope(Right::FeeRead)
}

/// Lines of the ledger, the newest first.
pub async fn entries(
    app: &App,
    viewer: &Viewer,
    filter: &EntryFilter,
    after: Option<LedgerEntryId>,
    limit: u64,
) -> Result<Vec<EntryRow>, Error> {
    Ok(repo::list_entries(reader(app), &scope(viewer)?, filter, after, limit).await?)
}

/// How many lines that list has.
pub async fn count_entries(app: &App, viewer: &Viewer, filter: &EntryFilter) -> Result<i64, Error> {
    Ok(repo::count_entries(reader(app), &scope(viewer)?, filter).await?)
}

/// What each account of a community comes to with all that was posted until a day, and the community's currency.
pub async fn trial_balance(
    app: &App,
    viewer: &Viewer,
    id: CommunityId,
    until: Option<NaiveDate>,
) -> Result<(Vec<BalanceRow>, String), Error> {
    let scope = scope(viewer)?;
    let place = community(reader(app), &scope, id).await?;
    let filter = EntryFilter { community_id: Some(id), to: until, ..EntryFilter::default() };
    Ok((repo::trial_balance(reader(app), &scope, &filter).await?, place.currency))
}
