//! What is owed, as residents and staff look at it.

use entities::values::{BillId, ChargeId};

use super::super::error::BillingError;
use super::super::repo::{self, BillCard, BillFilter, ChargeCard, ChargeFilter, PrepaidRow};
use super::reader;
use crate::domains::identity::{Right, Scope, Viewer};
use crate::error::Error;
use crate::state::App;

/// Open charges of a resident that are shown at once.
const MOST_OPEN: u64 = 500;
/// Prepaid balances that are shown at once.
const MOST_PREPAID: u64 = 100;

fn scope(app: &App, viewer: &Viewer) -> Result<Scope, Error> {
    viewer.scope(Right::FeeRead, app.clock.now())
}

/// What a resident owes, by unit and due day; staff owe nothing here.
pub async fn payable(app: &App, viewer: &Viewer) -> Result<Vec<ChargeCard>, Error> {
    match scope(app, viewer)? {
        scope @ Scope::Units(..) => Ok(repo::payable(reader(app), &scope, MOST_OPEN).await?),
        _ => Err(Error::Forbidden),
    }
}

/// What a resident has paid ahead.
pub async fn prepaid(app: &App, viewer: &Viewer) -> Result<Vec<PrepaidRow>, Error> {
    match scope(app, viewer)? {
        scope @ Scope::Units(..) => Ok(repo::prepaid(reader(app), &scope, MOST_PREPAID).await?),
        _ => Err(Error::Forbidden),
    }
}

/// Charges that the viewer may see, the newest first.
pub async fn charges(
    app: &App,
    viewer: &Viewer,
    filter: &ChargeFilter,
    after: Option<ChargeId>,
    limit: u64,
) -> Result<Vec<ChargeCard>, Error> {
    Ok(repo::list_charges(reader(app), &scope(app, viewer)?, filter, after, limit).await?)
}

/// How many charges that list has.
pub async fn count_charges(app: &App, viewer: &Viewer, filter: &ChargeFilter) -> Result<i64, Error> {
    Ok(repo::count_charges(reader(app), &scope(app, viewer)?, filter).await?)
}

/// One charge.
pub async fn find_charge(app: &App, viewer: &Viewer, id: ChargeId) -> Result<ChargeCard, Error> {
    let row = repo::find_charge(reader(app), &scope(app, viewer)?, id).await?;
    Ok(row.ok_or(BillingError::NotFound("chargeId"))?)
}

/// Bills that the viewer may see, the newest first.
pub async fn bills(
    app: &App,
    viewer: &Viewer,
    filter: &BillFilter,
    after: Option<BillId>,
    limit: u64,
) -> Result<Vec<BillCard>, Error> {
    Ok(repo::list_bills(reader(app), &scope(app, viewer)?, filter, after, limit).await?)
}

/// How many bills that list has.
pub async fn count_bills(app: &App, viewer: &Viewer, filter: &BillFilter) -> Result<i64, Error> {
    Ok(repo::count_bills(reader(app), &scope(app, viewer)?, filter).await?)
}

/// One bill.
pub async fn find_bill(app: &App, viewer: &Viewer, id: BillId) -> Result<BillCard, Error> {
    let row = repo::find_bill(reader(app), &scope(app, viewer)?, id).await?;
    Ok(row.ok_or(BillingError::NotFound("billId"))?)
}
