//! Above which amounts a second person is needed.

use entities::community_fee_setting;
use entities::values::{CommunityId, Money, TypedId as _};
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::json;

use super::super::error::BillingError;
use super::super::model::scaled::scaled;
use super::super::repo::{self, PlaceRow};
use super::items::share;
use super::{Clerk, Once, community, lock, note, once, reader};
use crate::domains::identity::{Right, Viewer};
use crate::error::Error;
use crate::infra::history::ObjectKind;
use crate::state::App;

/// Waivers above 100 yuan need a second person, unless the community says otherwise.
const WAIVER_LIMIT: Money = Money(10_000);
/// Discounts above a tenth.
const DISCOUNT_LIMIT: i64 = 1_000;
/// The highest limit: ten million of the major unit.
const LIMIT_MAX: i64 = 1_000_000_000;

/// A community's settings.
#[derive(Clone, PartialEq, Debug)]
pub struct FeeSettings {
    /// Of which community.
    pub community_id: CommunityId,
    /// Its currency.
    pub currency: String,
    /// Above this a waiver waits for a second person.
    pub waiver_limit: Money,
    /// Above this, in 1/10,000, a discount does.
    pub discount_limit: i64,
    /// Rises with each change; 0 while nobody has set anything.
    pub version: i32,
}

/// The settings of a place.
pub(super) async fn settings_of(connection: &impl repo::Connection, place: &PlaceRow) -> Result<FeeSettings, Error> {
    let row = repo::fee_setting(connection, place.community_id).await?;
    Ok(FeeSettings {
        community_id: place.community_id,
        currency: place.currency.clone(),
        waiver_limit: row.as_ref().map_or(WAIVER_LIMIT, |row| row.waiver_limit),
        discount_limit: row.as_ref().map_or(DISCOUNT_LIMIT, |row| row.discount_limit),
        version: row.map_or(0, |row| row.version),
    })
}

/// A community's settings, for staff who see fees.
pub async fn fee_settings(app: &App, viewer: &Viewer, id: CommunityId) -> Result<FeeSettings, Error> {
    let clerk = Clerk::of(viewer, Right::FeeRead)?;
    settings_of(reader(app), &community(reader(app), &clerk.scope, id).await?).await
}

/// Settings as they are to be.
#[derive(Clone, Debug, Serialize)]
pub struct NewFeeSettings {
    /// Of which community.
    pub community_id: CommunityId,
    /// Above this a waiver waits for a second person; unchanged when missing.
    pub waiver_limit: Option<Decimal>,
    /// Above this part of the amount a discount does; unchanged when missing.
    pub discount_limit: Option<Decimal>,
    /// The version that the client saw.
    pub expected_version: Option<i32>,
}

/// Sets them. Only whoever may be a second person sets when one is needed.
pub async fn set_fee_settings(
    app: &App,
    viewer: &Viewer,
    new: NewFeeSettings,
    key: &str,
) -> Result<FeeSettings, Error> {
    let clerk = Clerk::of(viewer, Right::FeeApprove)?;
    let waiver = new.waiver_limit.map(|limit| {
        let limit = scaled(limit, 2).filter(|limit| (0..=LIMIT_MAX).contains(limit));
        limit.map(Money).ok_or(BillingError::Invalid("waiverLimit"))
    });
    let waiver = waiver.transpose()?;
    let discount = new.discount_limit.map(|limit| share(limit, "discountLimit")).transpose()?;
    let id = new.community_id;
    let command =
        Once { account: clerk.account, mutation: "communityFeeSettingsSet", key, input: &new, result: id.uuid() };
    let (app_, clerk_, expected) = (app.clone(), clerk.clone(), new.expected_version);
    once(app, command, move |tx| {
        let (app, clerk) = (app_.clone(), clerk_.clone());
        Box::pin(async move {
            lock(tx, &clerk).await?;
            let place = community(tx, &clerk.scope, id).await?;
            let before = settings_of(tx, &place).await?;
            if expected.is_some_and(|expected| expected != before.version) {
                return Err(BillingError::Stale.into());
            }
            let row = community_fee_setting::Model {
                community_id: id,
                org_id: place.org_id,
                waiver_limit: waiver.unwrap_or(before.waiver_limit),
                discount_limit: discount.unwrap_or(before.discount_limit),
                version: before.version + 1,
                updated_at: app.clock.now(),
            };
            repo::put_fee_setting(tx, &row).await?;
            let payload = json!({
                "waiverLimit": [before.waiver_limit, row.waiver_limit],
                "discountLimit": [before.discount_limit, row.discount_limit], "version": row.version,
            });
            note(tx, &app, &clerk, (ObjectKind::CommunityFeeSettings, id.uuid()), ("SET", payload)).await?;
            Ok(id.uuid())
        })
    })
    .await?;
    settings_of(reader(app), &community(reader(app), &clerk.scope, id).await?).await
}
