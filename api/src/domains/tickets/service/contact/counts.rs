//! Figures of contacts.

use super::super::super::repo::{self, ContactCountRow, ContactGrouping, ContactPeriod};
use crate::domains::identity::{Right, Viewer};
use crate::error::Error;
use crate::state::App;

/// How many contacts there were, where the viewer may see figures.
pub async fn contact_counts(
    app: &App,
    viewer: &Viewer,
    grouping: ContactGrouping,
    period: ContactPeriod,
) -> Result<Vec<ContactCountRow>, Error> {
    let scope = viewer.scope(Right::ReportRead, app.clock.now())?;
    Ok(repo::count_contacts_by(app.db.read(), &scope, grouping, period).await?)
}
