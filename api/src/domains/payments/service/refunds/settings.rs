//! Above which amount a refund needs a second person.

use entities::community_refund_setting;
use entities::values::{CommunityId, Money, TypedId as _};
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::json;

use super::super::super::error::PaymentError;
use super::super::super::repo;
use super::super::clerk::Clerk;
use super::super::reader;
use crate::domains::billing::entered;
use crate::domains::estate::lock_organization;
use crate::domains::identity::{Right, Viewer};
use crate::error::Error;
use crate::infra::history::{self, NewEvent, ObjectKind};
use crate::infra::idempotency::{Once, once};
use crate::state::App;

/// A community's settings.
#[derive(Clone, PartialEq, Debug)]
pub struct RefundSettings {
    /// Of which community.
    pub community_id: CommunityId,
    /// Its currency.
    pub currency: String,
    /// Above this a refund waits for a second person; nothing unless set, so that every refund does.
    pub refund_limit: Money,
    /// Rises with each change; 0 while nobody has set anything.
    pub version: i32,
}

/// Up to which amount one person suffices.
pub async fn limit_of(connection: &impl repo::Connection, community: CommunityId) -> Result<Money, Error> {
    let row = repo::refund_setting(connection, community).await?;
    Ok(row.map_or(Money::ZERO, |row| row.refund_limit))
}

async fn read(connection: &impl repo::Connection, clerk: &Clerk, id: CommunityId) -> Result<RefundSettings, Error> {
    if !repo::sees_community(connection, &clerk.scope, id).await? {
        return Err(PaymentError::NotFound("communityId").into());
    }
    let place = repo::community_of(connection, id).await?.ok_or(PaymentError::NotFound("communityId"))?;
    let row = repo::refund_setting(connection, id).await?;
    Ok(RefundSettings {
        community_id: id,
        currency: place.currency,
        refund_limit: row.as_ref().map_or(Money::ZERO, |row| row.refund_limit),
        version: row.map_or(0, |row| row.version),
    })
}

/// A community's settings, for staff who see fees.
pub async fn refund_settings(app: &App, viewer: &Viewer, id: CommunityId) -> Result<RefundSettings, Error> {
    read(reader(app), &Clerk::of(viewer, Right::FeeRead)?, id).await
}

/// Sets the limit. Only whoever may be a second person sets when one is needed.
pub async fn set_refund_settings(
    app: &App,
    viewer: &Viewer,
    (id, limit, expected): (CommunityId, Decimal, Option<i32>),
    key: &str,
) -> Result<RefundSettings, Error> {
    let clerk = Clerk::of(viewer, Right::FeeApprove)?;
    let refund_limit = match limit.is_zero() {
        true => Money::ZERO,
        false => entered(limit).map_err(|_| PaymentError::Invalid("refundLimit"))?,
    };
    #[derive(Serialize)]
    struct Input(CommunityId, Money, Option<i32>);
    let input = Input(id, refund_limit, expected);
    let command =
        Once { account: clerk.account, mutation: "communityRefundSettingsSet", key, input: &input, result: id.uuid() };
    let (app_, clerk_) = (app.clone(), clerk.clone());
    once(app, command, move |tx| {
        let (app, clerk) = (app_.clone(), clerk_.clone());
        Box::pin(async move {
            lock_organization(tx, clerk.org).await?;
            let before = read(tx, &clerk, id).await?;
            if expected.is_some_and(|expected| expected != before.version) {
                return Err(PaymentError::Stale.into());
            }
            let row = community_refund_setting::Model {
                community_id: id,
                org_id: clerk.org,
                refund_limit,
                version: before.version + 1,
                updated_at: app.clock.now(),
            };
            repo::put_refund_setting(tx, &row).await?;
            let event = NewEvent {
                org_id: clerk.org,
                object_kind: ObjectKind::CommunityRefundSettings,
                object_id: id.uuid(),
                kind: "SET",
                from_state: None,
                to_state: None,
                actor: clerk.actor(),
                payload: json!({ "refundLimit": [before.refund_limit, row.refund_limit], "version": row.version }),
                occurred_at: app.clock.now(),
            };
            history::append(tx, &app.clock, event).await?;
            Ok(id.uuid())
        })
    })
    .await?;
    read(reader(app), &clerk, id).await
}
