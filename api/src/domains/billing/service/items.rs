//! Fee items (收费项目) and their rates.

use chrono::NaiveDate;
use entities::values::{
    CommunityId, FeeItemId, FeeKind, FeeRateId, FeeRounding, FeeTiming, Rate, TypedId as _, UnitUsage, decimals,
};
use entities::{fee_item, fee_rate};
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::json;

use super::super::error::{BillingError, at};
use super::super::model::scaled::scaled;
use super::super::model::text;
use super::super::repo::{self, FeeItemRow, FeeRateRow};
use super::single::WORK_CODE;
use super::{Clerk, Once, community, item_in_use, lock, note, once, reader};
use crate::domains::identity::{Right, Viewer};
use crate::error::Error;
use crate::infra::history::ObjectKind;
use crate::state::App;

/// Longest code of an item, in characters.
const CODE_MAX: usize = 40;
/// Most that a rate may be: a million of the currency's major unit.
const RATE_MAX: i64 = 1_000_000 * 10_000;
/// Most that a late fee may be a day: a hundredth.
const DAILY_RATE_MAX: i64 = 10_000;

/// What is charged for being late.
#[derive(Clone, Debug, Serialize)]
pub struct LateRule {
    /// For each day, as a part of what is owed.
    pub daily_rate: Decimal,
    /// Days after the due day on which nothing accrues.
    pub grace_days: i32,
    /// The most, as a part of the charge.
    pub cap: Decimal,
}

/// An item as it is to be.
#[derive(Clone, Debug, Serialize)]
pub struct NewFeeItem {
    /// Where.
    pub community_id: CommunityId,
    /// The code that it is known by.
    pub code: String,
    /// Chinese name.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
    /// How it comes to its amount.
    pub kind: FeeKind,
    /// In advance or in arrears.
    pub timing: FeeTiming,
    /// Months of a period: 1, 3, 6 or 12.
    pub cycle_months: i32,
    /// To what amounts are rounded.
    pub rounding: FeeRounding,
    /// Days until it is due.
    pub due_days: i32,
    /// Whether it may be paid in part.
    pub in_parts: bool,
    /// What is charged while a unit is vacant, as a part of the whole.
    pub vacant_share: Decimal,
    /// The late fee; none when missing.
    pub late: Option<LateRule>,
    /// The version that the client saw; 0 for an item that is not to be there yet.
    pub expected_version: Option<i32>,
}

/// A part of a whole in 1/10,000.
pub(super) fn share(given: Decimal, field: &'static str) -> Result<i64, BillingError> {
    scaled(given, 4).filter(|share| (0..=10_000).contains(share)).ok_or(BillingError::CannotCompute(field))
}

/// Refuses what could not be billed.
fn check(new: &NewFeeItem, currency: &str) -> Result<(), BillingError> {
    // Rates have four decimals of which two are smaller than the minor unit; other currencies would be computed wrong.
    if decimals(currency) != 2 {
        return Err(BillingError::CannotCompute("communityId"));
    }
    if !matches!(new.cycle_months, 1 | 3 | 6 | 12) {
        return Err(BillingError::CannotCompute("cycleMonths"));
    }
    let once = matches!(new.kind, FeeKind::OneOff | FeeKind::Deposit);
    if once && new.cycle_months != 1 {
        return Err(BillingError::CannotCompute("cycleMonths"));
    }
    // What was used or spent is known afterwards only.
    if matches!(new.kind, FeeKind::Metered | FeeKind::Shared) && new.timing == FeeTiming::Advance {
        return Err(BillingError::CannotCompute("timing"));
    }
    // A cost is split to the fen, so that its parts come to the whole.
    if new.kind == FeeKind::Shared && new.rounding != FeeRounding::Fen {
        return Err(BillingError::CannotCompute("rounding"));
    }
    if !(0..=366).contains(&new.due_days) {
        return Err(BillingError::Invalid("dueDays"));
    }
    // A deposit is no debt that is late.
    if new.kind == FeeKind::Deposit && new.late.is_some() {
        return Err(BillingError::CannotCompute("lateFee"));
    }
    Ok(())
}

fn late(rule: Option<&LateRule>) -> Result<(Option<i64>, i32, i64), BillingError> {
    let Some(rule) = rule else { return Ok((None, 0, 0)) };
    let fault = BillingError::CannotCompute("lateFee");
    let daily = scaled(rule.daily_rate, 6).filter(|rate| (1..=DAILY_RATE_MAX).contains(rate));
    let cap = share(rule.cap, "lateFee")?;
    match daily {
        Some(daily) if cap > 0 && (0..=3_660).contains(&rule.grace_days) => Ok((Some(daily), rule.grace_days, cap)),
        _ => Err(fault),
    }
}

/// What of an item cannot change once it has been billed.
fn check_billed(before: &FeeItemRow, new: &NewFeeItem) -> Option<&'static str> {
    [
        (before.kind != new.kind, "kind"),
        (before.timing != new.timing, "timing"),
        (before.cycle_months != new.cycle_months, "cycleMonths"),
    ]
    .into_iter()
    .find_map(|(changed, field)| changed.then_some(field))
}

/// Adds an item, or changes the one of this code; a retired one is in use again.
pub async fn set_item(app: &App, viewer: &Viewer, new: NewFeeItem, key: &str) -> Result<FeeItemRow, Error> {
    let clerk = Clerk::of(viewer, Right::FeeManage)?;
    let place = community(reader(app), &clerk.scope, new.community_id).await?;
    check(&new, &place.currency)?;
    let code = text::code(&new.code, CODE_MAX).map_err(at("code"))?;
    // Paid work is charged under this code, by itself.
    if code == WORK_CODE && new.kind != FeeKind::OneOff {
        return Err(BillingError::CannotCompute("kind").into());
    }
    let (late_daily_rate, late_grace_days, late_cap) = late(new.late.as_ref())?;
    let (id, now): (FeeItemId, _) = (app.clock.new_id(), app.clock.now());
    let row = fee_item::Model {
        id,
        org_id: place.org_id,
        community_id: new.community_id,
        code,
        name_zh: text::required(&new.name_zh, text::NAME_MAX).map_err(at("nameZh"))?,
        name_en: text::required(&new.name_en, text::NAME_MAX).map_err(at("nameEn"))?,
        kind: new.kind,
        timing: new.timing,
        cycle_months: new.cycle_months,
        rounding: new.rounding,
        due_days: new.due_days,
        in_parts: new.in_parts,
        vacant_share: share(new.vacant_share, "vacantShare")?,
        late_daily_rate,
        late_grace_days,
        late_cap,
        active: true,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    let command = Once { account: clerk.account, mutation: "feeItemSet", key, input: &new, result: id.uuid() };
    let (app_, clerk_, given) = (app.clone(), clerk.clone(), new.clone());
    let made = once(app, command, move |tx| {
        let (app, clerk, given, mut row) = (app_.clone(), clerk_.clone(), given.clone(), row.clone());
        Box::pin(async move {
            lock(tx, &clerk).await?;
            let before = repo::item_by_code(tx, row.community_id, &row.code).await?;
            let version = before.as_ref().map_or(0, |before| before.version);
            if given.expected_version.is_some_and(|expected| expected != version) {
                return Err(BillingError::Stale.into());
            }
            if let Some(before) = before {
                if let Some(field) = check_billed(&before, &given)
                    && repo::item_has_charges(tx, &before).await?
                {
                    return Err(BillingError::Billed(field).into());
                }
                row = fee_item::Model { id: before.id, version: version + 1, created_at: before.created_at, ..row };
                if !repo::update_item(tx, &row, version).await? {
                    return Err(BillingError::Stale.into());
                }
            } else {
                repo::insert(tx, row.clone()).await?;
            }
            let object = (ObjectKind::FeeItem, row.id.uuid());
            note(tx, &app, &clerk, object, ("SET", serde_json::to_value(&given)?)).await?;
            Ok(row.id.uuid())
        })
    })
    .await?;
    find(app, &clerk, FeeItemId(made)).await
}

async fn find(app: &App, clerk: &Clerk, id: FeeItemId) -> Result<FeeItemRow, Error> {
    let row = repo::find_item(reader(app), &clerk.scope, id).await?;
    Ok(row.ok_or(BillingError::NotFound("feeItemId"))?)
}

/// Takes an item out of use; what was charged stays.
pub async fn retire_item(
    app: &App,
    viewer: &Viewer,
    id: FeeItemId,
    expected: Option<i32>,
    key: &str,
) -> Result<FeeItemRow, Error> {
    let clerk = Clerk::of(viewer, Right::FeeManage)?;
    let input = (id, expected);
    let command = Once { account: clerk.account, mutation: "feeItemRetire", key, input: &input, result: id.uuid() };
    let (app_, clerk_, now) = (app.clone(), clerk.clone(), app.clock.now());
    once(app, command, move |tx| {
        let (app, clerk) = (app_.clone(), clerk_.clone());
        Box::pin(async move {
            lock(tx, &clerk).await?;
            let row = item_in_use(tx, &clerk.scope, id).await?;
            if expected.is_some_and(|expected| expected != row.version) {
                return Err(BillingError::Stale.into());
            }
            let version = row.version;
            let row = fee_item::Model { active: false, version: version + 1, updated_at: now, ..row };
            if !repo::update_item(tx, &row, version).await? {
                return Err(BillingError::Stale.into());
            }
            note(tx, &app, &clerk, (ObjectKind::FeeItem, id.uuid()), ("RETIRED", json!({}))).await?;
            Ok(id.uuid())
        })
    })
    .await?;
    find(app, &clerk, id).await
}

/// A rate as it is to be.
#[derive(Clone, Debug, Serialize)]
pub struct NewRate {
    /// Of which item.
    pub fee_item_id: FeeItemId,
    /// For units of this usage; for all without a rate of their own when missing.
    pub usage: Option<UnitUsage>,
    /// From which day on.
    pub effective_on: NaiveDate,
    /// How much, in the major unit; takes the rate of this day away when missing.
    pub rate: Option<Decimal>,
}

/// Sets the rate of an item from a day on, or takes the one of that day away.
pub async fn set_rate(app: &App, viewer: &Viewer, new: NewRate, key: &str) -> Result<FeeItemRow, Error> {
    let clerk = Clerk::of(viewer, Right::FeeManage)?;
    let rate = match new.rate {
        Some(given) => {
            let rate = scaled(given, 4).filter(|rate| (0..=RATE_MAX).contains(rate));
            Some(Rate(rate.ok_or(BillingError::CannotCompute("rate"))?))
        }
        None => None,
    };
    let rate_id: FeeRateId = app.clock.new_id();
    let item = new.fee_item_id;
    let command = Once { account: clerk.account, mutation: "feeRateSet", key, input: &new, result: item.uuid() };
    let (app_, clerk_, given, now) = (app.clone(), clerk.clone(), new.clone(), app.clock.now());
    once(app, command, move |tx| {
        let (app, clerk, given) = (app_.clone(), clerk_.clone(), given.clone());
        Box::pin(async move {
            lock(tx, &clerk).await?;
            let row = item_in_use(tx, &clerk.scope, item).await?;
            if matches!(row.kind, FeeKind::Shared | FeeKind::OneOff | FeeKind::Deposit) {
                return Err(BillingError::CannotCompute("feeItemId").into());
            }
            let usage = repo::kept_usage(given.usage);
            if let Some(rate) = rate {
                let new = fee_rate::Model {
                    id: rate_id,
                    org_id: row.org_id,
                    fee_item_id: item,
                    usage: usage.to_owned(),
                    effective_on: given.effective_on,
                    rate,
                    created_at: now,
                };
                repo::put_rate(tx, &new).await?;
            } else if !repo::delete_rate(tx, item, usage, given.effective_on).await? {
                return Err(BillingError::NotFound("effectiveOn").into());
            }
            let object = (ObjectKind::FeeItem, item.uuid());
            note(tx, &app, &clerk, object, ("RATE_SET", serde_json::to_value(&given)?)).await?;
            Ok(item.uuid())
        })
    })
    .await?;
    find(app, &clerk, item).await
}

/// The items of a community: for staff who see fees, and for residents who have a unit there.
pub async fn fee_items(
    app: &App,
    viewer: &Viewer,
    community: CommunityId,
    retired: bool,
) -> Result<Vec<FeeItemRow>, Error> {
    let scope = viewer.scope(Right::FeeRead, app.clock.now())?;
    Ok(repo::items_of(reader(app), &scope, community, retired).await?)
}

/// The rates of items that the viewer was shown.
pub async fn rates(app: &App, items: &[FeeItemId]) -> Result<Vec<FeeRateRow>, Error> {
    Ok(repo::rates_of(reader(app), items).await?)
}
