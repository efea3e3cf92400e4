//! Refunds, as residents and staff look at them.

use entities::refund_part;
use entities::values::RefundId;

use super::super::super::error::PaymentError;
use super::super::super::repo::{self, RefundCard, RefundFilter};
use super::super::reader;
use crate::domains::identity::{Right, Scope, Viewer};
use crate::error::Error;
use crate::state::App;

fn scope(app: &App, viewer: &Viewer) -> Result<Scope, Error> {
    viewer.scope(Right::FeeRead, app.clock.now())
}

/// Refunds that the viewer may see, the newest first.
pub async fn refunds(
    app: &App,
    viewer: &Viewer,
    filter: &RefundFilter,
    after: Option<RefundId>,
    limit: u64,
) -> Result<Vec<RefundCard>, Error> {
    Ok(repo::list_refunds(reader(app), &scope(app, viewer)?, filter, after, limit).await?)
}

/// How many refunds that list has.
pub async fn count_refunds(app: &App, viewer: &Viewer, filter: &RefundFilter) -> Result<i64, Error> {
    Ok(repo::count_refunds(reader(app), &scope(app, viewer)?, filter).await?)
}

/// One refund.
pub async fn find_refund(app: &App, viewer: &Viewer, id: RefundId) -> Result<RefundCard, Error> {
    let row = repo::find_refund(reader(app), &scope(app, viewer)?, id).await?;
    Ok(row.ok_or(PaymentError::NotFound("refundId"))?)
}

/// What of refunds that the viewer was shown is owed again.
pub async fn parts_of_refunds(app: &App, ids: &[RefundId]) -> Result<Vec<refund_part::Model>, Error> {
    Ok(repo::parts_of_refunds(reader(app), ids).await?)
}
