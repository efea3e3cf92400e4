//! Discounts of units, and when they stand vacant.

use chrono::NaiveDate;
use entities::values::{ApprovalState, FeeDiscountId, FeeItemId, FeeKind, TypedId as _, UnitId, UnitVacancyId};
use entities::{fee_discount, unit_vacancy};
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::json;

use super::super::error::{BillingError, at};
use super::super::model::text;
use super::super::repo;
use super::items::share;
use super::settings::settings_of;
use super::{Clerk, Once, check_days, item_of_place, lock, note, once, reader, unit};
use crate::domains::identity::{Right, Viewer};
use crate::error::Error;
use crate::infra::history::ObjectKind;
use crate::state::App;

/// A discount.
pub type FeeDiscountRow = fee_discount::Model;
/// A vacancy.
pub type UnitVacancyRow = unit_vacancy::Model;

/// A discount as it is to be.
#[derive(Clone, Debug, Serialize)]
pub struct NewDiscount {
    /// Of which unit.
    pub unit_id: UnitId,
    /// On which item.
    pub fee_item_id: FeeItemId,
    /// What of the amount is taken off, as a part of it.
    pub share: Decimal,
    /// The first day.
    pub started_on: NaiveDate,
    /// The day after the last; for good when missing.
    pub ended_on: Option<NaiveDate>,
    /// Why.
    pub reason: String,
    /// The discount whose end is to change; nothing else of it does.
    pub discount_id: Option<FeeDiscountId>,
}

/// Gives a unit a discount, which waits for a second person when it is above the community's limit; or changes when one
/// ends.
pub async fn set_discount(app: &App, viewer: &Viewer, new: NewDiscount, key: &str) -> Result<FeeDiscountRow, Error> {
    let clerk = Clerk::of(viewer, Right::FeeManage)?;
    check_days(new.started_on, new.ended_on)?;
    let part = share(new.share, "share")?;
    if part == 0 {
        return Err(BillingError::CannotCompute("share").into());
    }
    let reason = text::required(&new.reason, text::REASON_MAX).map_err(at("reason"))?;
    let id: FeeDiscountId = app.clock.new_id();
    let command = Once { account: clerk.account, mutation: "feeDiscountSet", key, input: &new, result: id.uuid() };
    let (app_, clerk_, given) = (app.clone(), clerk.clone(), new.clone());
    let made = once(app, command, move |tx| {
        let (app, clerk, given, reason) = (app_.clone(), clerk_.clone(), given.clone(), reason.clone());
        Box::pin(async move {
            lock(tx, &clerk).await?;
            let place = unit(tx, &clerk.scope, given.unit_id).await?;
            let item = item_of_place(tx, &clerk.scope, &place, given.fee_item_id).await?;
            // Discounts count for what recurs; what is charged by itself is charged as it is entered.
            if given.discount_id.is_none() && matches!(item.kind, FeeKind::OneOff | FeeKind::Deposit) {
                return Err(BillingError::CannotCompute("feeItemId").into());
            }
            let object = (ObjectKind::FeeItem, given.fee_item_id.uuid());
            if let Some(known) = given.discount_id {
                let found = repo::find_discount(tx, &clerk.scope, known).await?;
                let found = found.filter(|it| it.unit_id == given.unit_id && it.fee_item_id == given.fee_item_id);
                let found = found.ok_or(BillingError::NotFound("discountId"))?;
                check_days(found.started_on, given.ended_on)?;
                // A longer discount is a new decision.
                let longer = match (given.ended_on, found.ended_on) {
                    (None, Some(_)) => true,
                    (Some(new), Some(old)) => new > old,
                    (_, None) => false,
                };
                if longer {
                    return Err(BillingError::Invalid("endedOn").into());
                }
                repo::end_discount(tx, known, given.ended_on).await?;
                let payload = json!({ "discountId": known, "endedOn": given.ended_on });
                note(tx, &app, &clerk, object, ("DISCOUNT_ENDED", payload)).await?;
                return Ok(known.uuid());
            }
            let limit = settings_of(tx, &place).await?.discount_limit;
            let state = if part > limit { ApprovalState::Pending } else { ApprovalState::Approved };
            let row = fee_discount::Model {
                id,
                org_id: clerk.org,
                fee_item_id: given.fee_item_id,
                unit_id: given.unit_id,
                share: part,
                started_on: given.started_on,
                ended_on: given.ended_on,
                reason,
                state,
                staff_id: clerk.staff,
                decided_by: None,
                decided_at: None,
                created_at: app.clock.now(),
            };
            let payload = json!({
                "discountId": id, "unitId": row.unit_id, "share": part, "startedOn": row.started_on,
                "endedOn": row.ended_on, "reason": row.reason, "state": state,
            });
            repo::insert(tx, row).await?;
            note(tx, &app, &clerk, object, ("DISCOUNT_SET", payload)).await?;
            Ok(id.uuid())
        })
    })
    .await?;
    let row = repo::find_discount(reader(app), &clerk.scope, FeeDiscountId(made)).await?;
    Ok(row.ok_or(BillingError::NotFound("discountId"))?)
}

/// Says when a unit stands vacant. The same unit and first day again changes when it ends.
pub async fn set_vacancy(
    app: &App,
    viewer: &Viewer,
    unit_id: UnitId,
    (started_on, ended_on): (NaiveDate, Option<NaiveDate>),
    key: &str,
) -> Result<Vec<UnitVacancyRow>, Error> {
    let clerk = Clerk::of(viewer, Right::FeeManage)?;
    check_days(started_on, ended_on)?;
    let id: UnitVacancyId = app.clock.new_id();
    let input = (unit_id, started_on, ended_on);
    let command = Once { account: clerk.account, mutation: "unitVacancySet", key, input: &input, result: id.uuid() };
    let (app_, clerk_) = (app.clone(), clerk.clone());
    once(app, command, move |tx| {
        let (app, clerk) = (app_.clone(), clerk_.clone());
        Box::pin(async move {
            lock(tx, &clerk).await?;
            unit(tx, &clerk.scope, unit_id).await?;
            let created_at = app.clock.now();
            let (org_id, staff_id) = (clerk.org, clerk.staff);
            let row = unit_vacancy::Model { id, org_id, unit_id, started_on, ended_on, staff_id, created_at };
            let changed = repo::change_vacancy(tx, &row).await?;
            if changed.is_none() {
                repo::insert(tx, row).await?;
            }
            let payload = json!({ "startedOn": started_on, "endedOn": ended_on });
            note(tx, &app, &clerk, (ObjectKind::Unit, unit_id.uuid()), ("VACANCY_SET", payload)).await?;
            Ok(changed.unwrap_or(id).uuid())
        })
    })
    .await?;
    Ok(repo::vacancies_of_unit(reader(app), unit_id).await?)
}
