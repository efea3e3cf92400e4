//! Who took personal data out of the house: for the organization's administrators.

use entities::values::{DisclosureId, OrganizationId};

use super::super::repo::{self, DisclosureFilter, DisclosureRow};
use crate::domains::identity::{Right, Scope, Viewer};
use crate::error::Error;
use crate::state::App;

fn organization(viewer: &Viewer) -> Result<OrganizationId, Error> {
    match viewer.require_staff()?.scope(Right::StaffManage)? {
        Scope::Organization(org) => Ok(org),
        _ => Err(Error::Forbidden),
    }
}

/// Disclosures, newest first.
pub async fn disclosures(
    app: &App,
    viewer: &Viewer,
    filter: &DisclosureFilter,
    after: Option<DisclosureId>,
    limit: u64,
) -> Result<Vec<DisclosureRow>, Error> {
    Ok(repo::list_disclosures(app.db.read(), organization(viewer)?, filter, after, limit).await?)
}

/// How many disclosures that list has.
pub async fn count_disclosures(app: &App, viewer: &Viewer, filter: &DisclosureFilter) -> Result<i64, Error> {
    Ok(repo::count_disclosures(app.db.read(), organization(viewer)?, filter).await?)
}
