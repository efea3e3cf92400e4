//! Payments, as residents and staff look at them.

use entities::values::{CommunityId, PaymentId, PaymentMethod};

use super::super::error::PaymentError;
use super::super::repo::{self, PaymentCard, PaymentFilter, PaymentPartRow};
use super::reader;
use crate::domains::identity::{Right, Scope, Viewer};
use crate::error::Error;
use crate::state::App;

fn scope(app: &App, viewer: &Viewer) -> Result<Scope, Error> {
    viewer.scope(Right::FeeRead, app.clock.now())
}

/// Payments that the viewer may see, the newest first.
pub async fn payments(
    app: &App,
    viewer: &Viewer,
    filter: &PaymentFilter,
    after: Option<PaymentId>,
    limit: u64,
) -> Result<Vec<PaymentCard>, Error> {
    Ok(repo::list_payments(reader(app), &scope(app, viewer)?, filter, after, limit).await?)
}

/// How many payments that list has.
pub async fn count_payments(app: &App, viewer: &Viewer, filter: &PaymentFilter) -> Result<i64, Error> {
    Ok(repo::count_payments(reader(app), &scope(app, viewer)?, filter).await?)
}

/// One payment.
pub async fn find_payment(app: &App, viewer: &Viewer, id: PaymentId) -> Result<PaymentCard, Error> {
    let row = repo::find_payment(reader(app), &scope(app, viewer)?, id).await?;
    Ok(row.ok_or(PaymentError::NotFound("paymentId"))?)
}

/// The parts of payments that the viewer was shown.
pub async fn parts(app: &App, payments: &[PaymentId]) -> Result<Vec<PaymentPartRow>, Error> {
    Ok(repo::parts_of(reader(app), payments).await?)
}

/// By what a resident can pay in a community of theirs, the gateways' order being that of their names.
pub async fn payment_methods(app: &App, viewer: &Viewer, id: CommunityId) -> Result<Vec<PaymentMethod>, Error> {
    let scope = viewer.scope(Right::EstateRead, app.clock.now())?;
    if !repo::sees_community(reader(app), &scope, id).await? {
        return Err(PaymentError::NotFound("communityId").into());
    }
    Ok(repo::methods_of(reader(app), id).await?.into_iter().map(|row| row.gateway).collect())
}
