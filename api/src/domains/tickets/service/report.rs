//! Figures of tickets.

use entities::values::CommunityId;

use super::super::repo::{self, Grouping, OnTimeRow, OverdueRow, ReportFilter};
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

/// What is late, for those who give work to people.
pub async fn overdue_board(
    app: &App,
    viewer: &Viewer,
    community: Option<CommunityId>,
) -> Result<Vec<OverdueRow>, Error> {
    let now = app.clock.now();
    let scope = viewer.scope(Right::TicketDispatch, now)?;
    Ok(repo::overdue_board(app.db.read(), &scope, community, now).await?)
}
