//! Comparisons and their differences: looked at, begun by hand, explained.

use chrono::NaiveDate;
use entities::values::{CommunityId, DifferenceId, MerchantId, ReconciliationId, TypedId as _};
use serde_json::json;

use super::super::super::error::{PaymentError, at};
use super::super::super::model::beijing_now;
use super::super::super::repo::{self, DifferenceFilter, DifferenceRow, ReconciliationCard};
use super::super::clerk::Clerk;
use super::super::reader;
use super::work::begin;
use crate::domains::billing::{REASON_MAX, required_text};
use crate::domains::estate::lock_organization;
use crate::domains::identity::{Right, Viewer};
use crate::error::Error;
use crate::infra::history::{self, NewEvent, ObjectKind};
use crate::infra::idempotency::{Once, once};
use crate::state::App;

/// Comparisons of staff who reconcile, the latest begun first.
pub async fn reconciliations(
    app: &App,
    viewer: &Viewer,
    of: (Option<CommunityId>, Option<MerchantId>),
    after: Option<ReconciliationId>,
    limit: u64,
) -> Result<Vec<ReconciliationCard>, Error> {
    let clerk = Clerk::of(viewer, Right::Reconcile)?;
    Ok(repo::list_reconciliations(reader(app), &clerk.scope, of, after, limit).await?)
}

/// How many that list has.
pub async fn count_reconciliations(
    app: &App,
    viewer: &Viewer,
    of: (Option<CommunityId>, Option<MerchantId>),
) -> Result<i64, Error> {
    let clerk = Clerk::of(viewer, Right::Reconcile)?;
    Ok(repo::count_reconciliations(reader(app), &clerk.scope, of).await?)
}

/// One comparison.
pub async fn find_reconciliation(
    app: &App,
    viewer: &Viewer,
    id: ReconciliationId,
) -> Result<ReconciliationCard, Error> {
    let clerk = Clerk::of(viewer, Right::Reconcile)?;
    let row = repo::find_reconciliation(reader(app), &clerk.scope, id).await?;
    Ok(row.ok_or(PaymentError::NotFound("reconciliationId"))?)
}

/// Differences of a comparison that the viewer was shown.
pub async fn differences(
    app: &App,
    filter: &DifferenceFilter,
    after: Option<DifferenceId>,
    limit: u64,
) -> Result<Vec<DifferenceRow>, Error> {
    Ok(repo::list_differences(reader(app), filter, after, limit).await?)
}

/// How many that list has.
pub async fn count_differences(app: &App, filter: &DifferenceFilter) -> Result<i64, Error> {
    Ok(repo::count_differences(reader(app), filter).await?)
}

/// How far back gateways have their bills.
const DAYS_BACK: i64 = 90;

/// Has a merchant's day compared, or compared once more; a worker does it. The day must be over in Beijing, by 90 days at
/// most.
pub async fn start_reconciliation(
    app: &App,
    viewer: &Viewer,
    (merchant, day): (MerchantId, NaiveDate),
    key: &str,
) -> Result<ReconciliationCard, Error> {
    let clerk = Clerk::of(viewer, Right::Reconcile)?;
    let today = beijing_now(app.clock.now()).0;
    if today.signed_duration_since(day).num_days() > DAYS_BACK {
        return Err(PaymentError::TooOld("day", DAYS_BACK).into());
    }
    if day >= today {
        return Err(PaymentError::Invalid("day").into());
    }
    let input = (merchant, day);
    let command =
        Once { account: clerk.account, mutation: "reconciliationStart", key, input: &input, result: merchant.uuid() };
    let (app_, clerk_) = (app.clone(), clerk.clone());
    let made = once(app, command, move |tx| {
        let (app, clerk) = (app_.clone(), clerk_.clone());
        Box::pin(async move {
            lock_organization(tx, clerk.org).await?;
            let found = repo::get_merchant(tx, merchant).await?.filter(|row| row.org_id == clerk.org);
            let found = found.ok_or(PaymentError::NotFound("merchantId"))?;
            if !repo::sees_community(tx, &clerk.scope, found.community_id).await? {
                return Err(PaymentError::NotFound("merchantId").into());
            }
            Ok(begin(tx, &app, &found, day, Some(clerk.staff)).await?.uuid())
        })
    })
    .await?;
    find_reconciliation(app, viewer, ReconciliationId(made)).await
}

/// Explains a difference, once.
pub async fn resolve_difference(
    app: &App,
    viewer: &Viewer,
    (id, words): (DifferenceId, String),
    key: &str,
) -> Result<DifferenceRow, Error> {
    let clerk = Clerk::of(viewer, Right::Reconcile)?;
    let words = required_text(&words, REASON_MAX).map_err(at("words"))?;
    let input = (id, words.clone());
    let command = Once {
        account: clerk.account,
        mutation: "reconciliationDifferenceResolve",
        key,
        input: &input,
        result: id.uuid(),
    };
    let (app_, clerk_) = (app.clone(), clerk.clone());
    once(app, command, move |tx| {
        let (app, clerk, words) = (app_.clone(), clerk_.clone(), words.clone());
        Box::pin(async move {
            let found = repo::find_difference(tx, &clerk.scope, id).await?;
            let row = found.ok_or(PaymentError::NotFound("differenceId"))?.difference;
            let now = app.clock.now();
            if !repo::resolve_difference(tx, id, &words, (clerk.staff, now)).await? {
                return Err(PaymentError::Resolved.into());
            }
            let event = NewEvent {
                org_id: row.org_id,
                object_kind: ObjectKind::Difference,
                object_id: id.uuid(),
                kind: "RESOLVED",
                from_state: Some("OPEN"),
                to_state: Some("RESOLVED"),
                actor: clerk.actor(),
                payload: json!({ "words": words, "number": row.number }),
                occurred_at: now,
            };
            history::append(tx, &app.clock, event).await?;
            Ok(id.uuid())
        })
    })
    .await?;
    let row = repo::find_difference(reader(app), &clerk.scope, id).await?;
    Ok(row.ok_or(PaymentError::NotFound("differenceId"))?)
}
