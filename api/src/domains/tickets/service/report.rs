//! Figures of tickets.

use super::super::repo::{self, Grouping, OnTimeRow, ReportFilter};
use crate::domains::identity::{Right, Viewer};
use crate::error::Error;
use crate::state::App;

/// How much work ended in time, where the viewer may see figures.
pub async fn on_time(
    app: &App,
    viewer: &Viewer,
    grouping: Grouping,
    filter: &ReportFilter,
) -> Result<Vec<OnTimeRow>, Error> {
    let now = app.clock.now();
    let scope = viewer.scope(Right::ReportRead, now)?;
    Ok(repo::on_time(app.db.read(), &scope, grouping, filter, now).await?)
}
